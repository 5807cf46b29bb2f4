/* find [path...] [test...]: walks trees of files and prints the paths that pass all tests.
 *
 * -name pattern, -type f|d|l|p|c|b|s, -size [+-]n[c|k], -newer file, -maxdepth n, -mindepth n, ! before a
 * test, -print, -exec command... {} ... \; */
#include <command.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { NAME, TYPE, SIZE, NEWER, EXECUTE, PRINT };

struct test {
  enum kind kind;
  int negated;
  const char *text;
  char **command; /* of EXECUTE */
  struct timespec time;
};

static struct test tests[32];
static int test_count, acts, failed;
static long deepest = 1000, least_deep = 0;

static int test_type(char letter, mode_t mode) {
  static const char letters[] = "?pc?d?b?f?l?s???";
  return letters[mode >> 12 & 15] == letter;
}

static int test_size(const char *text, const struct stat *status) {
  int sign = *text == '+' ? 1 : *text == '-' ? -1 : 0;
  char *unit;
  long wanted = strtol(text + (sign != 0), &unit, 10);
  long bytes = *unit == 'c' ? 1 : *unit == 'k' ? 1024 : 512;
  long size = (status->st_size + bytes - 1) / bytes;
  return sign > 0 ? size > wanted : sign < 0 ? size < wanted : size == wanted;
}

static int execute(char **command, const char *path) {
  char *arguments[64];
  int count = 0;
  for (; command[count] && count < 63; count++)
    arguments[count] = strcmp(command[count], "{}") == 0 ? (char *)path : command[count];
  arguments[count] = NULL;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    execvp(arguments[0], arguments);
    complain("find", arguments[0]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) return failed = complain("find", arguments[0]), 0;
  return status == 0;
}

static int is_newer(struct timespec a, struct timespec b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

static int passes(const struct test *test, const char *path, const struct stat *status) {
  switch (test->kind) {
    case NAME: return fnmatch(test->text, base_name(path), 0) == 0;
    case TYPE: return test_type(*test->text, status->st_mode);
    case SIZE: return test_size(test->text, status);
    case NEWER: return is_newer(status->st_mtim, test->time);
    case EXECUTE: return execute(test->command, path);
    default: return puts(path) >= 0;
  }
}

static void walk(const char *path, long depth) {
  struct stat status;
  if (lstat(path, &status) < 0) {
    failed = complain("find", path);
    return;
  }
  int passed = depth >= least_deep;
  for (int i = 0; passed && i < test_count; i++)
    passed = passes(&tests[i], path, &status) != tests[i].negated;
  if (passed && !acts) puts(path);
  if (!S_ISDIR(status.st_mode) || depth >= deepest) return;
  DIR *directory = opendir(path);
  if (!directory) {
    failed = complain("find", path);
    return;
  }
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *below = join_path(path, entry->d_name);
    walk(below, depth + 1);
    free(below);
  }
  closedir(directory);
}

static int parse_execute(struct test *test, char **arguments) {
  int count = 0;
  while (arguments[count] && strcmp(arguments[count], ";") != 0) count++;
  if (!arguments[count]) usage("find ... -exec command... \\;");
  arguments[count] = NULL;
  test->command = arguments;
  acts = 1;
  return count + 1;
}

static void parse_tests(char **at) {
  while (*at && test_count < 32) {
    struct test *test = &tests[test_count++];
    if (strcmp(*at, "!") == 0) test->negated = 1, at++;
    const char *word = *at++;
    if (word && strcmp(word, "-print") == 0) {
      test->kind = PRINT, acts = 1;
      continue;
    }
    if (!word || !*at) usage("find [path...] [-name pattern] [-type letter] [-size n] [-exec command \\;]");
    test->text = *at++;
    struct stat status;
    if (strcmp(word, "-name") == 0) test->kind = NAME;
    else if (strcmp(word, "-type") == 0) test->kind = TYPE;
    else if (strcmp(word, "-size") == 0) test->kind = SIZE;
    else if (strcmp(word, "-exec") == 0) test->kind = EXECUTE, at += parse_execute(test, at - 1) - 1;
    else if (strcmp(word, "-maxdepth") == 0) deepest = atol(test->text), test_count--;
    else if (strcmp(word, "-mindepth") == 0) least_deep = atol(test->text), test_count--;
    else if (strcmp(word, "-newer") == 0) {
      test->kind = NEWER;
      if (stat(test->text, &status) < 0) exit(complain("find", test->text));
      test->time = status.st_mtim;
    } else usage("find [path...] [-name pattern] [-type letter] [-size n] [-exec command \\;]");
  }
}

int main(int argc, char **argv) {
  int paths = 1;
  while (paths < argc && argv[paths][0] != '-' && strcmp(argv[paths], "!") != 0) paths++;
  parse_tests(argv + paths);
  if (paths == 1) walk(".", 0);
  for (int i = 1; i < paths; i++) walk(argv[i], 0);
  return fflush(stdout) != 0 || failed;
}
