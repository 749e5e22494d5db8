/* Waiting for the other side: spinning, then giving the processor away, then sleeping, and not for ever. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <time.h>

#define PATIENCE_SECONDS 30

struct patience {
	unsigned int turns;
	struct timespec began;
};

/* There was progress. */
void patience_renew(struct patience *patience);

/* There was none: waits a moment. Ends the program, saying that `what`, after 30 seconds of that. */
void patience_wait(struct patience *patience, const char *what);

#endif
