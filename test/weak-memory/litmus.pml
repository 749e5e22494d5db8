/* The small programs by which memory models are told apart, on the memory that the ring's model has. LITMUS is which one; the orders of the two
 * accesses of each side are LEFT_FIRST and so on. spin finds the outcome that is in question, or says that there is none. */

#include "choices.pml"

/* Store buffering, message passing, load buffering, coherence of two loads, message passing of data. */
#define SB 1
#define MP 2
#define LB 3
#define CORR 4
#define MP_DATA 5

#define PROGRAM(EACH) \
  EACH(LITMUS, SB) \
  EACH(LEFT_FIRST, SEQ_CST) \
  EACH(LEFT_SECOND, SEQ_CST) \
  EACH(RIGHT_FIRST, SEQ_CST) \
  EACH(RIGHT_SECOND, SEQ_CST) \
  EACH(LEFT_FENCE, 0) \
  EACH(RIGHT_FENCE, 0)

PROGRAM(DECLARE)

#include "memory.pml"

/* The writer has x and y, the reader z. */
#define X IN
#define Y PENDING
#define Z OUT

byte ended, left, first, second;
bool found;

proctype Left() {
  byte pick;
  if
  :: LITMUS == SB -> store(WRITER, X, LEFT_FIRST, 1)
  :: LITMUS == MP -> store(WRITER, X, LEFT_FIRST, 1)
  :: LITMUS == LB -> load(WRITER, Z, LEFT_FIRST, left)
  :: LITMUS == CORR -> store(WRITER, X, LEFT_FIRST, 1)
  :: LITMUS == MP_DATA -> storeData(0, 1)
  fi;
  if
  :: LEFT_FENCE -> fence(WRITER)
  :: else
  fi;
  if
  :: LITMUS == SB -> load(WRITER, Z, LEFT_SECOND, left)
  :: LITMUS == MP || LITMUS == MP_DATA -> store(WRITER, Y, LEFT_SECOND, 1)
  :: LITMUS == LB -> store(WRITER, X, LEFT_SECOND, 1)
  :: LITMUS == CORR
  fi;
  ended++
}

proctype Right() {
  byte pick;
  if
  :: LITMUS == SB -> store(READER, Z, RIGHT_FIRST, 1)
  :: LITMUS == MP || LITMUS == MP_DATA -> load(READER, Y, RIGHT_FIRST, first)
  :: LITMUS == LB || LITMUS == CORR -> load(READER, X, RIGHT_FIRST, first)
  fi;
  if
  :: RIGHT_FENCE -> fence(READER)
  :: else
  fi;
  if
  :: LITMUS == MP_DATA && first == 0
  :: LITMUS == LB -> store(READER, Z, RIGHT_SECOND, 1)
  :: LITMUS == MP_DATA && first == 1 -> loadData(0, second)
  :: LITMUS == SB || LITMUS == MP || LITMUS == CORR -> load(READER, X, RIGHT_SECOND, second)
  fi;
  ended++
}

init {
  atomic {
    c_code {
      PROGRAM(CHOOSE)
    };
    run Left();
    run Right()
  }
  ended == 2;
  if
  :: LITMUS == SB -> found = left == 0 && second == 0
  :: LITMUS == LB -> found = left == 1 && first == 1
  :: else -> found = first == 1 && second == 0
  fi;
  assert(!found)
}
