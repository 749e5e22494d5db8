/*
 * The guest's end of a channel: DPDK's own functions write and read the rings and decide when to signal. What they leave to
 * their callers is added: to sleep, to ask for a signal when there is room again, and the doorbell instead of Hyper-V's monitor page.
 */
#ifndef GUEST_CHANNEL_H
#define GUEST_CHANNEL_H

#include "../../../dpdk/vmbus_channel.h"
#include "pages.h"

/* The largest packet that the guest takes, footer not included. */
#define MAXIMUM_PACKET_BYTES 4096

/* A packet to be sent. */
struct packet {
  uint16_t type;
  uint16_t flags;
  uint64_t transaction_id;
  void *payload;
  uint32_t payload_bytes;
  /* Of type VMBUS_CHANPKT_TYPE_GPA: ranges of one page each, or a list of any ranges, as the packet will hold it. */
  struct vmbus_gpa *gpas;
  uint32_t range_count;
  void *range_list;
  uint32_t range_list_bytes;
};

/* A packet that was received, out of the ring. */
struct received {
  struct vmbus_chanpkt_hdr header;
  uint8_t body[MAXIMUM_PACKET_BYTES - sizeof(struct vmbus_chanpkt_hdr)];
};

/* The channel over pages: half of them for each ring, the guest's first. */
void open_channel(const struct pages *pages);

/* Sends a packet if there is room for it. */
bool try_send(const struct packet *packet);

/* Takes a packet if there is one. */
bool try_receive(struct received *received);

/* Asks to be signalled when there is room for `packet`. */
void ask_for_room(const struct packet *packet);

/* There was room. */
void forget_room(void);

/* Sends a packet as soon as there is room. */
void send_packet(const struct packet *packet);

/* Takes a packet as soon as there is one. */
void receive_packet(struct received *received);

#endif
