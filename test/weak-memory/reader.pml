inline giveBack() {
  if
  :: nextOut != committedOut ->
    atomic { /* [R1] */
      store(READER, OUT, STORE_OUT, nextOut);
      printf("reader: stores out = %d, order %d\n", nextOut, STORE_OUT)
    };
    fenceOfReader(FENCE_AFTER_OUT);
    atomic { /* [R2] */
      load(READER, PENDING, LOAD_PENDING, pending);
      printf("reader: loads the pending send size, order %d: %d\n", LOAD_PENDING, pending)
    };
    if
    :: pending != 0 ->
      atomic { /* [R3] */
        load(READER, IN, LOAD_IN_AFTER, answer);
        printf("reader: loads in, order %d: %d; free were %d, are %d\n",
          LOAD_IN_AFTER, answer, FREE(answer, committedOut), FREE(answer, nextOut))
      };
      if
      :: FREE(answer, committedOut) < pending && pending <= FREE(answer, nextOut) ->
        atomic { /* [R4] */
          signal(READER, SIGNAL);
          printf("reader: signals\n")
        }
      :: else
      fi
    :: else
    fi;
    committedOut = nextOut;
    pending = 0;
    answer = 0
  :: else
  fi
}

inline fenceOfReader(isThere) {
  if
  :: isThere ->
    atomic {
      fence(READER);
      printf("reader: has a fence\n")
    }
  :: else
  fi
}

#define HAS_PACKET (nextOut != cachedIn)

/* Loads `in` if all that was known of is read. */
inline lookForPacket(order) {
  if
  :: HAS_PACKET
  :: else ->
    atomic {
      load(READER, IN, order, cachedIn);
      printf("reader: loads in, order %d: %d\n", order, cachedIn)
    }
  fi
}

inline waitForPacket() {
  do
  :: HAS_PACKET -> break
  :: else ->
    atomic { /* [R5] */
      readCount(READER);
      printf("reader: reads the count of its signals\n")
    };
    lookForPacket(READ_IN); /* [R6] */
    if
    :: HAS_PACKET -> break
    :: else
    fi;
    if
    :: masked ->
      atomic { /* [R7] */
        store(READER, MASK, CLEAR_MASK, 0);
        masked = false;
        printf("reader: stores the mask = 0, order %d\n", CLEAR_MASK)
      };
      fenceOfReader(FENCE_AFTER_CLEAR_MASK)
    :: else
    fi;
    lookForPacket(LOOK_AGAIN_IN); /* [R8] */
    if
    :: HAS_PACKET -> break
    :: else
    fi;
    printf("reader: sleeps while the count is the same\n");
    changed[READER]; /* [R9] */
    printf("reader: is awake\n")
  od
}

inline maskAgain() {
  if
  :: !masked && !NEVER_MASKS ->
    atomic { /* [R10] */
      store(READER, MASK, SET_MASK, 1);
      masked = true;
      printf("reader: stores the mask = 1, order %d\n", SET_MASK)
    }
  :: else
  fi
}

/* What is asserted has the name by which spin tells of it. */
bool staleOrTorn;

inline checkPacket() {
  d_step {
    printf("reader: has read packet %d and footer %d at %d; due are %d and %d\n",
      header, footer, nextOut, HEADER(packet), FOOTER(packet));
    staleOrTorn = header != HEADER(packet) || footer != FOOTER(packet);
    assert(!staleOrTorn);
    header = 0;
    footer = 0
  }
}

inline readInOrder() {
  loadData(nextOut, header); /* [R11] */
  loadData((nextOut + 1) % RING_UNITS, footer); /* [R12] */
  checkPacket();
  nextOut = ADVANCE(nextOut, 1)
}

inline peekAtIn() {
  atomic {
    if
    :: PEEKS_ANYTHING -> select(seenIn : 0 .. PACKETS + 1 - packet); seenIn = ADVANCE(nextOut, seenIn)
    :: else -> peek(READER, IN, seenIn)
    fi;
    printf("reader: peeks at in: %d\n", seenIn)
  }
}

inline peekAtPacket() {
  atomic {
    if
    :: PEEKS_ANYTHING ->
      select(seenHeader : 0 .. PACKETS);
      if
      :: seenHeader = HEADER(seenHeader)
      :: seenHeader = FOOTER(seenHeader)
      fi
    :: else -> peekData(nextOut, seenHeader)
    fi;
    printf("reader: peeks at the packet at %d: %d\n", nextOut, seenHeader)
  }
}

/* Nothing is decided by what is seen before the acquire, but whether it is worth a try. */
inline receiveSeen() {
  peekAtIn(); /* [R13] */
  if
  :: AVAILABLE(seenIn, nextOut) >= PACKET_UNITS ->
    peekAtPacket(); /* [R14] */
    if
    :: seenHeader != 0 ->
      atomic { /* [R15] */
        load(READER, IN, READ_IN, answer);
        printf("reader: loads in, order %d: %d\n", READ_IN, answer)
      };
      if
      :: AVAILABLE(answer, nextOut) >= AVAILABLE(seenIn, nextOut) ->
        loadData(nextOut, header); /* [R16] */
        if
        :: header == seenHeader || !COMPARES ->
          header = seenHeader;
          loadData((nextOut + 1) % RING_UNITS, footer); /* [R17] */
          checkPacket();
          cachedIn = seenIn;
          nextOut = ADVANCE(nextOut, 1);
          received = true
        :: else -> header = 0
        fi
      :: else
      fi;
      answer = 0
    :: else
    fi
  :: else
  fi;
  seenIn = 0;
  seenHeader = 0
}

proctype Reader() {
  byte cachedIn, committedOut, nextOut;
  byte packet, answer, pending, header, footer, seenIn, seenHeader, pick;
  bool masked = !NEVER_MASKS;
  bool received;

  for (packet : 1 .. PACKETS) {
    if
    :: SEEN && !HAS_PACKET -> receiveSeen()
    :: else
    fi;
    if
    :: received -> received = false; giveBack(); maskAgain()
    :: else ->
      lookForPacket(READ_IN); /* [R18] */
      if
      :: HAS_PACKET
      :: else -> giveBack(); waitForPacket()
      fi;
      readInOrder();
      maskAgain();
      if
      :: packet % READ_BATCH == 0 || packet == PACKETS -> giveBack()
      :: else
      fi
    fi
  }
}
