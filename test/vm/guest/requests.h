/*
 * GPA-direct requests: packets that name the guest's own pages, for the host to write to. The payload says what: {u32 seed,
 * u32 bytes}, words of that seed, as many bytes as the ranges have. The host answers with a completion, in any order:
 * {u32 status, u32 bytes}, status 0.
 */
#ifndef GUEST_REQUESTS_H
#define GUEST_REQUESTS_H

#include "pages.h"

/* The pages that requests name. */
#define REQUEST_PAGES 64

/* Makes `count` requests, several at once, and checks every byte of the pages, those between the ranges included. */
void make_requests(const struct pages *pages, uint32_t count, uint32_t seed);

#endif
