/*
 * What DPDK's ring and channel objects want from the rest of DPDK. Only the first three are ever called: the rest belongs to
 * devices, of which there are none here.
 */
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

int vmbus_logtype_bus;

size_t rte_mem_page_size(void);
size_t rte_mem_page_size(void) { return 4096; }

int rte_log(uint32_t level, uint32_t type, const char *format, ...);
int rte_log(uint32_t level, uint32_t type, const char *format, ...) {
  (void)level, (void)type, (void)format;
  return 0;
}

void __rte_panic(const char *function, const char *format, ...);
void __rte_panic(const char *function, const char *format, ...) {
  (void)format;
  fail("DPDK panics in %s", function);
}

#define DEVICE_STUB(name)       \
  void *name(void);             \
  void *name(void) {            \
    fail("DPDK calls " #name);  \
  }

DEVICE_STUB(rte_zmalloc_socket)
DEVICE_STUB(rte_free)
DEVICE_STUB(vmbus_uio_find_resource)
DEVICE_STUB(vmbus_uio_get_subchan)
DEVICE_STUB(vmbus_uio_map_rings)
DEVICE_STUB(vmbus_uio_subchannels_supported)
