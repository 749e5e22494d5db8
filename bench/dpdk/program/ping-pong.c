#include <pthread.h>
#include <rte_pause.h>
#include <stdatomic.h>

#include "../../../dpdk/fail.h"
#include "jobs.h"
#include "ring.h"

struct ping_pong {
  uint32_t count;
  struct ring *there;
  struct ring *back;
  atomic_bool ready;
};

static void *answer(void *argument) {
  struct ping_pong *game = argument;
  atomic_store(&game->ready, true);
  for (uint32_t i = 0; i < game->count; i++) {
    uint64_t message;
    ring_receive(game->there, &message, sizeof message);
    ring_send(game->back, &message, sizeof message, i);
  }
  return NULL;
}

int64_t ping_pong(const struct job *job) {
  struct ping_pong game = {
      .count = job->count,
      .there = ring_create(job->ring_bytes, true),
      .back = ring_create(job->ring_bytes, true),
  };
  pthread_t answerer;
  if (pthread_create(&answerer, NULL, answer, &game) != 0) fail("no second thread");
  while (!atomic_load(&game.ready)) rte_pause();
  bool wrong = false;
  int64_t began = now_ns();
  for (uint32_t i = 0; i < game.count; i++) {
    uint64_t message = i + 1ull, echo = 0;
    ring_send(game.there, &message, sizeof message, i);
    ring_receive(game.back, &echo, sizeof echo);
    wrong |= echo != message;
  }
  int64_t ended = now_ns();
  pthread_join(answerer, NULL);
  ring_destroy(game.there);
  ring_destroy(game.back);
  return wrong ? WRONG : ended - began;
}
