/* A ring in this program's own memory, and its two ends by DPDK's functions, without DPDK's start-up. */
#ifndef RING_H
#define RING_H

#include <errno.h>
#include <rte_pause.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../../../dpdk/fail.h"
#include "../../../dpdk/vmbus_channel.h"

/* Bytes that a payload takes in the ring, and with them its descriptor and footer. */
#define PADDED_BYTES(payload_bytes) (((payload_bytes) + 7) / 8 * 8)
#define PACKET_BYTES(payload_bytes) (PADDED_BYTES(payload_bytes) + 24)

/* The largest in-band payload: its packet's length is counted in 16 bits, in units of 8 bytes. */
#define PAYLOAD_LIMIT 524264

/* An end has cache lines of its own: two threads have one each. */
struct end {
  struct vmbus_channel channel;
  struct vmbus_mon_page monitor;
} __attribute__((aligned(128)));

struct ring {
  /* Control page and data. */
  void *image;
  struct end sender;
  struct end receiver;
};

/* An empty ring of `bytes`, every page of it touched. With `masked`, its reader asks for no signals, as readers that poll do. */
struct ring *ring_create(uint32_t bytes, bool masked);

void ring_destroy(struct ring *ring);

/* Memory on cache lines of its own, touched; ends the program where there is none. To be freed. */
void *touched_memory(size_t bytes);

/* Sends a packet as soon as there is room. Whether to signal is found out, and nobody is signalled. */
static inline void ring_send(struct ring *ring, void *payload, uint32_t bytes, uint64_t id) {
  bool need_signal = false;
  int error;
  while ((error = rte_vmbus_chan_send(&ring->sender.channel, VMBUS_CHANPKT_TYPE_INBAND, payload, bytes, id, 0,
                                      &need_signal)) == -EAGAIN)
    rte_pause();
  if (error != 0) fail("sending: %s", strerror(-error));
}

/* Receives a packet as soon as there is one; `target` has room for `bytes` with padding. Ends the program unless it has that many. */
static inline void ring_receive(struct ring *ring, void *target, uint32_t bytes) {
  uint32_t padded_bytes = PADDED_BYTES(bytes);
  for (;;) {
    uint32_t length = padded_bytes;
    uint64_t id;
    /* It asks by itself whether the sender is to be signalled that there is room. */
    int error = rte_vmbus_chan_recv(&ring->receiver.channel, target, &length, &id);
    if (error == -EAGAIN) {
      rte_pause();
      continue;
    }
    if (error != 0) fail("receiving: %s", strerror(-error));
    if (length != padded_bytes) fail("received %u bytes, not %u", length, padded_bytes);
    return;
  }
}

#endif
