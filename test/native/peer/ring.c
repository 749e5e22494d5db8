#include "ring.h"

#include "../../../dpdk/fail.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTROL_BYTES 4096

static void *map_image(const char *file, size_t image_bytes, enum access access)
{
	bool shared = access == ACCESS_SHARED;
	int fd = open(file, (shared ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		fail("cannot open %s: %s", file, strerror(errno));
	struct stat status;
	if (fstat(fd, &status) != 0)
		fail("cannot look at %s: %s", file, strerror(errno));
	if (!S_ISREG(status.st_mode) || (size_t)status.st_size != image_bytes)
		fail("%s is not a file of %zu bytes", file, image_bytes);
	void *image = mmap(NULL, image_bytes, PROT_READ | PROT_WRITE, shared ? MAP_SHARED : MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		fail("cannot map %s: %s", file, strerror(errno));
	close(fd);
	return image;
}

void ring_reopen(struct ring *ring)
{
	void *image = (void *)ring->control;
	vmbus_br_setup(&ring->channel.rxbr, image, CONTROL_BYTES + ring->bytes);
	vmbus_br_setup(&ring->channel.txbr, image, CONTROL_BYTES + ring->bytes);
}

void ring_open(struct ring *ring, const char *file, uint32_t bytes, enum access access)
{
	memset(ring, 0, sizeof(*ring));
	uint32_t image_bytes = CONTROL_BYTES + bytes;
	void *image = map_image(file, image_bytes, access);
	ring->bytes = bytes;
	ring->control = image;
	ring->packet = malloc(bytes);
	if (ring->packet == NULL)
		fail("no memory for a packet");
	ring->channel.monitor_page = &ring->monitor;
	ring_reopen(ring);
	if (!ring_is_index(ring, ring->control->windex) || !ring_is_index(ring, ring->control->rindex))
		fail("in %u, out %u: no indices of a ring of %u bytes", ring->control->windex, ring->control->rindex,
		     bytes);
}

bool ring_was_signalled(struct ring *ring)
{
	bool signalled = ring->monitor.trigs[0].pending != 0;
	ring->monitor.trigs[0].pending = 0;
	return signalled;
}

bool ring_is_index(const struct ring *ring, uint32_t index)
{
	return index < ring->bytes && index % 8 == 0;
}

int ring_receive(struct ring *ring)
{
	uint32_t bytes = ring->bytes;
	return rte_vmbus_chan_recv_raw(&ring->channel, ring->packet, &bytes);
}

int ring_send_extended(struct ring *ring, const struct vmbus_chanpkt_hdr *header, const void *extension,
		       uint32_t extension_bytes, const void *payload, uint32_t payload_bytes, bool *need_signal)
{
	static const uint64_t zeros;
	struct vmbus_chanpkt_hdr complete = *header;
	uint32_t padding_bytes = -payload_bytes % 8;
	complete.hlen = (sizeof(complete) + extension_bytes) / 8;
	complete.tlen = complete.hlen + (payload_bytes + padding_bytes) / 8;
	const struct iovec pieces[] = {
		{&complete, sizeof(complete)},
		{(void *)extension, extension_bytes},
		{(void *)payload, payload_bytes},
		{(void *)&zeros, padding_bytes},
	};
	return vmbus_txbr_write(&ring->channel.txbr, pieces, 4, need_signal);
}
