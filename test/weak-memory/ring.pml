/* A writer and a reader of a ring, each access with an order of its own. docs/weak-memory.md says which line of the library each statement
 * with a mark, [W1] and so on, stands for.
 *
 * The ring has units of 8 bytes, of which one is never filled. A packet has two: what it is, and its footer. */

#include "choices.pml"

#define SHAPE(EACH) \
  /* Packets in all, and of each commit. */ \
  EACH(PACKETS, 3) \
  EACH(WRITE_BATCH, 1) \
  EACH(READ_BATCH, 1) \
  /* Packets that the ring has room for. */ \
  EACH(ROOM, 1) \
  /* 1: a reader that never masks, as some peers are. */ \
  EACH(NEVER_MASKS, 0) \
  /* 1: a writer that has asked for room before it began, and does not take that back. So do some peers, and ours while it writes in parts. */ \
  EACH(KEEPS_REQUEST, 0) \
  /* 1: packets are received by `receiveSeen`, which looks before the acquire. COMPARES 0: and does not compare what it saw. PEEKS_ANYTHING 1: \
   * and sees there whatever can be thought of, what is stored later included. */ \
  EACH(SEEN, 0) \
  EACH(COMPARES, 1) \
  EACH(PEEKS_ANYTHING, 0)

ORDERS(DECLARE)
FENCES(DECLARE)
SHAPE(DECLARE)

#include "memory.pml"

#define PACKET_UNITS 2
#define RING_UNITS (ROOM * PACKET_UNITS + 1)
#define ADVANCE(offset, packets) (((offset) + (packets) * PACKET_UNITS) % RING_UNITS)
#define AVAILABLE(in, out) (((in) + RING_UNITS - (out)) % RING_UNITS)
#define FREE(in, out) (RING_UNITS - 1 - AVAILABLE(in, out))

/* What is in the units of packet n: each of them another one, and none of them 0, which is no packet. */
#define HEADER(n) (n)
#define FOOTER(n) (100 + (n))

#include "writer.pml"
#include "reader.pml"

init {
  atomic {
    c_code {
      ORDERS(CHOOSE)
      FENCES(CHOOSE)
      SHAPE(CHOOSE)
    };
    assert(RING_UNITS <= MOST_UNITS);
    /* A new ring, with both ends opened. */
    words[MASK].value[0] = 1 - NEVER_MASKS;
    words[PENDING].value[0] = (KEEPS_REQUEST -> PACKET_UNITS : 0);
    run Writer();
    run Reader()
  }
}
