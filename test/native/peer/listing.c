#include "listing.h"

#include "crc32.h"
#include <inttypes.h>
#include <rte_vmbus_reg.h>
#include <string.h>

#define PAGE_BYTES 4096
#define FIXED_BYTES (sizeof(struct vmbus_chanpkt_hdr) + 8)

/* One packet, its header parsed. */
struct view {
	struct vmbus_chanpkt_hdr header;
	const uint8_t *ranges;
	uint32_t ranges_bytes;
	uint32_t range_count;
	uint16_t set_id;
	const uint8_t *payload;
	uint32_t payload_bytes;
};

static uint32_t u32_at(const uint8_t *bytes)
{
	uint32_t value;
	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* Bytes of the range at `at`, or 0 where the header ends before it or it is not valid. */
static uint32_t gpa_range_bytes(const struct view *view, uint32_t at)
{
	if (view->ranges_bytes - at < 8)
		return 0;
	uint64_t length = u32_at(view->ranges + at);
	uint64_t offset = u32_at(view->ranges + at + 4);
	uint64_t pages = (offset + length + PAGE_BYTES - 1) / PAGE_BYTES;
	if (length == 0 || offset >= PAGE_BYTES || pages * 8 > view->ranges_bytes - at - 8)
		return 0;
	return 8 + pages * 8;
}

static const char *check_ranges(const struct view *view)
{
	if (view->header.type == VMBUS_CHANPKT_TYPE_RXBUF)
		return view->range_count > view->ranges_bytes / 8 ? "more ranges than its header holds" : NULL;
	if (view->range_count == 0)
		return "GPA direct without ranges";
	uint32_t at = 0;
	for (uint32_t i = 0; i < view->range_count; i++) {
		uint32_t bytes = gpa_range_bytes(view, at);
		if (bytes == 0)
			return "a GPA range that is not valid";
		at += bytes;
	}
	return NULL;
}

static const char *parse(struct view *view, const uint8_t *packet, uint32_t bytes)
{
	memset(view, 0, sizeof(*view));
	if (bytes < sizeof(view->header))
		return "no room for a descriptor";
	memcpy(&view->header, packet, sizeof(view->header));
	uint32_t header_bytes = vmbus_chanpkt_getlen(view->header.hlen);
	if (header_bytes < sizeof(view->header) || header_bytes > bytes ||
	    vmbus_chanpkt_getlen(view->header.tlen) != bytes)
		return "lengths that do not fit";
	if ((view->header.flags & ~VMBUS_CHANPKT_FLAG_RC) != 0)
		return "unknown flags";
	view->payload = packet + header_bytes;
	view->payload_bytes = bytes - header_bytes;
	switch (view->header.type) {
	case VMBUS_CHANPKT_TYPE_INBAND:
	case VMBUS_CHANPKT_TYPE_COMP:
		return NULL;
	case VMBUS_CHANPKT_TYPE_RXBUF:
	case VMBUS_CHANPKT_TYPE_GPA:
		if (header_bytes < FIXED_BYTES)
			return "an extended header that is too short";
		view->set_id = u32_at(packet + sizeof(view->header)) & 0xffff;
		view->range_count = u32_at(packet + sizeof(view->header) + 4);
		view->ranges = packet + FIXED_BYTES;
		view->ranges_bytes = header_bytes - FIXED_BYTES;
		return check_ranges(view);
	default:
		return "an unknown type";
	}
}

static const char *name_of(const struct view *view)
{
	switch (view->header.type) {
	case VMBUS_CHANPKT_TYPE_COMP:
		return "comp";
	case VMBUS_CHANPKT_TYPE_GPA:
		return "gpa";
	case VMBUS_CHANPKT_TYPE_RXBUF:
		return "xfer";
	default:
		return view->header.flags == 0 ? "inband" : "inband_c";
	}
}

static void print_ranges(FILE *out, const struct view *view)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < view->range_count; i++) {
		const uint8_t *range = view->ranges + at;
		fprintf(out, " %" PRIu32 "@%" PRIu32, u32_at(range), u32_at(range + 4));
		if (view->header.type != VMBUS_CHANPKT_TYPE_GPA) {
			at += 8;
			continue;
		}
		uint32_t bytes = gpa_range_bytes(view, at);
		for (uint32_t page_at = 8; page_at < bytes; page_at += 8) {
			uint64_t page;
			memcpy(&page, range + page_at, sizeof(page));
			fprintf(out, "%c%" PRIx64, page_at == 8 ? ':' : ',', page);
		}
		at += bytes;
	}
}

const char *listing_print(FILE *out, uint64_t index, const uint8_t *packet, uint32_t bytes)
{
	struct view view;
	const char *wrong = parse(&view, packet, bytes);
	if (wrong != NULL)
		return wrong;
	fprintf(out, "%" PRIu64 " %s ", index, name_of(&view));
	if (view.header.type == VMBUS_CHANPKT_TYPE_COMP || view.header.flags != 0)
		fprintf(out, "%" PRIu64, view.header.xactid);
	else
		fputc('-', out);
	fprintf(out, " %" PRIu32 " %08" PRIx32, view.payload_bytes, crc32(view.payload, view.payload_bytes));
	if (view.header.type == VMBUS_CHANPKT_TYPE_RXBUF)
		fprintf(out, " set=%x", view.set_id);
	print_ranges(out, &view);
	return NULL;
}
