#include <string.h>

#include "channel.h"
#include "ports.h"
#include "traffic.h"

#define MAXIMUM_PAYLOAD_BYTES 2000

/* One direction: the packets that a seed stands for, one after the other. */
struct stream {
  struct xorshift random;
  uint32_t next;
  uint32_t count;
  struct packet packet;
  uint8_t payload[MAXIMUM_PAYLOAD_BYTES + 8];
};

static void draw_packet(struct stream *stream) {
  static const uint16_t types[] = {VMBUS_CHANPKT_TYPE_INBAND, VMBUS_CHANPKT_TYPE_INBAND, VMBUS_CHANPKT_TYPE_COMP};
  uint32_t kind = stream->next % 3, bytes = next_random(&stream->random) % (MAXIMUM_PAYLOAD_BYTES + 1);
  random_bytes(&stream->random, stream->payload, bytes);
  memset(stream->payload + bytes, 0, 8);
  stream->packet = (struct packet){
      .type = types[kind],
      .flags = kind == 1 ? VMBUS_CHANPKT_FLAG_RC : VMBUS_CHANPKT_FLAG_NONE,
      .transaction_id = stream->next,
      .payload = stream->payload,
      .payload_bytes = bytes,
  };
}

static void start(struct stream *stream, uint32_t count, uint32_t seed) {
  stream->random = seed_random(seed);
  stream->next = 0;
  stream->count = count;
  if (count > 0) draw_packet(stream);
}

static bool is_over(const struct stream *stream) { return stream->next == stream->count; }

static void advance(struct stream *stream) {
  stream->next++;
  if (!is_over(stream)) draw_packet(stream);
}

static void check(const struct stream *stream, const struct received *got) {
  const struct packet *want = &stream->packet;
  uint32_t padded = (want->payload_bytes + 7) / 8 * 8;
  if (got->header.type != want->type || got->header.flags != want->flags) {
    fail("packet %u is of type %u, flags %u", stream->next, got->header.type, got->header.flags);
  }
  bool has_id = want->type == VMBUS_CHANPKT_TYPE_COMP || want->flags != 0;
  if (has_id && got->header.xactid != want->transaction_id) {
    fail("packet %u has transaction id %lu", stream->next, got->header.xactid);
  }
  if (got->header.hlen != 2 || vmbus_chanpkt_datalen(&got->header) != padded) {
    fail("packet %u has %u bytes of payload, not %u", stream->next, vmbus_chanpkt_datalen(&got->header), padded);
  }
  if (memcmp(got->body, want->payload, padded) != 0) fail("packet %u holds something else", stream->next);
}

static struct stream outgoing, incoming;
static struct received received;

void exchange(uint32_t count, uint32_t seed) {
  for (start(&outgoing, count, seed); !is_over(&outgoing); advance(&outgoing)) send_packet(&outgoing.packet);
  for (start(&incoming, count, seed + 1); !is_over(&incoming); advance(&incoming)) {
    receive_packet(&received);
    check(&incoming, &received);
  }
}

static bool send_some(void) {
  bool any = false;
  for (; !is_over(&outgoing) && try_send(&outgoing.packet); advance(&outgoing)) any = true;
  return any;
}

static bool receive_some(void) {
  bool any = false;
  for (; !is_over(&incoming) && try_receive(&received); advance(&incoming)) {
    check(&incoming, &received);
    any = true;
  }
  return any;
}

void duplex(uint32_t count, uint32_t seed) {
  start(&outgoing, count, seed);
  start(&incoming, count, seed + 1);
  while (!is_over(&outgoing) || !is_over(&incoming)) {
    bool sent = send_some(), got = receive_some();
    if (sent || got) continue;
    /* Neither goes on: ask for both signals, and look at both once more. */
    if (!is_over(&outgoing)) ask_for_room(&outgoing.packet);
    __sync_synchronize();
    sent = send_some();
    got = receive_some();
    if (!sent && !got) await_doorbell();
    forget_room();
  }
}
