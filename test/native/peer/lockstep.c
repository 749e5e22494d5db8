#define _GNU_SOURCE
#include "lockstep.h"

#include "contract.h"
#include "crc32.h"
#include "../../../dpdk/fail.h"
#include "listing.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_LIMIT 64
#define PAYLOAD_BYTES_LIMIT (1u << 20)

/* One operation, cut into words. */
struct operation {
	int count;
	char *words[WORD_LIMIT];
};

/* What it led to. */
struct outcome {
	int error;
	bool signal;
	/* What is printed behind the words. */
	FILE *packets;
};

static void split(struct operation *operation, char *line)
{
	operation->count = 0;
	for (char *rest = NULL, *word = strtok_r(line, " \n", &rest); word != NULL; word = strtok_r(NULL, " \n", &rest)) {
		if (operation->count == WORD_LIMIT)
			fail("an operation of more than %d words", WORD_LIMIT);
		operation->words[operation->count++] = word;
	}
}

static uint64_t number(const struct operation *operation, int at, int base)
{
	if (at >= operation->count)
		fail("%s wants a word %d", operation->words[0], at);
	char *end;
	uint64_t value = strtoull(operation->words[at], &end, base);
	if (*end != '\0')
		fail("%s is no number", operation->words[at]);
	return value;
}

/* The payload that the words `at` (bytes) and the next one (seed) stand for; kept until the next one. */
static void *payload_at(const struct operation *operation, int at, uint32_t *bytes)
{
	static uint32_t payload[PAYLOAD_BYTES_LIMIT / 4];
	*bytes = number(operation, at, 10);
	if (*bytes > sizeof(payload))
		fail("a payload of %u bytes", *bytes);
	struct xorshift random = seed_random(number(operation, at + 1, 10));
	for (uint32_t i = 0; i < (*bytes + 3) / 4; i++)
		payload[i] = next_random(&random);
	return payload;
}

static void run_send(struct ring *ring, const struct operation *operation, struct outcome *outcome)
{
	uint32_t bytes;
	void *payload = payload_at(operation, 4, &bytes);
	outcome->error = rte_vmbus_chan_send(&ring->channel, number(operation, 1, 16), payload, bytes,
					     number(operation, 3, 10), number(operation, 2, 10), &outcome->signal);
}

static void run_sglist(struct ring *ring, const struct operation *operation, struct outcome *outcome)
{
	struct vmbus_gpa list[WORD_LIMIT];
	uint32_t count = 0;
	for (int at = 4; at < operation->count; at++) {
		struct vmbus_gpa *range = &list[count++];
		uint32_t length, offset;
		uint64_t page;
		if (sscanf(operation->words[at], "%" SCNu32 "@%" SCNu32 ":%" SCNx64, &length, &offset, &page) != 3)
			fail("%s is no range of one page", operation->words[at]);
		*range = (struct vmbus_gpa){.len = length, .ofs = offset, .page = page};
	}
	uint32_t bytes;
	void *payload = payload_at(operation, 2, &bytes);
	outcome->error = rte_vmbus_chan_send_sglist(&ring->channel, list, count, payload, bytes,
						    number(operation, 1, 10), &outcome->signal);
}

static uint32_t parse_hex(uint8_t *bytes, uint32_t limit, const char *text)
{
	uint32_t count = 0;
	for (; *text != '\0'; text += 2) {
		if (count == limit || sscanf(text, "%2hhx", &bytes[count++]) != 1 || text[1] == '\0')
			fail("no header: %s", text);
	}
	return count;
}

static void run_write(struct ring *ring, const struct operation *operation, struct outcome *outcome)
{
	uint8_t extension[4096];
	struct vmbus_chanpkt_hdr header = {
		.type = number(operation, 1, 16),
		.flags = number(operation, 2, 10),
		.xactid = number(operation, 3, 10),
	};
	uint32_t bytes;
	void *payload = payload_at(operation, 4, &bytes);
	const char *text = operation->count > 6 ? operation->words[6] : "";
	uint32_t extension_bytes = parse_hex(extension, sizeof(extension), text);
	outcome->error = ring_send_extended(ring, &header, extension, extension_bytes, payload, bytes, &outcome->signal);
}

static void run_read(struct ring *ring, const struct operation *operation, struct outcome *outcome)
{
	uint64_t wanted = number(operation, 1, 10);
	uint32_t bytes = 0;
	for (uint64_t i = 0; i < wanted; i++) {
		int taken = ring_receive(ring);
		if (taken < 0) {
			outcome->error = taken;
			break;
		}
		bytes += taken;
		fputs(" | ", outcome->packets);
		const char *wrong = listing_print(outcome->packets, i, ring->packet, taken - sizeof(uint64_t));
		if (wrong != NULL)
			fprintf(outcome->packets, "invalid: %s", wrong);
	}
	if (bytes > 0)
		rte_vmbus_chan_signal_read(&ring->channel, bytes);
	outcome->signal = ring_was_signalled(ring);
}

static void run_receive(struct ring *ring, struct outcome *outcome)
{
	uint32_t bytes = ring->bytes;
	uint64_t id = 0;
	outcome->error = rte_vmbus_chan_recv(&ring->channel, ring->packet, &bytes, &id);
	outcome->signal = ring_was_signalled(ring);
	if (outcome->error == 0)
		fprintf(outcome->packets, " | %" PRIu64 " %" PRIu32 " %08" PRIx32, id, bytes,
			crc32(ring->packet, bytes));
}

static void run(struct ring *ring, const struct operation *operation, struct outcome *outcome)
{
	const char *name = operation->count == 0 ? "" : operation->words[0];
	if (strcmp(name, "send") == 0)
		run_send(ring, operation, outcome);
	else if (strcmp(name, "sglist") == 0)
		run_sglist(ring, operation, outcome);
	else if (strcmp(name, "write") == 0)
		run_write(ring, operation, outcome);
	else if (strcmp(name, "read") == 0)
		run_read(ring, operation, outcome);
	else if (strcmp(name, "receive") == 0)
		run_receive(ring, outcome);
	else if (strcmp(name, "reopen") == 0)
		ring_reopen(ring);
	else if (strcmp(name, "look") != 0)
		fail("no operation: %s", name);
}

static void answer(const struct ring *ring, const struct outcome *outcome, const char *packets)
{
	const char *result = outcome->error == 0 ? "ok" : strerrorname_np(-outcome->error);
	const volatile struct vmbus_bufring *control = ring->control;
	printf("%s %d %u %u %u %u %u%s\n", result == NULL ? "unknown" : result, outcome->signal, control->windex,
	       control->rindex, control->imask, control->pending_send, control->feature_bits.value, packets);
	fflush(stdout);
}

void lockstep(const char *file, unsigned int ring_bytes)
{
	struct ring ring;
	ring_open(&ring, file, ring_bytes, ACCESS_SHARED);
	char *line = NULL;
	size_t line_bytes = 0;
	while (getline(&line, &line_bytes, stdin) > 0) {
		struct operation operation;
		split(&operation, line);
		char *packets = NULL;
		size_t packets_bytes = 0;
		struct outcome outcome = {.packets = open_memstream(&packets, &packets_bytes)};
		if (outcome.packets == NULL)
			fail("no memory for an answer");
		run(&ring, &operation, &outcome);
		fclose(outcome.packets);
		answer(&ring, &outcome, packets);
		free(packets);
	}
	free(line);
}
