#include "contract.h"

#include <string.h>

#define PAGE_BYTES 4096

uint32_t xorshift_begin(uint32_t seed)
{
	return seed == 0 ? 0x9E3779B9 : seed;
}

uint32_t xorshift_next(uint32_t *state)
{
	uint32_t s = *state;
	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	*state = s;
	return s;
}

static void draw_gpa_range(struct range *range, uint32_t *state)
{
	range->offset = xorshift_next(state) & 0xfff;
	range->length = 1 + xorshift_next(state) % 16384;
	range->page_count = (range->offset + range->length + PAGE_BYTES - 1) / PAGE_BYTES;
	for (uint32_t i = 0; i < range->page_count; i++) {
		uint64_t low = xorshift_next(state);
		uint64_t high = xorshift_next(state) & 0xff;
		range->pages[i] = high << 32 | low;
	}
}

static void draw_transfer_range(struct range *range, uint32_t *state)
{
	range->length = xorshift_next(state) % 65536;
	range->offset = xorshift_next(state);
	range->page_count = 0;
}

void contract_draw(struct packet *packet, uint32_t index, uint32_t *state)
{
	packet->index = index;
	packet->kind = index % KIND_COUNT;
	packet->payload_bytes = xorshift_next(state) % (PAYLOAD_LIMIT + 1);
	packet->range_count = 0;
	if (packet->kind == KIND_GPA) {
		packet->range_count = 1 + xorshift_next(state) % 3;
		for (uint32_t i = 0; i < packet->range_count; i++)
			draw_gpa_range(&packet->ranges[i], state);
	} else if (packet->kind == KIND_XFER) {
		packet->set_id = xorshift_next(state) & 0xffff;
		packet->range_count = 1 + xorshift_next(state) % RANGE_LIMIT;
		for (uint32_t i = 0; i < packet->range_count; i++)
			draw_transfer_range(&packet->ranges[i], state);
	}
	for (uint32_t i = 0; i < (packet->payload_bytes + 3) / 4; i++)
		packet->payload[i] = xorshift_next(state);
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
