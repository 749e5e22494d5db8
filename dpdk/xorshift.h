/* The numbers that all contents are made of: as in test/support/xorshift.ts. */
#ifndef XORSHIFT_H
#define XORSHIFT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct xorshift {
  uint32_t state;
};

static inline struct xorshift seed_random(uint32_t seed) {
  return (struct xorshift){seed == 0 ? 0x9e3779b9 : seed};
}

static inline uint32_t next_random(struct xorshift *random) {
  uint32_t s = random->state;
  s ^= s << 13;
  s ^= s >> 17;
  s ^= s << 5;
  return random->state = s;
}

/* As many little-endian words as `bytes` need, and of the last one what fits. */
static inline void random_bytes(struct xorshift *random, uint8_t *target, size_t bytes) {
  for (size_t done = 0; done < bytes; done += 4) {
    uint32_t word = next_random(random);
    memcpy(target + done, &word, bytes - done < 4 ? bytes - done : 4);
  }
}

#endif
