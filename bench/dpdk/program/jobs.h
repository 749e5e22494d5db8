/* What is measured. Each returns nanoseconds, or WRONG if what arrived is not what was sent. */
#ifndef JOBS_H
#define JOBS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define WRONG (-1)

/* Nothing is spoiled. */
#define UNSPOILED UINT32_MAX

struct job {
  uint32_t ring_bytes;
  uint32_t payload_bytes;
  uint32_t count;
  /* Whether every byte of what arrives is checked. */
  bool verify;
  /* The packet of which, if it is checked, one bit is changed before that: to see that the check finds it. */
  uint32_t spoiled;
};

/* One thread sends a packet and receives it, again and again. */
int64_t exchange(const struct job *job);

/* One thread sends all packets, and another one receives them: from before the first is sent to after the last is received. */
int64_t stream(const struct job *job);

/* One packet goes to and fro between two threads. */
int64_t ping_pong(const struct job *job);

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

#endif
