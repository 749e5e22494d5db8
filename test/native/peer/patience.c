#define _GNU_SOURCE
#include "patience.h"

#include "../../../dpdk/fail.h"
#include <rte_pause.h>
#include <sched.h>

#define SPINS 500
#define YIELDS 50
#define SLEEP_NANOSECONDS 50000

void patience_renew(struct patience *patience)
{
	patience->turns = 0;
}

void patience_wait(struct patience *patience, const char *what)
{
	unsigned int turn = patience->turns++;
	if (turn < SPINS) {
		rte_pause();
		return;
	}
	if (turn < SPINS + YIELDS) {
		sched_yield();
		return;
	}
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (turn == SPINS + YIELDS)
		patience->began = now;
	if (now.tv_sec - patience->began.tv_sec >= PATIENCE_SECONDS)
		fail("%s for %d seconds", what, PATIENCE_SECONDS);
	/* Turns are not counted further: they would come round to spinning again. */
	patience->turns = SPINS + YIELDS + 1;
	nanosleep(&(struct timespec){.tv_nsec = SLEEP_NANOSECONDS}, NULL);
}
