/*
 * The other side of a ring, by DPDK's own functions:
 *
 *   dpdk-peer produce FILE RINGBYTES COUNT SEED    writes packets 0 to COUNT - 1 of the contract
 *   dpdk-peer consume FILE RINGBYTES COUNT         takes COUNT packets out, a line of a listing for each
 *   dpdk-peer dump FILE RINGBYTES                  the same of what lies between out and in, and leaves it there
 *   dpdk-peer lockstep FILE RINGBYTES              see lockstep.h
 *
 * FILE is an image, 4096 bytes of control page and RINGBYTES of data, that exists. Nobody is signalled: both sides poll.
 */
#include "contract.h"
#include "../../../dpdk/fail.h"
#include "listing.h"
#include "lockstep.h"
#include "patience.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define OUTPUT_BUFFER_BYTES (1 << 16)
#define RING_BYTES_LIMIT (1u << 30)

static void produce(const char *file, uint32_t ring_bytes, uint32_t count, uint32_t seed)
{
	struct ring ring;
	ring_open(&ring, file, ring_bytes, ACCESS_SHARED);
	struct patience patience = {0};
	struct xorshift random = seed_random(seed);
	for (uint32_t index = 0; index < count; index++) {
		struct packet packet;
		bool need_signal = false;
		int error;
		contract_draw(&packet, index, &random);
		while ((error = contract_send(&ring, &packet, &need_signal)) == -EAGAIN)
			patience_wait(&patience, "the ring has been full");
		if (error != 0)
			fail("packet %u: %s", index, strerror(-error));
		patience_renew(&patience);
	}
}

/* Prints the packet that was received. */
static void list(const struct ring *ring, uint64_t index, int taken)
{
	if (taken < 0)
		fail("packet %" PRIu64 ": %s", index, strerror(-taken));
	const char *wrong = listing_print(stdout, index, ring->packet, taken - sizeof(uint64_t));
	if (wrong != NULL)
		fail("packet %" PRIu64 ": %s", index, wrong);
	putchar('\n');
}

static void check_in(const struct ring *ring)
{
	uint32_t in = ring->control->windex;
	if (!ring_is_index(ring, in))
		fail("in %u: no index of a ring of %u bytes", in, ring->bytes);
}

static void consume(const char *file, uint32_t ring_bytes, uint32_t count)
{
	struct ring ring;
	ring_open(&ring, file, ring_bytes, ACCESS_SHARED);
	struct patience patience = {0};
	for (uint32_t index = 0; index < count; index++) {
		int taken;
		while (check_in(&ring), (taken = ring_receive(&ring)) == -EAGAIN)
			patience_wait(&patience, "there has been no packet");
		list(&ring, index, taken);
		patience_renew(&patience);
	}
}

static void dump(const char *file, uint32_t ring_bytes)
{
	struct ring ring;
	ring_open(&ring, file, ring_bytes, ACCESS_PRIVATE);
	/* Stored, the control page becomes this process' own, and `in` stands still. */
	ring.control->rindex = ring.control->rindex;
	check_in(&ring);
	for (uint64_t index = 0; ring.control->rindex != ring.control->windex; index++)
		list(&ring, index, ring_receive(&ring));
}

static uint32_t parse(const char *name, const char *text, uint32_t limit)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > limit)
		fail("%s must be a number up to %u, not %s", name, limit, text);
	return value;
}

static bool is(const char *command, const char *name, int words, int wanted)
{
	return strcmp(command, name) == 0 && words == wanted;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: dpdk-peer produce FILE RINGBYTES COUNT SEED | consume FILE RINGBYTES COUNT |"
		      " dump FILE RINGBYTES | lockstep FILE RINGBYTES\n",
		      stderr);
		return 2;
	}
	/* Whoever waits for this program may be killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOFBF, OUTPUT_BUFFER_BYTES);
	const char *command = argv[1];
	const char *file = argv[2];
	uint32_t ring_bytes = parse("RINGBYTES", argv[3], RING_BYTES_LIMIT);
	if (ring_bytes == 0 || ring_bytes % 4096 != 0)
		fail("RINGBYTES must be a multiple of 4096, not %u", ring_bytes);
	if (is(command, "produce", argc, 6))
		produce(file, ring_bytes, parse("COUNT", argv[4], UINT32_MAX), parse("SEED", argv[5], UINT32_MAX));
	else if (is(command, "consume", argc, 5))
		consume(file, ring_bytes, parse("COUNT", argv[4], UINT32_MAX));
	else if (is(command, "dump", argc, 4))
		dump(file, ring_bytes);
	else if (is(command, "lockstep", argc, 4))
		lockstep(file, ring_bytes);
	else
		fail("no such command, or not its arguments: %s", command);
	if (fflush(stdout) != 0)
		fail("cannot write: %s", strerror(errno));
	return 0;
}
