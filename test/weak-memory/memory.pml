/* A weak memory for two sides. docs/weak-memory.md says what it allows, and why that may be relied upon; litmus.pml shows it.
 *
 * Each word and each unit of data is stored by one side only, and keeps all that was stored there. A load takes one of those values: any that
 * its side does not know to have been followed by another one. Each side counts its own stores: that is its time. `known` is how far into the
 * other side's time a side knows what was done: a release store carries the time of its side, an acquire load that finds it takes that up. */

#define WRITER 0
#define READER 1
#define OTHER(side) (1 - (side))

/* Two words of each side: that is who stores them. */
#define IN 0
#define PENDING 1
#define OUT 2
#define MASK 3
#define WORD_OF(side, i) words[2 * (side) + (i)]

/* Stores to one word and to one unit, the initial one included, and units. A run that has more of them fails. */
#define HISTORY 8
#define UNIT_HISTORY 4
#define MOST_UNITS 5

typedef Word {
  byte value[HISTORY];
  byte storedAt[HISTORY];
  byte carries[HISTORY];
  byte newest;
  /* What the other side has found: it will find nothing older (coherence). */
  byte found;
  /* What a sequentially consistent load will find, or something newer. */
  byte ordered;
};

typedef Unit {
  byte value[UNIT_HISTORY];
  byte storedAt[UNIT_HISTORY];
  byte newest;
  /* By the time of the reader, who loaded it last: its next store, if that is a release, says that this is over. */
  byte loadedAt;
};

Word words[4];
Unit units[MOST_UNITS];
byte time[2];
byte known[2];

#define MAX(a, b) ((a) > (b) -> (a) : (b))

inline store(side, word, order, stored) {
  d_step {
    time[side]++;
    words[word].newest++;
    assert(words[word].newest < HISTORY);
    words[word].value[words[word].newest] = stored;
    words[word].storedAt[words[word].newest] = time[side];
    words[word].carries[words[word].newest] = (order == RELAXED -> 0 : time[side]);
    words[word].ordered = (order == SEQ_CST -> words[word].newest : words[word].ordered)
  }
}

/* The oldest store at a place that `side` may find, into `pick`, which is a local of each process. */
inline oldest(side, place, atLeast) {
  d_step {
    pick = place.newest;
    do
    :: pick > atLeast && place.storedAt[pick] > known[side] -> pick--
    :: else -> break
    od
  }
}

/* Any store from `pick` on. */
inline oneFrom(place) {
  do
  :: pick < place.newest -> pick++
  :: break
  od
}

inline load(side, word, order, result) {
  atomic {
    oldest(side, words[word], words[word].found);
    pick = (order == SEQ_CST -> MAX(pick, words[word].ordered) : pick);
    oneFrom(words[word]);
    words[word].found = pick;
    known[side] = (order != RELAXED -> MAX(known[side], words[word].carries[pick]) : known[side]);
    result = words[word].value[pick];
    pick = 0
  }
}

/* A plain load is not even coherent: it may find what is older than what was found before. */
inline peek(side, word, result) {
  atomic {
    oldest(side, words[word], 0);
    oneFrom(words[word]);
    result = words[word].value[pick];
    pick = 0
  }
}

/* A sequentially consistent fence, as far as it orders words; it is not taken to order data. */
inline fence(side) {
  d_step {
    WORD_OF(side, 0).ordered = WORD_OF(side, 0).newest;
    WORD_OF(side, 1).ordered = WORD_OF(side, 1).newest;
    WORD_OF(OTHER(side), 0).found = MAX(WORD_OF(OTHER(side), 0).found, WORD_OF(OTHER(side), 0).ordered);
    WORD_OF(OTHER(side), 1).found = MAX(WORD_OF(OTHER(side), 1).found, WORD_OF(OTHER(side), 1).ordered)
  }
}

/* What is asserted has the names by which spin tells of it. */
bool overwritesWhatMayStillBeRead;

/* Data are stored by the writer and loaded by the reader, plainly. Whoever overwrites what the other side is not known to have loaded has a
 * race: that load may find what comes now. */
inline storeData(unit, stored) {
  d_step {
    overwritesWhatMayStillBeRead = units[unit].loadedAt > known[WRITER];
    assert(!overwritesWhatMayStillBeRead);
    time[WRITER]++;
    units[unit].newest++;
    assert(units[unit].newest < UNIT_HISTORY);
    units[unit].value[units[unit].newest] = stored;
    units[unit].storedAt[units[unit].newest] = time[WRITER]
  }
}

/* A load that nothing is decided by: it does not have to be over before the writer overwrites. */
inline peekData(unit, result) {
  atomic {
    oldest(READER, units[unit], 0);
    oneFrom(units[unit]);
    result = units[unit].value[pick];
    pick = 0
  }
}

inline loadData(unit, result) {
  atomic {
    peekData(unit, result);
    units[unit].loadedAt = time[READER] + 1
  }
}

/* Signals are counted by a read-modify-write, which finds the newest count whatever its order. Only whether the count has changed matters. */
bool changed[2];
byte signalCarries[2];

inline signal(side, order) {
  d_step {
    changed[OTHER(side)] = true;
    signalCarries[OTHER(side)] = (order == RELAXED -> signalCarries[OTHER(side)] : time[side])
  }
}

inline readCount(side) {
  d_step {
    changed[side] = false;
    known[side] = MAX(known[side], signalCarries[side])
  }
}
