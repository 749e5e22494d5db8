#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pages.h"
#include "ports.h"

/* An entry of pagemap: the page's number, and whether there is a page. */
#define NUMBER_BITS 55
#define PRESENT (1ull << 63)

static void read_numbers(const struct pages *pages, uint64_t *numbers) {
  int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (pagemap < 0) fail_errno("/proc/self/pagemap");
  off_t offset = (uintptr_t)pages->base / PAGE_BYTES * sizeof(uint64_t);
  ssize_t size = pages->count * sizeof(uint64_t);
  if (pread(pagemap, numbers, size, offset) != size) fail_errno("reading pagemap");
  close(pagemap);
  for (size_t i = 0; i < pages->count; i++) {
    numbers[i] = numbers[i] & PRESENT ? numbers[i] & ((1ull << NUMBER_BITS) - 1) : 0;
    if (numbers[i] == 0) fail("page %zu is not in memory, or its number is a secret", i);
  }
}

/* mlock keeps a page from being swapped out, not from being moved. What a device may write to at any time is not moved. */
static void pin(const struct pages *pages) {
  struct io_uring_params params = {0};
  int ring = syscall(SYS_io_uring_setup, 1, &params);
  if (ring < 0) fail_errno("io_uring_setup");
  struct iovec buffer = {pages->base, pages->count * PAGE_BYTES};
  if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) != 0) fail_errno("pinning pages");
  /* Open for good: closing it would unpin them. */
}

struct pages make_pages(size_t count, struct xorshift *random) {
  if (count == 0 || count > MAXIMUM_PAGES) fail("%zu pages are not 1 to %d", count, MAXIMUM_PAGES);
  size_t order[MAXIMUM_PAGES];
  for (size_t i = 0; i < count; i++) order[i] = i;
  for (size_t i = count - 1; i > 0; i--) {
    size_t other = next_random(random) % (i + 1), swapped = order[i];
    order[i] = order[other];
    order[other] = swapped;
  }

  int file = memfd_create("pages", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, count * PAGE_BYTES) != 0) fail_errno("memfd");
  /* Filled in the file's order, which is about the order of their addresses; mapped in another. */
  for (size_t i = 0; i < count; i++) {
    if (pwrite(file, "", 1, i * PAGE_BYTES) != 1) fail_errno("filling a memfd");
  }
  struct pages pages = {.count = count, .numbers = calloc(count, sizeof(uint64_t))};
  pages.base = mmap(NULL, count * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages.base == MAP_FAILED || pages.numbers == NULL) fail_errno("room for pages");
  for (size_t i = 0; i < count; i++) {
    int flags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
    void *page = mmap(pages.base + i * PAGE_BYTES, PAGE_BYTES, PROT_READ | PROT_WRITE, flags, file, order[i] * PAGE_BYTES);
    if (page == MAP_FAILED) fail_errno("mapping a page");
  }
  close(file);
  pin(&pages);
  read_numbers(&pages, pages.numbers);
  return pages;
}

size_t moved_pages(const struct pages *pages) {
  uint64_t numbers[MAXIMUM_PAGES];
  read_numbers(pages, numbers);
  size_t moved = 0;
  for (size_t i = 0; i < pages->count; i++) moved += numbers[i] != pages->numbers[i];
  return moved;
}

void compact_memory(void) {
  int file = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, "1", 1) != 1) fail_errno("compacting memory");
  close(file);
}
