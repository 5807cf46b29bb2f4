/* words [count [seed]]: pseudo-random words, one per line: short ones often, as in a language (after
 * Zipf). */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const vocabulary[] = {
    "the",       "process",  "kernel", "thread", "memory",  "page",      "signal", "file",
    "lock",      "pipe",     "fork",   "exec",   "wait",    "trap",      "cache",  "address",
    "scheduler", "register", "stack",  "queue",  "message", "port",      "server", "client",
    "disk",      "block",    "timer",  "event",  "policy",  "mechanism",
};
#define WORD_COUNT (sizeof vocabulary / sizeof *vocabulary)

int main(int argc, char **argv) {
  long count = argc > 1 ? parse_count("words", argv[1], 0) : 100;
  srand(argc > 2 ? (unsigned int)parse_count("words", argv[2], 0) : 1);
  for (long i = 0; i < count; i++) {
    /* The smaller of two draws: early words are likelier. */
    size_t first = (size_t)rand() % WORD_COUNT, second = (size_t)rand() % WORD_COUNT;
    puts(vocabulary[first < second ? first : second]);
  }
  return fflush(stdout) != 0;
}
