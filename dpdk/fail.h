#ifndef FAIL_H
#define FAIL_H

/* Says why on standard error, and ends the program. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

#endif
