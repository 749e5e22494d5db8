#include <string.h>

#include "channel.h"
#include "ports.h"
#include "requests.h"

/* Requests that are outstanding at once, and the pages of each. */
#define SLOTS 4
#define SLOT_PAGES (REQUEST_PAGES / SLOTS)
#define SLOT_BYTES (SLOT_PAGES * PAGE_BYTES)

/* What the pages hold where nobody wrote. */
#define UNTOUCHED 0xee

#define MAXIMUM_RANGES 8

struct range {
  uint32_t start; /* in the slot */
  uint32_t bytes;
};

struct request {
  uint64_t transaction_id; /* 0: none is outstanding here */
  uint32_t payload[2];
  uint32_t range_count;
  struct range ranges[MAXIMUM_RANGES];
};

static struct request slots[SLOTS];

/* Ranges within one page each, every other page. */
static void draw_single_pages(struct request *request, struct xorshift *random) {
  request->range_count = 1 + next_random(random) % MAXIMUM_RANGES;
  for (uint32_t i = 0; i < request->range_count; i++) {
    uint32_t offset = next_random(random) % PAGE_BYTES;
    request->ranges[i] = (struct range){2 * i * PAGE_BYTES + offset, 1 + next_random(random) % (PAGE_BYTES - offset)};
  }
}

/* Ranges of up to 16 KiB, one behind the other, with gaps. */
static void draw_page_lists(struct request *request, struct xorshift *random) {
  uint32_t at = 0;
  request->range_count = 1 + next_random(random) % 3;
  for (uint32_t i = 0; i < request->range_count; i++) {
    at += next_random(random) % 2000;
    request->ranges[i] = (struct range){at, 1 + next_random(random) % 16384};
    at += request->ranges[i].bytes;
  }
}

static void send_single_pages(struct request *request, const uint64_t *numbers) {
  struct vmbus_gpa gpas[MAXIMUM_RANGES];
  for (uint32_t i = 0; i < request->range_count; i++) {
    const struct range *range = &request->ranges[i];
    gpas[i] = (struct vmbus_gpa){range->bytes, range->start % PAGE_BYTES, numbers[range->start / PAGE_BYTES]};
  }
  send_packet(&(struct packet){
      .type = VMBUS_CHANPKT_TYPE_GPA,
      .transaction_id = request->transaction_id,
      .payload = request->payload,
      .payload_bytes = sizeof request->payload,
      .gpas = gpas,
      .range_count = request->range_count,
  });
}

static void send_page_lists(struct request *request, const uint64_t *numbers) {
  uint64_t list[3 * (1 + SLOT_PAGES)];
  uint32_t words = 0;
  for (uint32_t i = 0; i < request->range_count; i++) {
    const struct range *range = &request->ranges[i];
    list[words++] = (uint64_t)(range->start % PAGE_BYTES) << 32 | range->bytes;
    uint32_t last = (range->start + range->bytes - 1) / PAGE_BYTES;
    for (uint32_t page = range->start / PAGE_BYTES; page <= last; page++) list[words++] = numbers[page];
  }
  send_packet(&(struct packet){
      .type = VMBUS_CHANPKT_TYPE_GPA,
      .flags = VMBUS_CHANPKT_FLAG_RC,
      .transaction_id = request->transaction_id,
      .payload = request->payload,
      .payload_bytes = sizeof request->payload,
      .range_count = request->range_count,
      .range_list = list,
      .range_list_bytes = words * sizeof(uint64_t),
  });
}

static void send_request(uint32_t slot, uint32_t index, const uint64_t *numbers, struct xorshift *random) {
  struct request *request = &slots[slot];
  bool is_single = index % 2 == 0;
  if (is_single) draw_single_pages(request, random);
  else draw_page_lists(request, random);
  /* Hyper-V does not answer a transaction with the id 0. */
  request->transaction_id = index + 1;
  request->payload[0] = next_random(random);
  request->payload[1] = 0;
  for (uint32_t i = 0; i < request->range_count; i++) request->payload[1] += request->ranges[i].bytes;
  if (is_single) send_single_pages(request, numbers);
  else send_page_lists(request, numbers);
}

/* The slot's bytes as they must be: what the host was to write, and nothing else. */
static void check_slot(const struct request *request, uint8_t *memory) {
  static uint8_t want[SLOT_BYTES], data[SLOT_BYTES];
  struct xorshift random = seed_random(request->payload[0]);
  random_bytes(&random, data, request->payload[1]);
  memset(want, UNTOUCHED, SLOT_BYTES);
  for (uint32_t i = 0, done = 0; i < request->range_count; done += request->ranges[i++].bytes) {
    memcpy(want + request->ranges[i].start, data + done, request->ranges[i].bytes);
  }
  for (uint32_t i = 0; memcmp(memory, want, SLOT_BYTES) != 0; i++) {
    if (memory[i] == want[i]) continue;
    fail("request %lu: byte %u of its pages is %02x, not %02x", request->transaction_id, i, memory[i], want[i]);
  }
  memset(memory, UNTOUCHED, SLOT_BYTES);
}

static void take_completion(uint8_t *memory) {
  static struct received received;
  receive_packet(&received);
  uint32_t answer[2];
  memcpy(answer, received.body, sizeof answer);
  if (received.header.type != VMBUS_CHANPKT_TYPE_COMP) fail("a packet of type %u is no completion", received.header.type);
  for (uint32_t i = 0; i < SLOTS; i++) {
    struct request *request = &slots[i];
    if (request->transaction_id != received.header.xactid || request->transaction_id == 0) continue;
    if (answer[0] != 0 || answer[1] != request->payload[1]) fail("status %u, %u bytes", answer[0], answer[1]);
    check_slot(request, memory + i * SLOT_BYTES);
    request->transaction_id = 0;
    return;
  }
  fail("nobody waits for transaction %lu", received.header.xactid);
}

void make_requests(const struct pages *pages, uint32_t count, uint32_t seed) {
  struct xorshift random = seed_random(seed);
  memset(pages->base, UNTOUCHED, REQUEST_PAGES * PAGE_BYTES);
  for (uint32_t index = 0; index < count;) {
    uint32_t outstanding = 0;
    for (; outstanding < SLOTS && index < count; outstanding++, index++) {
      send_request(outstanding, index, pages->numbers + outstanding * SLOT_PAGES, &random);
    }
    while (outstanding-- > 0) take_completion(pages->base);
  }
}
