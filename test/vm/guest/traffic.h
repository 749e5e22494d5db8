/*
 * Packets whose contents both sides know. Packet i of a seed is, by i % 3, in-band, in-band with a completion asked for, or a
 * completion; its transaction id is i; it has next() % 2001 bytes of payload, which are next()'s words, padded with zeros.
 */
#ifndef GUEST_TRAFFIC_H
#define GUEST_TRAFFIC_H

#include <stdint.h>

/* `count` packets to the host, then as many from it. */
void exchange(uint32_t count, uint32_t seed);

/* The same at once. */
void duplex(uint32_t count, uint32_t seed);

#endif
