/* Messages that are numbered: as in bench/jobs/work.ts, 8 bytes at least, and whole words. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>
#include <string.h>

#include "ring.h"

static inline void *message_create(uint32_t bytes) { return memset(touched_memory(bytes), 0x5a, bytes); }

/* The number is in the first word, and inverted in the last one. */
static inline void message_set(void *message, uint32_t bytes, uint32_t number) {
  uint32_t *words = message;
  words[0] = number;
  words[bytes / 4 - 1] = ~number;
}

#endif
