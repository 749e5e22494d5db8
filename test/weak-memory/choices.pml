/* What a variant is: names that the environment may give other values than these, so that one compilation serves all variants. */

#define RELAXED 1
#define ACQUIRE 2
#define RELEASE 3
#define SEQ_CST 4

/* The order of each access: what it is here is what is claimed. Loads are RELAXED, ACQUIRE or SEQ_CST, stores RELAXED, RELEASE or SEQ_CST.
 * The rows are those of ARCHITECTURE.md, 'The order of each step'. */
#define ORDERS(EACH) \
  /* Row 1: read `in`, then packet bytes. */ \
  EACH(READ_IN, ACQUIRE) \
  /* Row 2: packet bytes and footer, then store `in`: RELEASE. Row 4: store `in`, then read the mask, then `out`. */ \
  EACH(STORE_IN, SEQ_CST) \
  EACH(LOAD_MASK, SEQ_CST) \
  EACH(LOAD_OUT_AFTER, SEQ_CST) \
  /* Row 3: read `out`, then overwrite what it freed. */ \
  EACH(READ_OUT, ACQUIRE) \
  /* Row 5: packet bytes, then store `out`: RELEASE. Row 6: store `out`, then read the pending send size, then `in`. */ \
  EACH(STORE_OUT, SEQ_CST) \
  EACH(LOAD_PENDING, SEQ_CST) \
  EACH(LOAD_IN_AFTER, SEQ_CST) \
  /* Row 7: clear the mask, then read `in` again. */ \
  EACH(CLEAR_MASK, SEQ_CST) \
  EACH(LOOK_AGAIN_IN, SEQ_CST) \
  /* Row 8: set the pending send size, then read `out` again. */ \
  EACH(SET_PENDING, SEQ_CST) \
  EACH(LOOK_AGAIN_OUT, SEQ_CST) \
  /* In no row: masking again, and withdrawing the request. */ \
  EACH(SET_MASK, RELAXED) \
  EACH(WITHDRAW_PENDING, RELAXED) \
  /* What a signal carries: who is woken sees what was written before (`Signal.notify`). */ \
  EACH(SIGNAL, RELEASE)

/* 1: a sequentially consistent fence between the store and the loads of row 4, 6, 7, 8: so do peers in C. */
#define FENCES(EACH) \
  EACH(FENCE_AFTER_IN, 0) \
  EACH(FENCE_AFTER_OUT, 0) \
  EACH(FENCE_AFTER_CLEAR_MASK, 0) \
  EACH(FENCE_AFTER_SET_PENDING, 0)

#define DECLARE(name, usual) byte name = usual;
#define CHOOSE(name, usual) now.name = chosen(#name, usual);

c_decl {
  \#include <stdlib.h>
  \#include <string.h>

  static int chosen(const char *name, int usual)
  {
    const char *choice = getenv(name);
    if (choice == NULL) return usual;
    if (strcmp(choice, "RELAXED") == 0) return RELAXED;
    if (strcmp(choice, "ACQUIRE") == 0) return ACQUIRE;
    if (strcmp(choice, "RELEASE") == 0) return RELEASE;
    if (strcmp(choice, "SEQ_CST") == 0) return SEQ_CST;
    if (choice[0] >= '0' && choice[0] <= '9' && choice[1] == '\0') return choice[0] - '0';
    fprintf(stderr, "%s=%s means nothing\n", name, choice);
    exit(2);
  }
}
