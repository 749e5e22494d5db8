/* The packets that a seed stands for, as test/vectors/README.md says. */
#ifndef CONTRACT_H
#define CONTRACT_H

#include "../../../dpdk/xorshift.h"
#include "ring.h"
#include <stdint.h>

#define PAYLOAD_LIMIT 2000
#define RANGE_LIMIT 8
#define PAGE_LIMIT 5

/* In the contract's order. */
enum kind { KIND_INBAND, KIND_INBAND_C, KIND_COMP, KIND_GPA, KIND_XFER, KIND_COUNT };

struct range {
	uint32_t length;
	uint32_t offset;
	uint32_t page_count;
	uint64_t pages[PAGE_LIMIT];
};

struct packet {
	enum kind kind;
	uint32_t index;
	/* Without padding: DPDK pads. */
	uint32_t payload_bytes;
	uint32_t payload[PAYLOAD_LIMIT / 4];
	uint16_t set_id;
	uint32_t range_count;
	struct range ranges[RANGE_LIMIT];
};

/* Draws the packet with this index. Packets are drawn in order, the numbers carry on. */
void contract_draw(struct packet *packet, uint32_t index, struct xorshift *random);

/* Sends it by the function of DPDK's that can make it. 0 or an error number below 0. */
int contract_send(struct ring *ring, const struct packet *packet, bool *need_signal);

#endif
