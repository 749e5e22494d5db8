/*
 * What DPDK 22.11 keeps to itself of its VMBus channels, as far as its ring code looks at it: its public header declares only
 * that there is such a struct. Whoever has another version has other structs.
 */
#ifndef VMBUS_CHANNEL_H
#define VMBUS_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/uio.h>

#include <rte_bus_vmbus.h>
#include <rte_version.h>

#if RTE_VER_YEAR != 22 || RTE_VER_MONTH != 11
#error "the structs in vmbus_channel.h are those of DPDK 22.11: compare them with this version's"
#endif

struct vmbus_br {
  struct vmbus_bufring *vbr; /* the control page, and the data behind it */
  uint32_t dsize;            /* bytes of data */
  uint32_t windex;           /* where the next packet goes */
};

struct vmbus_channel {
  STAILQ_HEAD(, vmbus_channel) subchannel_list;
  STAILQ_ENTRY(vmbus_channel) next;
  const struct rte_vmbus_device *device;
  struct vmbus_br rxbr;
  struct vmbus_br txbr;
  uint16_t relid;
  uint16_t subchannel_id;
  uint8_t monitor_id;
  struct vmbus_mon_page *monitor_page;
};

void vmbus_br_setup(struct vmbus_br *br, void *buf, unsigned int blen);
int vmbus_txbr_write(struct vmbus_br *tbr, const struct iovec iov[], int iovlen, bool *need_sig);

#endif
