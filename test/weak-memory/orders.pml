/* The order of each access that another thread may have to see in order: what it is here is what is claimed. The environment makes it another
 * one, LOAD_MASK=ACQUIRE say, so that one compilation serves all variants.
 * Loads are RELAXED, ACQUIRE or SEQ_CST, stores RELAXED, RELEASE or SEQ_CST. The rows are those of ARCHITECTURE.md, 'The order of each step'. */
#define RELAXED 1
#define ACQUIRE 2
#define RELEASE 3
#define SEQ_CST 4

/* Row 1: read `in`, then packet bytes. */
byte READ_IN = ACQUIRE;

/* Row 2: packet bytes and footer, then store `in`: RELEASE. Row 4 wants more of the same store. */
byte STORE_IN = SEQ_CST;

/* Row 3: read `out`, then overwrite what it freed. */
byte READ_OUT = ACQUIRE;

/* Row 4: store `in`, then read the mask, then `out`. */
byte LOAD_MASK = SEQ_CST;
byte LOAD_OUT_AFTER = SEQ_CST;

/* Row 5: packet bytes, then store `out`: RELEASE. Row 6 wants more of the same store. */
byte STORE_OUT = SEQ_CST;

/* Row 6: store `out`, then read the pending send size, then `in`. */
byte LOAD_PENDING = SEQ_CST;
byte LOAD_IN_AFTER = SEQ_CST;

/* Row 7: clear the mask, then read `in` again. */
byte CLEAR_MASK = SEQ_CST;
byte LOOK_AGAIN_IN = SEQ_CST;

/* Row 8: set the pending send size, then read `out` again. */
byte SET_PENDING = SEQ_CST;
byte LOOK_AGAIN_OUT = SEQ_CST;

/* In no row: masking again, and withdrawing the request. */
byte SET_MASK = RELAXED;
byte WITHDRAW_PENDING = RELAXED;

/* What `Signal.notify` promises: who is woken sees what was written before (RELEASE). */
byte SIGNAL = RELEASE;

/* 1: a sequentially consistent fence between the store and the loads of rows 4, 6, 7 and 8, as C peers have it. */
byte FENCE_AFTER_IN = 0;
byte FENCE_AFTER_OUT = 0;
byte FENCE_AFTER_CLEAR_MASK = 0;
byte FENCE_AFTER_SET_PENDING = 0;
