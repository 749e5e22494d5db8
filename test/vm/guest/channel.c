#include <errno.h>

#include "channel.h"
#include "ports.h"

static struct vmbus_mon_page monitor_page;
static struct vmbus_channel channel = {.monitor_page = &monitor_page};

void open_channel(const struct pages *pages) {
  size_t ring_bytes = pages->count / 2 * PAGE_BYTES;
  vmbus_br_setup(&channel.txbr, pages->base, ring_bytes);
  vmbus_br_setup(&channel.rxbr, pages->base + ring_bytes, ring_bytes);
  /* Says of this end that it signals waiting writers: rte_vmbus_chan_signal_read does. */
  channel.txbr.vbr->feature_bits.feat_pending_send_sz = 1;
}

/* DPDK signals by a bit in the monitor page, which Hyper-V looks at. Nobody does here. */
static void pass_signal_on(void) {
  if (__atomic_exchange_n(&monitor_page.trigs[0].pending, 0, __ATOMIC_SEQ_CST) != 0) ring_doorbell();
}

static uint32_t header_bytes(const struct packet *packet) {
  uint32_t bytes = sizeof(struct vmbus_chanpkt_hdr);
  if (packet->range_count == 0) return bytes;
  uint32_t list = packet->gpas != NULL ? packet->range_count * sizeof(struct vmbus_gpa) : packet->range_list_bytes;
  return bytes + 8 + list;
}

static uint32_t ring_bytes(const struct packet *packet) {
  return header_bytes(packet) + (packet->payload_bytes + 7) / 8 * 8 + 8;
}

/* DPDK has a function for ranges of one page each. This is the same with any ranges. */
static int send_ranges(const struct packet *packet) {
  uint64_t padding = 0;
  uint32_t header = header_bytes(packet), padded = (packet->payload_bytes + 7) / 8 * 8;
  struct {
    struct vmbus_chanpkt_hdr header;
    uint32_t reserved;
    uint32_t range_count;
  } start = {
      .header = {packet->type, header / 8, (header + padded) / 8, packet->flags, packet->transaction_id},
      .range_count = packet->range_count,
  };
  struct iovec pieces[] = {
      {&start, sizeof start},
      {packet->range_list, packet->range_list_bytes},
      {packet->payload, packet->payload_bytes},
      {&padding, padded - packet->payload_bytes},
  };
  bool due = false;
  int error = vmbus_txbr_write(&channel.txbr, pieces, 4, &due);
  if (error == 0 && due) rte_vmbus_chan_signal_tx(&channel);
  return error;
}

bool try_send(const struct packet *packet) {
  int error;
  if (packet->range_list != NULL) {
    error = send_ranges(packet);
  } else if (packet->range_count > 0) {
    error = rte_vmbus_chan_send_sglist(&channel, packet->gpas, packet->range_count, packet->payload, packet->payload_bytes,
                                       packet->transaction_id, NULL);
  } else {
    error = rte_vmbus_chan_send(&channel, packet->type, packet->payload, packet->payload_bytes, packet->transaction_id,
                                packet->flags, NULL);
  }
  if (error == -EAGAIN) return false;
  if (error != 0) fail("sending: error %d", error);
  pass_signal_on();
  return true;
}

bool try_receive(struct received *received) {
  uint32_t bytes = sizeof *received;
  int taken = rte_vmbus_chan_recv_raw(&channel, received, &bytes);
  if (taken == -EAGAIN) return false;
  if (taken < 0) fail("receiving: error %d", taken);
  rte_vmbus_chan_signal_read(&channel, taken);
  pass_signal_on();
  return true;
}

void ask_for_room(const struct packet *packet) {
  uint32_t wanted = ring_bytes(packet), quarter = channel.txbr.dsize / 4;
  channel.txbr.vbr->pending_send = wanted > quarter ? wanted : quarter;
  /* What follows is a last look: it must not come before the store. */
  __sync_synchronize();
}

void forget_room(void) { channel.txbr.vbr->pending_send = 0; }

void send_packet(const struct packet *packet) {
  if (try_send(packet)) return;
  for (;;) {
    ask_for_room(packet);
    if (try_send(packet)) break;
    await_doorbell();
  }
  forget_room();
}

void receive_packet(struct received *received) {
  while (!try_receive(received)) {
    /* DPDK stores the read index without a barrier: the host must see it before the guest takes its last look. */
    __sync_synchronize();
    if (try_receive(received)) return;
    await_doorbell();
  }
}
