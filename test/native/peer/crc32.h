#ifndef CRC32_H
#define CRC32_H

#include <stdint.h>

/* IEEE's. */
uint32_t crc32(const uint8_t *bytes, uint32_t count);

#endif
