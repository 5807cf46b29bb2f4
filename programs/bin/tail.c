/* tail [-n count | -c count] [file]: the last lines (10 unless told) or bytes; +count: from that one on. */
#include <command.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *text;
static size_t length, room;

/* A pipe cannot be read backwards, so everything is kept: simple, and enough here. */
static int read_everything(int from) {
  for (;;) {
    if (length == room) {
      room = room ? room * 2 : 65536;
      text = realloc(text, room);
      if (!text) return fprintf(stderr, "tail: out of memory\n"), 1;
    }
    ssize_t got = read(from, text + length, room - length);
    if (got < 0) return complain("tail", "read");
    if (got == 0) return 0;
    length += (size_t)got;
  }
}

static size_t start_of_last(long count, int bytes) {
  if (bytes) return (size_t)count < length ? length - (size_t)count : 0;
  size_t at = length;
  if (count == 0) return length;
  while (at > 0) {
    if (at < length && text[at - 1] == '\n' && --count == 0) break;
    at--;
  }
  return at;
}

static size_t start_from(long count, int bytes) {
  size_t at = 0;
  if (bytes) at = count > 0 ? (size_t)count - 1 : 0;
  else
    while (--count > 0 && at < length) {
      const char *newline = memchr(text + at, '\n', length - at);
      at = newline ? (size_t)(newline - text) + 1 : length;
    }
  return at < length ? at : length;
}

int main(int argc, char **argv) {
  int option, bytes = 0;
  const char *count = "10";
  if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1])) count = argv[1] + 1, optind = 2;
  while ((option = getopt(argc, argv, "n:c:")) != -1) {
    if (option == '?') return 2;
    bytes = option == 'c';
    count = optarg;
  }
  int from = optind < argc && strcmp(argv[optind], "-") != 0 ? open(argv[optind], O_RDONLY) : STDIN_FILENO;
  if (from < 0) return complain("tail", argv[optind]);
  if (read_everything(from)) return 1;
  long number = labs(atol(count));
  size_t start = *count == '+' ? start_from(number, bytes) : start_of_last(number, bytes);
  fwrite(text + start, 1, length - start, stdout);
  return fflush(stdout) != 0;
}
