/*
 * What DPDK's ring and channel code want of the rest of DPDK. Only the first three are ever called, the last two of them where
 * something is wrong; the others belong to functions that find devices, and link.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "../../../dpdk/vmbus_channel.h"
#include "ports.h"

int vmbus_logtype_bus;

size_t rte_mem_page_size(void) { return 4096; }

void __rte_panic(const char *function, const char *format, ...) {
  (void)format;
  fail("DPDK gave up in %s", function);
}

int rte_log(uint32_t level, uint32_t type, const char *format, ...) {
  (void)level, (void)type;
  char text[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fail("DPDK says: %s", text);
}

void rte_free(void *memory) {
  (void)memory;
  fail("rte_free was called");
}

void *rte_zmalloc_socket(const char *type, size_t size, unsigned align, int socket) {
  (void)type, (void)size, (void)align, (void)socket;
  fail("rte_zmalloc_socket was called");
}

void *vmbus_uio_find_resource(const void *device) {
  (void)device;
  fail("vmbus_uio_find_resource was called");
}

int vmbus_uio_get_subchan(void *primary, void **channel) {
  (void)primary, (void)channel;
  fail("vmbus_uio_get_subchan was called");
}

int vmbus_uio_map_rings(void *channel) {
  (void)channel;
  fail("vmbus_uio_map_rings was called");
}

bool vmbus_uio_subchannels_supported(const void *device, const void *channel) {
  (void)device, (void)channel;
  fail("vmbus_uio_subchannels_supported was called");
}
