/* test expression, or [ expression ]: says by its exit status whether the expression holds.
 *
 * Strings: -n -z = != < >; numbers: -eq -ne -lt -le -gt -ge; files: -e -f -d -h -L -p -c -b -r -w -x -s;
 * descriptors: -t; and ! -a -o ( ). Exit status 0 true, 1 false, 2 for an expression that makes no sense. */
#include <command.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char **words;
static int words_left;
static jmp_buf senseless;

static void reject(const char *word, const char *problem) {
  fprintf(stderr, "test: %s: %s\n", word, problem);
  longjmp(senseless, 1);
}

static int next_is(const char *word) { return words_left > 0 && strcmp(*words, word) == 0; }

static char *take(void) {
  if (!words_left) reject("end", "something is missing");
  words_left--;
  return *words++;
}

static long number(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end) reject(text, "not a number");
  return value;
}

static int test_file(char letter, const char *path) {
  struct stat status;
  if (letter == 't') return isatty((int)number(path));
  if (strchr("rwx", letter)) return access(path, letter == 'r' ? R_OK : letter == 'w' ? W_OK : X_OK) == 0;
  int link = letter == 'h' || letter == 'L';
  if (fstatat(AT_FDCWD, path, &status, link ? AT_SYMLINK_NOFOLLOW : 0) < 0) return 0;
  switch (letter) {
    case 'f': return S_ISREG(status.st_mode);
    case 'd': return S_ISDIR(status.st_mode);
    case 'p': return S_ISFIFO(status.st_mode);
    case 'c': return S_ISCHR(status.st_mode);
    case 'b': return S_ISBLK(status.st_mode);
    case 's': return status.st_size > 0;
    case 'e': return 1;
    default: return S_ISLNK(status.st_mode);
  }
}

/* The index of a two-sided operation in this list, or -1. */
static int binary_operator(const char *word) {
  static const char names[][4] = {"=", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
  for (int i = 0; i < 10; i++)
    if (strcmp(word, names[i]) == 0) return i;
  return -1;
}

static int compare(const char *left, int operation, const char *right) {
  long a = 0, b = 0;
  if (operation < 4) a = strcmp(left, right);
  else a = number(left), b = number(right);
  switch (operation) {
    case 0:
    case 4: return a == b;
    case 1:
    case 5: return a != b;
    case 2:
    case 6: return a < b;
    case 7: return a <= b;
    case 3:
    case 8: return a > b;
    default: return a >= b;
  }
}

static int parse_or(void);

static int parse_primary(void) {
  int operation;
  if (words_left >= 3 && (operation = binary_operator(words[1])) >= 0) {
    char *left = take();
    take();
    return compare(left, operation, take());
  }
  if (words_left > 1 && next_is("!")) return take(), !parse_primary();
  if (words_left > 1 && next_is("(")) {
    take();
    int value = parse_or();
    if (strcmp(take(), ")") != 0) reject("(", "not closed");
    return value;
  }
  char *word = take();
  if (words_left && word[0] == '-' && word[1] && !word[2] && strchr("nz", word[1]))
    return (*take() != 0) == (word[1] == 'n');
  if (words_left && word[0] == '-' && word[1] && !word[2] && strchr("efdhLpcbsrwxt", word[1]))
    return test_file(word[1], take());
  return *word != 0;
}

static int parse_and(void) {
  int value = parse_primary();
  while (next_is("-a")) {
    take();
    value &= parse_primary();
  }
  return value;
}

static int parse_or(void) {
  int value = parse_and();
  while (next_is("-o")) {
    take();
    value |= parse_and();
  }
  return value;
}

int test_command(int count, char **arguments) {
  const char *slash = strrchr(arguments[0], '/');
  if (strcmp(slash ? slash + 1 : arguments[0], "[") == 0)
    if (count < 2 || strcmp(arguments[--count], "]") != 0) return fprintf(stderr, "[: ] is missing\n"), 2;
  words = arguments + 1;
  words_left = count - 1;
  if (words_left == 0) return 1;
  if (setjmp(senseless)) return 2;
  int value = parse_or();
  if (words_left) return fprintf(stderr, "test: %s: unexpected\n", *words), 2;
  return !value;
}
