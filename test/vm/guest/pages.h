/* Memory of scattered pages that stay where they are, with the guest page number of each. */
#ifndef GUEST_PAGES_H
#define GUEST_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "../../../dpdk/xorshift.h"

#define PAGE_BYTES 4096
#define MAXIMUM_PAGES 512

struct pages {
  uint8_t *base; /* one after the other, here */
  size_t count;
  uint64_t *numbers; /* anywhere, in the guest's RAM */
};

/* `count` pages full of zeros, pinned. */
struct pages make_pages(size_t count, struct xorshift *random);

/* How many of them are not where they were when they were made. */
size_t moved_pages(const struct pages *pages);

/* Has the kernel move what can be moved. */
void compact_memory(void);

#endif
