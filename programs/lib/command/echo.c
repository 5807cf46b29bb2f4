/* echo [-n] [word...]: prints its words, separated by spaces. -n: without the newline. */
#include <command.h>
#include <stdio.h>
#include <string.h>

int echo_command(int count, char **arguments) {
  int first = count > 1 && strcmp(arguments[1], "-n") == 0 ? 2 : 1;
  for (int i = first; i < count; i++) {
    if (i > first) putchar(' ');
    fputs(arguments[i], stdout);
  }
  if (first == 1) putchar('\n');
  return fflush(stdout) != 0;
}
