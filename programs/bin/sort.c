/* sort [-nru] [-t character] [-k field] [-o file] [file...]: sorts lines.
 *
 * -n by the number at the beginning of the key; -r backwards; -u one of equal keys only; -k from that field (from
 * 1) to the end of the line, or with -k f,g to the end of field g. Lines with equal keys are ordered by all of
 * their bytes, so that the result does not depend on the order of the input. */
#include <command.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int numeric, reversed, unique, first_field, last_field, separator;

static char **lines;
static size_t line_count, line_room;

static void out_of_memory(void) {
  fprintf(stderr, "sort: out of memory\n");
  exit(2);
}

static void add_line(char *line) {
  if (line_count == line_room) {
    line_room = line_room ? line_room * 2 : 256;
    lines = realloc(lines, line_room * sizeof *lines);
    if (!lines) out_of_memory();
  }
  lines[line_count++] = line;
}

/* Reads everything and cuts it into lines in place. */
static int read_lines(int from) {
  size_t length = 0, room = 65536;
  char *text = malloc(room);
  for (;;) {
    if (!text) out_of_memory();
    ssize_t got = read(from, text + length, room - length - 1);
    if (got < 0) return 1;
    if (got == 0) break;
    length += (size_t)got;
    if (length == room - 1) text = realloc(text, room *= 2);
  }
  text[length] = 0;
  for (char *at = text; at < text + length;) {
    add_line(at);
    char *end = memchr(at, '\n', (size_t)(text + length - at));
    if (!end) break;
    *end = 0;
    at = end + 1;
  }
  return 0;
}

static const char *skip_field(const char *at) {
  if (separator) {
    at += strcspn(at, (char[]){(char)separator, 0});
    return at;
  }
  while (isblank(*at)) at++;
  while (*at && !isblank(*at)) at++;
  return at;
}

/* The key of a line; *length is set to its length. */
static const char *key_of(const char *line, size_t *length) {
  const char *start = line;
  for (int field = 1; field < first_field; field++) {
    start = skip_field(start);
    if (separator && *start) start++;
  }
  const char *end = start;
  for (int field = first_field; field <= last_field; field++) {
    if (separator && field > first_field && *end) end++;
    end = skip_field(end);
  }
  *length = last_field ? (size_t)(end - start) : strlen(start);
  return start;
}

static int compare_keys(const char *left, const char *right) {
  size_t left_length = 0, right_length = 0;
  if (first_field) {
    left = key_of(left, &left_length);
    right = key_of(right, &right_length);
  }
  if (numeric) {
    double a = strtod(left, NULL), b = strtod(right, NULL);
    return a < b ? -1 : a > b;
  }
  if (!first_field) return strcmp(left, right);
  int sign = memcmp(left, right, left_length < right_length ? left_length : right_length);
  if (sign) return sign;
  return left_length < right_length ? -1 : left_length > right_length;
}

static int compare(const void *left, const void *right) {
  const char *a = *(char *const *)left, *b = *(char *const *)right;
  int sign = compare_keys(a, b);
  if (sign == 0 && !unique) sign = strcmp(a, b);
  return reversed ? -sign : sign;
}

static void print_lines(void) {
  for (size_t i = 0; i < line_count; i++)
    if (!unique || i == 0 || compare_keys(lines[i - 1], lines[i]) != 0) puts(lines[i]);
}

static void read_options(int argc, char **argv, const char **output) {
  int option;
  char *rest;
  while ((option = getopt(argc, argv, "nruk:t:o:")) != -1) switch (option) {
      case 'n': numeric = 1; break;
      case 'r': reversed = 1; break;
      case 'u': unique = 1; break;
      case 't': separator = *optarg; break;
      case 'o': *output = optarg; break;
      case 'k':
        first_field = (int)strtol(optarg, &rest, 10);
        last_field = *rest == ',' ? (int)strtol(rest + 1, &rest, 10) : 0;
        if (*rest == 'n') numeric = 1;
        if (*rest == 'r' || (*rest && rest[1] == 'r')) reversed = 1;
        break;
      default: exit(2);
    }
}

int main(int argc, char **argv) {
  const char *output = NULL;
  read_options(argc, argv, &output);
  if (optind == argc && read_lines(STDIN_FILENO)) return complain("sort", "standard input") + 1;
  for (int i = optind; i < argc; i++) {
    FILE *from = strcmp(argv[i], "-") == 0 ? stdin : fopen(argv[i], "r");
    if (!from || read_lines(fileno(from))) return complain("sort", argv[i]) + 1;
    fclose(from);
  }
  qsort(lines, line_count, sizeof *lines, compare);
  if (output) {
    FILE *to = fopen(output, "w");
    if (!to || dup2(fileno(to), STDOUT_FILENO) < 0) return complain("sort", output) + 1;
  }
  print_lines();
  return fflush(stdout) != 0 ? 2 : 0;
}
