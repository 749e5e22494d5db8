inline publish() {
  if
  :: nextIn != committedIn ->
    atomic { /* [W1] */
      store(WRITER, IN, STORE_IN, nextIn);
      printf("writer: stores in = %d, order %d\n", nextIn, STORE_IN)
    };
    fenceOfWriter(FENCE_AFTER_IN);
    atomic { /* [W2] */
      load(WRITER, MASK, LOAD_MASK, answer);
      printf("writer: loads the mask, order %d: %d\n", LOAD_MASK, answer)
    };
    if
    :: answer == 0 ->
      atomic { /* [W3] */
        load(WRITER, OUT, LOAD_OUT_AFTER, answer);
        printf("writer: loads out, order %d: %d, and signals if that is %d\n", LOAD_OUT_AFTER, answer, committedIn)
      };
      if
      :: answer == committedIn ->
        atomic { /* [W4] */
          signal(WRITER, SIGNAL);
          printf("writer: signals\n")
        }
      :: else
      fi
    :: else
    fi;
    committedIn = nextIn;
    answer = 0
  :: else
  fi
}

inline fenceOfWriter(isThere) {
  if
  :: isThere ->
    atomic {
      fence(WRITER);
      printf("writer: has a fence\n")
    }
  :: else
  fi
}

#define HAS_ROOM (FREE(nextIn, cachedOut) >= PACKET_UNITS)

/* Loads `out` if what was known to be free does not suffice. */
inline lookForRoom(order) {
  if
  :: HAS_ROOM
  :: else ->
    atomic {
      load(WRITER, OUT, order, cachedOut);
      printf("writer: loads out, order %d: %d\n", order, cachedOut)
    }
  fi
}

inline waitForRoom() {
  do
  :: HAS_ROOM -> break
  :: else ->
    atomic { /* [W5] */
      readCount(WRITER);
      printf("writer: reads the count of its signals\n")
    };
    lookForRoom(READ_OUT); /* [W6] */
    if
    :: HAS_ROOM -> break
    :: else
    fi;
    if
    :: !asked ->
      atomic { /* [W7] */
        store(WRITER, PENDING, SET_PENDING, PACKET_UNITS);
        asked = true;
        printf("writer: stores the pending send size = %d, order %d\n", PACKET_UNITS, SET_PENDING)
      };
      fenceOfWriter(FENCE_AFTER_SET_PENDING)
    :: else
    fi;
    lookForRoom(LOOK_AGAIN_OUT); /* [W8] */
    if
    :: HAS_ROOM -> break
    :: else
    fi;
    printf("writer: sleeps while the count is the same\n");
    changed[WRITER]; /* [W9] */
    printf("writer: is awake\n")
  od;
  if
  :: asked && !KEEPS_REQUEST ->
    atomic { /* [W10] */
      store(WRITER, PENDING, WITHDRAW_PENDING, 0);
      asked = false;
      printf("writer: stores the pending send size = 0, order %d\n", WITHDRAW_PENDING)
    }
  :: else
  fi
}

proctype Writer() {
  byte cachedOut, committedIn, nextIn;
  byte packet, answer, pick;
  bool asked = KEEPS_REQUEST;

  for (packet : 1 .. PACKETS) {
    lookForRoom(READ_OUT); /* [W11] */
    if
    :: HAS_ROOM
    :: else -> publish(); waitForRoom()
    fi;
    atomic { /* [W12] */
      printf("writer: writes packet %d at %d\n", HEADER(packet), nextIn);
      storeData(nextIn, HEADER(packet))
    };
    atomic { /* [W13] */
      printf("writer: writes its footer %d at %d\n", FOOTER(packet), (nextIn + 1) % RING_UNITS);
      storeData((nextIn + 1) % RING_UNITS, FOOTER(packet))
    };
    nextIn = ADVANCE(nextIn, 1);
    if
    :: packet % WRITE_BATCH == 0 || packet == PACKETS -> publish()
    :: else
    fi
  }
}
