/*
 * The only program of the guest: its /init. It puts two rings into scattered pages of the guest's RAM, tells the host which
 * these are, and does what the host asks for. The ring code is DPDK's, as Debian ships it.
 *
 * Options come on the kernel's command line, NAME=NUMBER, and so in the environment: RING_BYTES (of data, of each ring), PACKETS,
 * REQUESTS, SEED.
 *
 * The control port carries lines of text. The guest begins:
 *
 *     gpadl SECOND PAGE PAGE ...     the pages of both rings, in hexadecimal, the guest's ring first; the index at which the other begins
 *
 * The host has mapped them when it asks for the first thing; the guest answers each with a line, or with `failed REASON`, and ends:
 *
 *     exchange      PACKETS packets to the host, then as many from it; SEED and SEED + 1 say which
 *     duplex        the same at once; SEED + 2, SEED + 3
 *     requests      REQUESTS GPA-direct requests, by SEED + 4
 *     compact       memory is compacted; no page of ours may move
 *     end           the machine stops
 *
 *     done MICROSECONDS RUNG HEARD     how long it took, doorbells both ways
 *
 * The doorbell port carries a byte each way for each signal.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "ports.h"
#include "requests.h"
#include "traffic.h"

static const char *const modules[] = {
    "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_console",
};

static void load_modules(void) {
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    char path[64];
    snprintf(path, sizeof path, "/modules/%s.ko", modules[i]);
    int module = open(path, O_RDONLY | O_CLOEXEC);
    if (module < 0 || syscall(SYS_finit_module, module, "", 0) != 0) fail_errno(path);
    close(module);
  }
}

static uint32_t option(const char *name) {
  const char *text = getenv(name);
  char *end = NULL;
  unsigned long value = text == NULL ? 0 : strtoul(text, &end, 10);
  if (text == NULL || *text == 0 || *end != 0 || value > UINT32_MAX) fail("%s is no number", name);
  return value;
}

static void announce(const struct pages *pages) {
  char list[MAXIMUM_PAGES * 8], *at = list;
  for (size_t i = 0; i < pages->count; i++) {
    if (at > list + sizeof list - 20) fail("there are too many pages for a line");
    at += sprintf(at, " %lx", pages->numbers[i]);
  }
  say("gpadl %zu%s", pages->count / 2, list);
}

static uint64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

int main(void) {
  mkdir("/proc", 0555);
  mkdir("/dev", 0755);
  if (mount("proc", "/proc", "proc", 0, NULL) != 0) fail_errno("/proc");
  /* The kernel may have mounted it already. */
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  load_modules();
  open_ports();

  uint32_t ring_bytes = option("RING_BYTES"), packets = option("PACKETS"), seed = option("SEED");
  struct xorshift random = seed_random(seed);
  struct pages rings = make_pages(2 * (1 + ring_bytes / PAGE_BYTES), &random);
  struct pages data = make_pages(REQUEST_PAGES, &random);
  open_channel(&rings);
  announce(&rings);

  for (;;) {
    char line[64];
    read_line(line, sizeof line);
    uint64_t began = microseconds();
    struct doorbells before = doorbells;
    if (strcmp(line, "exchange") == 0) exchange(packets, seed);
    else if (strcmp(line, "duplex") == 0) duplex(packets, seed + 2);
    else if (strcmp(line, "requests") == 0) make_requests(&data, option("REQUESTS"), seed + 4);
    else if (strcmp(line, "compact") == 0) compact_memory();
    else if (strcmp(line, "end") == 0) stop_machine();
    else fail("the host asks for something unknown: %s", line);

    size_t moved = moved_pages(&rings) + moved_pages(&data);
    if (moved > 0) fail("%zu pages have moved", moved);
    say("done %lu %lu %lu", microseconds() - began, doorbells.rung - before.rung, doorbells.heard - before.heard);
  }
}
