/* Messages of programs. */
#include <command.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int complain(const char *program, const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program, what, strerror(errno));
  return 1;
}

_Noreturn void usage(const char *text) {
  fprintf(stderr, "usage: %s\n", text);
  exit(2);
}

long parse_count(const char *program, const char *text, long least) {
  char *end;
  long number = strtol(text, &end, 10);
  if (end == text || *end || number < least) {
    fprintf(stderr, "%s: %s: not a number of at least %ld\n", program, text, least);
    exit(2);
  }
  return number;
}
