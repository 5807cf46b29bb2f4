/* grep [-EFivcnqlLhHxwos] [-e pattern] [pattern] [file...]: prints the lines that match.
 *
 * -E extended expressions, -F plain strings, -i any case, -v those that do not match, -c only their number,
 * -n with line numbers, -q no output, -l names of files only, -h without file names, -H with them, -x whole
 * lines, -o only the matching parts, -s silent about missing files. Exit status 0 if any line was selected, 1
 * if none, 2 for errors. */
#include <command.h>
#include <ctype.h>
#include <regular_expression.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char options[128]; /* by letter */
static const char *pattern;
static struct expression *expression;

/* The first match at or behind `from`. */
static int find(const char *line, size_t length, size_t from, size_t *start, size_t *end) {
  if (!options['F']) {
    if (!expression_find(expression, line + from, length - from, start, end)) return 0;
    *start += from;
    *end += from;
    return 1;
  }
  size_t wanted = strlen(pattern);
  for (size_t i = from; i + wanted <= length; i++) {
    size_t same = 0;
    while (same < wanted && (options['i'] ? tolower(line[i + same]) == tolower(pattern[same])
                                          : line[i + same] == pattern[same]))
      same++;
    if (same < wanted) continue;
    *start = i;
    *end = i + wanted;
    return 1;
  }
  return 0;
}

static int is_selected(const char *line, size_t length) {
  size_t start, end;
  int found = find(line, length, 0, &start, &end);
  if (found && options['x']) found = start == 0 && end == length;
  return found != options['v'];
}

static void print_prefix(const char *name, long number) {
  if (name) printf("%s:", name);
  if (options['n']) printf("%ld:", number);
}

static void print_line(const char *line, size_t length, const char *name, long number) {
  if (!options['o']) {
    print_prefix(name, number);
    fwrite(line, 1, length, stdout);
    putchar('\n');
    return;
  }
  size_t start, end, from = 0;
  while (from <= length && find(line, length, from, &start, &end)) {
    if (end > start) {
      print_prefix(name, number);
      fwrite(line + start, 1, end - start, stdout);
      putchar('\n');
    }
    from = end > start ? end : end + 1;
  }
}

/* Returns the number of selected lines; stops at the first if only that matters. */
static long search(FILE *from, const char *name) {
  static char *line;
  static size_t room;
  long selected = 0, number = 0;
  ssize_t length;
  while ((length = getline(&line, &room, from)) > 0) {
    number++;
    if (line[length - 1] == '\n') length--;
    line[length] = 0;
    if (!is_selected(line, (size_t)length)) continue;
    selected++;
    if (options['q'] || options['l']) break;
    if (!options['c']) print_line(line, (size_t)length, name, number);
  }
  return selected;
}

static long search_file(const char *path, int several) {
  FILE *from = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
  if (!from) {
    if (!options['s']) complain("grep", path);
    return -1;
  }
  const char *name = options['H'] || (several && !options['h']) ? path : NULL;
  long selected = search(from, name);
  if (options['c'] && !options['q']) printf("%s%s%ld\n", name ? name : "", name ? ":" : "", selected);
  if (options['l'] && selected && !options['q']) printf("%s\n", path);
  if (from != stdin) fclose(from);
  return selected;
}

int main(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "EFGivcnqlhHxose:")) != -1) {
    if (option == '?') return 2;
    if (option == 'e') pattern = optarg;
    options[option] = 1;
  }
  if (!pattern && optind < argc) pattern = argv[optind++];
  if (!pattern) usage("grep [-EFivcnqlhHxos] pattern [file...]");
  expression = options['F'] ? NULL : expression_compile(pattern, options['E'], options['i']);
  if (!options['F'] && !expression) return fprintf(stderr, "grep: %s: not an expression\n", pattern), 2;
  static char *standard_input[] = {"-", NULL};
  char **files = optind < argc ? argv + optind : standard_input;
  int found = 0, failed = 0;
  for (int i = 0; files[i]; i++) {
    long selected = search_file(files[i], argc - optind > 1);
    found |= selected > 0;
    failed |= selected < 0;
  }
  fflush(stdout);
  return found && (options['q'] || !failed) ? 0 : failed ? 2 : 1;
}
