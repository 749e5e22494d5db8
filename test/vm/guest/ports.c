#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "ports.h"

#define CONTROL_PORT "/dev/vport0p1"
#define DOORBELL_PORT "/dev/vport0p2"

struct doorbells doorbells;

static int control = -1;
static int doorbell = -1;

static int open_port(const char *path, int flags) {
  for (int tries = 0; tries < WAIT_LIMIT_MS; tries++) {
    int port = open(path, O_RDWR | O_CLOEXEC | flags);
    if (port >= 0) return port;
    if (errno != ENOENT && errno != ENXIO && errno != ENODEV) fail_errno(path);
    usleep(1000);
  }
  fail("there is no %s", path);
}

void open_ports(void) {
  control = open_port(CONTROL_PORT, 0);
  /* A write that blocks would spin until the host has taken the byte. */
  doorbell = open_port(DOORBELL_PORT, O_NONBLOCK);
}

static void send_line(const char *prefix, const char *format, va_list arguments) {
  char line[8192];
  int start = snprintf(line, sizeof line, "%s", prefix);
  int length = start + vsnprintf(line + start, sizeof line - start - 1, format, arguments);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  if (control < 0) return;
  for (int done = 0; done < length;) {
    ssize_t written = write(control, line + done, length - done);
    if (written <= 0) return;
    done += written;
  }
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  send_line("", format, arguments);
  va_end(arguments);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  send_line("failed ", format, arguments);
  va_end(arguments);
  /* On the console too: the port may be what failed. */
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
  stop_machine();
}

void fail_errno(const char *what) { fail("%s: %s", what, strerror(errno)); }

void stop_machine(void) {
  fflush(stdout);
  for (;;) reboot(RB_AUTOBOOT);
}

void read_line(char *line, size_t size) {
  for (size_t length = 0; length < size; length++) {
    ssize_t bytes = read(control, line + length, 1);
    if (bytes < 0) fail_errno("the control port");
    if (bytes == 0) stop_machine();
    if (line[length] != '\n') continue;
    line[length] = 0;
    return;
  }
  fail("the host's line is too long");
}

void ring_doorbell(void) {
  static const char byte = 1;
  doorbells.rung++;
  while (write(doorbell, &byte, 1) != 1) {
    if (errno != EAGAIN) fail_errno("ringing the doorbell");
    struct pollfd port = {.fd = doorbell, .events = POLLOUT};
    if (poll(&port, 1, WAIT_LIMIT_MS) != 1) fail("the host takes no doorbells");
  }
}

void await_doorbell(void) {
  char bytes[256];
  struct pollfd port = {.fd = doorbell, .events = POLLIN};
  if (poll(&port, 1, WAIT_LIMIT_MS) == 0) fail("no doorbell for %d ms", WAIT_LIMIT_MS);
  ssize_t count = read(doorbell, bytes, sizeof bytes);
  if (count < 0 && errno != EAGAIN) fail_errno("the doorbell");
  if (count == 0) fail("the host has closed the doorbell");
  if (count > 0) doorbells.heard += count;
}
