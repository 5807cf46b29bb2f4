/* cut -c list | -b list | -f list [-d character] [-s] [file...]: parts of each line.
 *
 * A list is like 1,3-5,7- . -f: fields between tabs or the character of -d; a line without it is printed
 * whole, unless -s. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct range {
  long first, last;
};

static struct range ranges[64];
static int range_count, by_field, only_delimited;
static char delimiter = '\t';

static void parse_list(const char *text) {
  while (*text && range_count < 64) {
    char *end;
    struct range *range = &ranges[range_count++];
    range->first = *text == '-' ? 1 : strtol(text, &end, 10);
    if (*text == '-') end = (char *)text;
    range->last = range->first;
    if (*end == '-') {
      range->last = strtol(end + 1, &end, 10);
      if (range->last == 0) range->last = -1;
    }
    if (range->first < 1 || (*end && *end != ','))
      usage("cut -c list | -f list [-d character] [-s] [file...]");
    text = *end ? end + 1 : end;
  }
}

static int is_wanted(long number) {
  for (int i = 0; i < range_count; i++)
    if (number >= ranges[i].first && (ranges[i].last < 0 || number <= ranges[i].last)) return 1;
  return 0;
}

static void cut_fields(char *line) {
  if (!strchr(line, delimiter)) {
    if (!only_delimited) puts(line);
    return;
  }
  int printed = 0;
  for (long number = 1; line; number++) {
    char *end = strchr(line, delimiter);
    if (end) *end++ = 0;
    if (is_wanted(number)) {
      if (printed++) putchar(delimiter);
      fputs(line, stdout);
    }
    line = end;
  }
  putchar('\n');
}

static void cut_characters(const char *line) {
  for (long number = 1; *line; number++, line++)
    if (is_wanted(number)) putchar(*line);
  putchar('\n');
}

static void cut_stream(FILE *from) {
  static char *line;
  static size_t room;
  ssize_t length;
  while ((length = getline(&line, &room, from)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    if (by_field) cut_fields(line);
    else cut_characters(line);
  }
}

int main(int argc, char **argv) {
  int option, failed = 0;
  while ((option = getopt(argc, argv, "b:c:f:d:s")) != -1) switch (option) {
      case 'f': by_field = 1; /* falls through */
      case 'b':
      case 'c': parse_list(optarg); break;
      case 'd': delimiter = *optarg; break;
      case 's': only_delimited = 1; break;
      default: return 2;
    }
  if (!range_count) usage("cut -c list | -f list [-d character] [-s] [file...]");
  if (optind == argc) cut_stream(stdin);
  for (int i = optind; i < argc; i++) {
    FILE *from = strcmp(argv[i], "-") == 0 ? stdin : fopen(argv[i], "r");
    if (!from) {
      failed = complain("cut", argv[i]);
      continue;
    }
    cut_stream(from);
    if (from != stdin) fclose(from);
  }
  return fflush(stdout) != 0 || failed;
}
