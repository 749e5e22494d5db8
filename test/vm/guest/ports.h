/* The two virtio-serial ports: lines of text to and from the host, and the doorbell. */
#ifndef GUEST_PORTS_H
#define GUEST_PORTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * How long the guest waits for anything of the host's before it gives up. The host waits twice as long, and looks a last time: where a
 * signal was lost and both sleep, it is the guest that says so.
 */
#define WAIT_LIMIT_MS 10000

struct doorbells {
  uint64_t rung;  /* by the guest */
  uint64_t heard; /* bytes from the host */
};

extern struct doorbells doorbells;

/* Opens both ports, as soon as the kernel has found them. */
void open_ports(void);

/* Sends a line. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says `failed` with the reason, and stops the machine. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The same with what errno means. */
void fail_errno(const char *what) __attribute__((noreturn));

/* Ends QEMU, which was told not to boot again. */
void stop_machine(void) __attribute__((noreturn));

/* The next line of the host's, without its end. There is no bound: a host that is gone takes the machine with it. */
void read_line(char *line, size_t size);

/* Signals the host. */
void ring_doorbell(void);

/* Waits until the host has signalled since the last call. */
void await_doorbell(void);

#endif
