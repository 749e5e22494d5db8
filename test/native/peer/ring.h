/*
 * A ring image in a file, with DPDK's ring functions over it and without DPDK's start-up.
 *
 *   file:  | control page, 4096 bytes | data, RINGBYTES |
 */
#ifndef RING_H
#define RING_H

#include "../../../dpdk/vmbus_channel.h"
#include <stdbool.h>
#include <stdint.h>

/* Sizes and indices in bytes. */
struct ring {
	uint32_t bytes;
	volatile struct vmbus_bufring *control;
	struct vmbus_channel channel;
	struct vmbus_mon_page monitor;
	/* As large as the data: no packet is larger. */
	uint8_t *packet;
};

enum access {
	/* Mapped shared: what DPDK writes is in the file. */
	ACCESS_SHARED,
	/* Mapped private: what DPDK writes stays in this process. */
	ACCESS_PRIVATE,
};

/* Ends the program where the file is not an image of that size. */
void ring_open(struct ring *ring, const char *file, uint32_t bytes, enum access access);

/* Opens both ends anew: DPDK goes on at the indices that lie in the ring. */
void ring_reopen(struct ring *ring);

/* Whether DPDK has signalled since this was last asked. */
bool ring_was_signalled(struct ring *ring);

/* Whether `index` can be an `in` or `out` of the ring. DPDK does not look. */
bool ring_is_index(const struct ring *ring, uint32_t index);

/*
 * Takes the next packet out, descriptor first and without its footer, into `ring->packet`. What DPDK says: bytes taken,
 * footer included, or an error number below 0.
 */
int ring_receive(struct ring *ring);

/* A packet with an extended header, which DPDK's own senders make only with one page a range. 0 or an error number below 0. */
int ring_send_extended(struct ring *ring, const struct vmbus_chanpkt_hdr *header, const void *extension,
		       uint32_t extension_bytes, const void *payload, uint32_t payload_bytes, bool *need_signal);

#endif
