#include <pthread.h>
#include <rte_pause.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../../../dpdk/fail.h"
#include "jobs.h"
#include "message.h"
#include "ring.h"

struct stream {
  const struct job *job;
  struct ring *ring;
  atomic_bool ready;
  /* The receiver's, good when it has ended. */
  int64_t ended;
  bool wrong;
};

static void *receive(void *argument) {
  struct stream *stream = argument;
  struct ring *ring = stream->ring;
  const struct job *job = stream->job;
  uint32_t bytes = job->payload_bytes;
  uint8_t *target = touched_memory(bytes), *wanted = message_create(bytes);
  bool wrong = false;
  atomic_store(&stream->ready, true);
  for (uint32_t i = 0; i < job->count; i++) {
    ring_receive(ring, target, bytes);
    if (job->verify) {
      if (i == job->spoiled) target[bytes / 2] ^= 1;
      message_set(wanted, bytes, i);
      wrong |= memcmp(target, wanted, bytes) != 0;
    }
  }
  stream->ended = now_ns();
  stream->wrong = wrong;
  free(target);
  free(wanted);
  return NULL;
}

int64_t stream(const struct job *job) {
  uint32_t bytes = job->payload_bytes;
  struct stream stream = {.job = job, .ring = ring_create(job->ring_bytes, true)};
  uint8_t *source = message_create(bytes);
  pthread_t receiver;
  if (pthread_create(&receiver, NULL, receive, &stream) != 0) fail("no second thread");
  while (!atomic_load(&stream.ready)) rte_pause();
  int64_t began = now_ns();
  for (uint32_t i = 0; i < job->count; i++) {
    message_set(source, bytes, i);
    ring_send(stream.ring, source, bytes, i);
  }
  pthread_join(receiver, NULL);
  free(source);
  ring_destroy(stream.ring);
  return stream.wrong ? WRONG : stream.ended - began;
}
