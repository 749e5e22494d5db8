/*
 * A ring image in a file, with DPDK's ring functions over it and without DPDK's start-up.
 *
 *   file:  | control page, 4096 bytes | data, RINGBYTES |
 */
#ifndef RING_H
#define RING_H

#include <rte_bus_vmbus.h>
#include <rte_version.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/uio.h>

/* The two structures below are not in DPDK's public headers, and the second has changed since. */
#if RTE_VER_YEAR != 22
#error "struct vmbus_channel is declared here as DPDK 22.11 has it"
#endif

struct vmbus_br {
	struct vmbus_bufring *vbr;
	uint32_t dsize;
	uint32_t windex;
};

struct vmbus_channel {
	STAILQ_HEAD(, vmbus_channel) subchannel_list;
	STAILQ_ENTRY(vmbus_channel) next;
	const struct rte_vmbus_device *device;
	struct vmbus_br rxbr;
	struct vmbus_br txbr;
	uint16_t relid;
	uint16_t subchannel_id;
	uint8_t monitor_id;
	struct vmbus_mon_page *monitor_page;
};

void vmbus_br_setup(struct vmbus_br *br, void *buf, unsigned int blen);
int vmbus_txbr_write(struct vmbus_br *tbr, const struct iovec iov[], int iovlen, bool *need_sig);

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
