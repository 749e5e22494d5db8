/*
 * Measures DPDK's ring code. Reads questions from standard input, a line each, and answers each with one line: nanoseconds in all,
 * `ok` where it was to verify, or `error: ` and why.
 *
 *   exchange RINGBYTES PAYLOADBYTES COUNT                   one thread sends and receives a packet, COUNT times
 *   verify RINGBYTES PAYLOADBYTES COUNT [SPOILED]           the same, each payload another one, and every byte of it compared
 *   stream RINGBYTES PAYLOADBYTES COUNT                     one thread sends COUNT packets, another one receives them
 *   verify-stream RINGBYTES PAYLOADBYTES COUNT [SPOILED]    the same, every byte compared
 *   pingpong RINGBYTES COUNT                                COUNT times 8 bytes to another thread and back; compared always
 *
 * SPOILED is the number of a packet of which a bit is changed after it has arrived: `error: ` is to be the answer. Every packet is
 * committed by itself, as DPDK does, and threads spin. Ends where standard input does.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "jobs.h"
#include "ring.h"

#define WORD_LIMIT 8
#define RING_BYTES_LIMIT (1u << 28)
#define COUNT_LIMIT (1u << 30)

struct question {
  const char *name;
  int64_t (*run)(const struct job *job);
  bool verify;
  /* Whether it says how large payloads are, and those are messages with numbers. */
  bool sized;
  bool numbered;
};

static const struct question questions[] = {
    {"exchange", exchange, false, true, false},   {"verify", exchange, true, true, false},
    {"stream", stream, false, true, true},        {"verify-stream", stream, true, true, true},
    {"pingpong", ping_pong, false, false, false},
};

/* Numbers in decimal; false where one is none, or too large. */
static bool parse(const char *word, uint32_t limit, uint32_t *value) {
  char *end;
  unsigned long long number = strtoull(word, &end, 10);
  *value = number;
  return word[0] >= '0' && word[0] <= '9' && *end == '\0' && number <= limit;
}

/* What is wrong with the words, or NULL. */
static const char *parse_job(const struct question *question, char *const words[], int count, struct job *job) {
  *job = (struct job){.payload_bytes = 8, .verify = question->verify, .spoiled = UNSPOILED};
  int wanted = question->sized ? 4 : 3;
  bool spoils = question->verify && count == wanted + 1;
  if (count != wanted && !spoils) return "not its arguments";
  if (!parse(words[1], RING_BYTES_LIMIT, &job->ring_bytes) || job->ring_bytes == 0 || job->ring_bytes % 4096 != 0)
    return "RINGBYTES must be a multiple of 4096, up to 256 MiB";
  if (question->sized && !parse(words[2], PAYLOAD_LIMIT, &job->payload_bytes)) return "PAYLOADBYTES must be up to 524264";
  if (question->numbered && (job->payload_bytes < 8 || job->payload_bytes % 4 != 0))
    return "PAYLOADBYTES must be a multiple of 4, and 8 at least";
  /* A ring is never quite full. */
  if (PACKET_BYTES(job->payload_bytes) >= job->ring_bytes) return "no such packet fits into the ring";
  if (!parse(words[wanted - 1], COUNT_LIMIT, &job->count)) return "COUNT must be a number, not too large";
  if (spoils && !parse(words[wanted], COUNT_LIMIT, &job->spoiled)) return "SPOILED must be a number";
  return NULL;
}

static void answer(char *line) {
  char *words[WORD_LIMIT];
  int count = 0;
  for (char *word = strtok(line, " \n"); word != NULL && count < WORD_LIMIT; word = strtok(NULL, " \n"))
    words[count++] = word;
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    const struct question *question = &questions[i];
    if (count == 0 || strcmp(words[0], question->name) != 0) continue;
    struct job job;
    const char *error = parse_job(question, words, count, &job);
    int64_t result = error == NULL ? question->run(&job) : 0;
    if (error == NULL && result == WRONG) error = "what arrived is not what was sent";
    if (error != NULL) printf("error: %s: %s\n", question->name, error);
    else if (question->verify) puts("ok");
    else printf("%" PRId64 "\n", result);
    return;
  }
  puts("error: no such question");
}

int main(void) {
  /* Whoever waits for this program may be killed. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) >= 0) {
    answer(line);
    fflush(stdout);
  }
  free(line);
  return 0;
}
