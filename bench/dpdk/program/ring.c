#include "ring.h"

#include <stdlib.h>
#include <string.h>

#include "../../../dpdk/fail.h"

#define CONTROL_BYTES 4096

void *touched_memory(size_t bytes) {
  size_t whole = (bytes + CONTROL_BYTES - 1) / CONTROL_BYTES * CONTROL_BYTES;
  void *memory = aligned_alloc(CONTROL_BYTES, whole);
  if (memory == NULL) fail("no memory for %zu bytes", whole);
  return memset(memory, 0, whole);
}

static void open_end(struct end *end, void *image, uint32_t image_bytes) {
  end->channel.monitor_page = &end->monitor;
  vmbus_br_setup(&end->channel.rxbr, image, image_bytes);
  vmbus_br_setup(&end->channel.txbr, image, image_bytes);
}

struct ring *ring_create(uint32_t bytes, bool masked) {
  struct ring *ring = touched_memory(sizeof(*ring));
  uint32_t image_bytes = CONTROL_BYTES + bytes;
  ring->image = touched_memory(image_bytes);
  open_end(&ring->sender, ring->image, image_bytes);
  open_end(&ring->receiver, ring->image, image_bytes);
  ring->receiver.channel.rxbr.vbr->imask = masked;
  return ring;
}

void ring_destroy(struct ring *ring) {
  free(ring->image);
  free(ring);
}
