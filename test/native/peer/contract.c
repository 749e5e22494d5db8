#include "contract.h"

#include <string.h>

#define PAGE_BYTES 4096

static void draw_gpa_range(struct range *range, struct xorshift *random)
{
	range->offset = next_random(random) & 0xfff;
	range->length = 1 + next_random(random) % 16384;
	range->page_count = (range->offset + range->length + PAGE_BYTES - 1) / PAGE_BYTES;
	for (uint32_t i = 0; i < range->page_count; i++) {
		uint64_t low = next_random(random);
		uint64_t high = next_random(random) & 0xff;
		range->pages[i] = high << 32 | low;
	}
}

static void draw_transfer_range(struct range *range, struct xorshift *random)
{
	range->length = next_random(random) % 65536;
	range->offset = next_random(random);
	range->page_count = 0;
}

void contract_draw(struct packet *packet, uint32_t index, struct xorshift *random)
{
	packet->index = index;
	packet->kind = index % KIND_COUNT;
	packet->payload_bytes = next_random(random) % (PAYLOAD_LIMIT + 1);
	packet->range_count = 0;
	if (packet->kind == KIND_GPA) {
		packet->range_count = 1 + next_random(random) % 3;
		for (uint32_t i = 0; i < packet->range_count; i++)
			draw_gpa_range(&packet->ranges[i], random);
	} else if (packet->kind == KIND_XFER) {
		packet->set_id = next_random(random) & 0xffff;
		packet->range_count = 1 + next_random(random) % RANGE_LIMIT;
		for (uint32_t i = 0; i < packet->range_count; i++)
			draw_transfer_range(&packet->ranges[i], random);
	}
	for (uint32_t i = 0; i < (packet->payload_bytes + 3) / 4; i++)
		packet->payload[i] = next_random(random);
}

/* DPDK sends a list of ranges of one page each. */
static bool has_single_pages(const struct packet *packet)
{
	for (uint32_t i = 0; i < packet->range_count; i++)
		if (packet->ranges[i].page_count != 1)
			return false;
	return true;
}

static int send_single_pages(struct ring *ring, const struct packet *packet, bool *need_signal)
{
	struct vmbus_gpa list[RANGE_LIMIT];
	for (uint32_t i = 0; i < packet->range_count; i++) {
		const struct range *range = &packet->ranges[i];
		list[i] = (struct vmbus_gpa){.len = range->length, .ofs = range->offset, .page = range->pages[0]};
	}
	return rte_vmbus_chan_send_sglist(&ring->channel, list, packet->range_count, (void *)packet->payload,
					  packet->payload_bytes, packet->index, need_signal);
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t count)
{
	memcpy(at, bytes, count);
	return at + count;
}

static int send_ranges(struct ring *ring, const struct packet *packet, bool *need_signal)
{
	uint8_t extension[8 + RANGE_LIMIT * (8 + PAGE_LIMIT * 8)];
	bool transfer = packet->kind == KIND_XFER;
	uint32_t fixed[2] = {transfer ? packet->set_id : 0, packet->range_count};
	uint8_t *end = put(extension, fixed, sizeof(fixed));
	for (uint32_t i = 0; i < packet->range_count; i++) {
		const struct range *range = &packet->ranges[i];
		end = put(end, &range->length, 4);
		end = put(end, &range->offset, 4);
		end = put(end, range->pages, range->page_count * 8);
	}
	struct vmbus_chanpkt_hdr header = {
		.type = transfer ? VMBUS_CHANPKT_TYPE_RXBUF : VMBUS_CHANPKT_TYPE_GPA,
		.flags = VMBUS_CHANPKT_FLAG_RC,
		.xactid = packet->index,
	};
	return ring_send_extended(ring, &header, extension, end - extension, packet->payload, packet->payload_bytes,
				  need_signal);
}

int contract_send(struct ring *ring, const struct packet *packet, bool *need_signal)
{
	if (packet->kind == KIND_GPA && has_single_pages(packet))
		return send_single_pages(ring, packet, need_signal);
	if (packet->kind == KIND_GPA || packet->kind == KIND_XFER)
		return send_ranges(ring, packet, need_signal);
	uint16_t type = packet->kind == KIND_COMP ? VMBUS_CHANPKT_TYPE_COMP : VMBUS_CHANPKT_TYPE_INBAND;
	uint32_t flags = packet->kind == KIND_INBAND_C ? VMBUS_CHANPKT_FLAG_RC : VMBUS_CHANPKT_FLAG_NONE;
	return rte_vmbus_chan_send(&ring->channel, type, (void *)packet->payload, packet->payload_bytes, packet->index,
				   flags, need_signal);
}
