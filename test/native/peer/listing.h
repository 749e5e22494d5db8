/* Packets as the listings of test/vectors/README.md have them, one a line. */
#ifndef LISTING_H
#define LISTING_H

#include <stdint.h>
#include <stdio.h>

/*
 * Prints the packet, which is `bytes` long without its footer: all of its line but the line feed. NULL, or what is wrong with it,
 * and nothing printed.
 */
const char *listing_print(FILE *out, uint64_t index, const uint8_t *packet, uint32_t bytes);

#endif
