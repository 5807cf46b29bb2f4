/* xargs [-n count] [-I text] [command [argument...]]: runs a command with words of standard input as
 * arguments.
 *
 * -n at most so many words each time; -I one line each time, in place of `text`. Quotes and \ keep spaces. */
#include <command.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ARGUMENTS 1024
#define MOST_BYTES 65536

static char *arguments[MOST_ARGUMENTS + 1];
static int fixed_count, result;

static void run(char **command) {
  pid_t child = fork();
  if (child == 0) {
    execvp(command[0], command);
    complain("xargs", command[0]);
    _exit(errno == ENOENT ? 127 : 126);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) exit(complain("xargs", command[0]));
  if (WIFSIGNALED(status)) exit(125);
  if (WEXITSTATUS(status) >= 126) exit(WEXITSTATUS(status));
  if (WEXITSTATUS(status)) result = 123;
}

/* Reads a word into `to`; returns its length, or -1 at the end of the input. */
static long read_word(char *to, size_t size, int whole_line) {
  int character = getchar(), quote = 0;
  size_t length = 0;
  while (character != EOF && (whole_line ? character == '\n' : isspace(character))) character = getchar();
  if (character == EOF) return -1;
  for (; character != EOF && (quote || (whole_line ? character != '\n' : !isspace(character)));
       character = getchar()) {
    if (character == quote) quote = 0;
    else if (!quote && (character == '"' || character == '\'')) quote = character;
    else {
      if (character == '\\' && !quote) character = getchar();
      if (length + 1 < size) to[length++] = (char)character;
    }
  }
  to[length] = 0;
  return (long)length;
}

static void run_for_each_line(const char *text) {
  static char line[4096], replaced[MOST_BYTES];
  while (read_word(line, sizeof line, 1) >= 0) {
    char *command[MOST_ARGUMENTS + 1], *to = replaced;
    for (int i = 0; i < fixed_count; i++) {
      command[i] = to;
      const char *from = arguments[i], *found;
      while ((found = strstr(from, text)))
        to += sprintf(to, "%.*s%s", (int)(found - from), from, line), from = found + strlen(text);
      to += sprintf(to, "%s", from) + 1;
    }
    command[fixed_count] = NULL;
    run(command);
  }
}

static void run_in_batches(int most_words) {
  static char words[MOST_BYTES];
  size_t used = 0;
  int count = fixed_count, ran = 0;
  long length;
  while ((length = read_word(words + used, 4096, 0)) >= 0) {
    arguments[count++] = words + used;
    used += (size_t)length + 1;
    if (count - fixed_count < most_words && count < MOST_ARGUMENTS && used < MOST_BYTES - 4096) continue;
    arguments[count] = NULL;
    run(arguments);
    count = fixed_count, used = 0, ran = 1;
  }
  arguments[count] = NULL;
  if (count > fixed_count || !ran) run(arguments);
}

int main(int argc, char **argv) {
  int option, most_words = MOST_ARGUMENTS;
  const char *text = NULL;
  while ((option = getopt(argc, argv, "n:I:")) != -1) {
    if (option == '?') return 2;
    if (option == 'n') most_words = (int)parse_count("xargs", optarg, 1);
    if (option == 'I') text = optarg;
  }
  if (argc - optind > MOST_ARGUMENTS / 2) usage("xargs [-n count] [-I text] [command [argument...]]");
  for (int i = optind; i < argc; i++) arguments[fixed_count++] = argv[i];
  if (!fixed_count) arguments[fixed_count++] = "echo";
  if (text) run_for_each_line(text);
  else run_in_batches(most_words);
  return result;
}
