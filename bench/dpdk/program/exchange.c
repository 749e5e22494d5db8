#include <stdlib.h>
#include <string.h>

#include "../../../dpdk/xorshift.h"
#include "jobs.h"
#include "ring.h"

int64_t exchange(const struct job *job) {
  uint32_t bytes = job->payload_bytes;
  struct ring *ring = ring_create(job->ring_bytes, false);
  uint8_t *source = touched_memory(PADDED_BYTES(bytes));
  uint8_t *target = touched_memory(PADDED_BYTES(bytes));
  struct xorshift random = seed_random(1);
  bool wrong = false;
  random_bytes(&random, source, bytes);
  int64_t began = now_ns();
  for (uint32_t i = 0; i < job->count; i++) {
    if (job->verify) {
      random_bytes(&random, source, bytes);
      memset(target, 0, bytes);
    }
    ring_send(ring, source, bytes, i);
    ring_receive(ring, target, bytes);
    if (job->verify) {
      if (i == job->spoiled) target[bytes / 2] ^= 1;
      wrong |= memcmp(source, target, bytes) != 0;
    }
  }
  int64_t ended = now_ns();
  free(source);
  free(target);
  ring_destroy(ring);
  return wrong ? WRONG : ended - began;
}
