#include "crc32.h"

#include <stdbool.h>
#include <string.h>

#define POLYNOMIAL 0xEDB88320u
#define SLICES 8

/* tables[n][b]: what byte b does to the sum n bytes further on, so that eight bytes are taken at a time. */
static uint32_t tables[SLICES][256];

static void make_tables(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t sum = byte;
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? POLYNOMIAL : 0);
		tables[0][byte] = sum;
	}
	for (int slice = 1; slice < SLICES; slice++)
		for (uint32_t byte = 0; byte < 256; byte++) {
			uint32_t sum = tables[slice - 1][byte];
			tables[slice][byte] = sum >> 8 ^ tables[0][sum & 0xff];
		}
}

uint32_t crc32(const uint8_t *bytes, uint32_t count)
{
	static bool made;
	if (!made) {
		make_tables();
		made = true;
	}
	uint32_t sum = ~0u;
	for (; count >= SLICES; bytes += SLICES, count -= SLICES) {
		uint8_t next[SLICES];
		memcpy(next, bytes, SLICES);
		for (int i = 0; i < 4; i++)
			next[i] ^= sum >> (8 * i);
		sum = 0;
		for (int i = 0; i < SLICES; i++)
			sum ^= tables[SLICES - 1 - i][next[i]];
	}
	for (; count > 0; bytes++, count--)
		sum = sum >> 8 ^ tables[0][(sum ^ *bytes) & 0xff];
	return ~sum;
}
