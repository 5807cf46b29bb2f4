/* sort [-nru] [-t character] [-k field[n][r][,field[n][r]]]... [-o file] [file...]: sorts lines.
 *
 * -n by the number at the beginning of the key; -r backwards; -u one of equal keys only; -k from that field
 * (from 1) to the end of the line or of the second field; the next -k decides between equal keys. Lines that
 * are still equal are ordered by all of their bytes, so that the result does not depend on the order of the
 * input. */
#include <command.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct key {
  int first_field, last_field; /* 0: the whole line; to its end */
  int numeric, reversed;
};

#define MOST_KEYS 8
static struct key keys[MOST_KEYS];
static int key_count, numeric, reversed, unique, separator;

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

/* Finds a key in a line; *length is set to its length. */
static const char *find_key(const struct key *key, const char *line, size_t *length) {
  const char *start = line;
  for (int field = 1; field < key->first_field; field++) {
    start = skip_field(start);
    if (separator && *start) start++;
  }
  const char *end = start;
  for (int field = key->first_field; field <= key->last_field; field++) {
    if (separator && field > key->first_field && *end) end++;
    end = skip_field(end);
  }
  *length = key->last_field ? (size_t)(end - start) : strlen(start);
  return start;
}

static int compare_by(const struct key *key, const char *left, const char *right) {
  size_t left_length, right_length;
  left = find_key(key, left, &left_length);
  right = find_key(key, right, &right_length);
  if (key->numeric) {
    double a = strtod(left, NULL), b = strtod(right, NULL);
    return a < b ? -1 : a > b;
  }
  int sign = memcmp(left, right, left_length < right_length ? left_length : right_length);
  if (sign) return sign;
  return left_length < right_length ? -1 : left_length > right_length;
}

static int compare_keys(const char *left, const char *right) {
  for (int i = 0; i < key_count; i++) {
    int sign = compare_by(&keys[i], left, right);
    if (sign) return keys[i].reversed ? -sign : sign;
  }
  return 0;
}

static int compare(const void *left, const void *right) {
  const char *a = *(char *const *)left, *b = *(char *const *)right;
  int sign = compare_keys(a, b);
  if (sign || unique) return sign;
  return reversed ? strcmp(b, a) : strcmp(a, b);
}

static void print_lines(void) {
  for (size_t i = 0; i < line_count; i++)
    if (!unique || i == 0 || compare_keys(lines[i - 1], lines[i]) != 0) puts(lines[i]);
}

static const char *read_field(const char *text, int *field, struct key *key) {
  char *at;
  *field = (int)strtol(text, &at, 10);
  for (; *at && *at != ','; at++) {
    if (*at == 'n') key->numeric = 1;
    else if (*at == 'r') key->reversed = 1;
    else usage("sort [-nru] [-t character] [-k field[nr][,field[nr]]] [-o file] [file...]");
  }
  return at;
}

static void read_key(const char *text) {
  if (key_count == MOST_KEYS) usage("sort: at most 8 keys");
  struct key *key = &keys[key_count++];
  const char *at = read_field(text, &key->first_field, key);
  if (*at == ',') read_field(at + 1, &key->last_field, key);
}

static void read_options(int argc, char **argv, const char **output) {
  int option;
  while ((option = getopt(argc, argv, "nruk:t:o:")) != -1) switch (option) {
      case 'n': numeric = 1; break;
      case 'r': reversed = 1; break;
      case 'u': unique = 1; break;
      case 't': separator = *optarg; break;
      case 'o': *output = optarg; break;
      case 'k': read_key(optarg); break;
      default: exit(2);
    }
  if (!key_count) key_count = 1;
  /* A key without letters of its own follows the options. */
  for (int i = 0; i < key_count; i++)
    if (!keys[i].numeric && !keys[i].reversed) keys[i].numeric = numeric, keys[i].reversed = reversed;
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
