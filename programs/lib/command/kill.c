/* kill [-s signal | -signal] process...: sends a signal, TERM unless told. kill -l: lists the signals.
 * Process 0 is the caller's group, -n the group n. */
#include <command.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int signal_number(const char *name) {
  if (isdigit(*name)) return atoi(name);
  if (strcasecmp(name, "EXIT") == 0) return 0;
  for (int signal = 1; signal <= SIGSYS; signal++)
    if (strcasecmp(name, signal_name(signal)) == 0 || strcasecmp(name, signal_name(signal) + 3) == 0)
      return signal;
  return -1;
}

static int list_signals(void) {
  for (int signal = 1; signal <= SIGSYS; signal++) printf("%2d %s\n", signal, signal_name(signal) + 3);
  return fflush(stdout) != 0;
}

int kill_command(int count, char **arguments) {
  int signal = SIGTERM, first = 1, failed = 0;
  if (count > 1 && strcmp(arguments[1], "-l") == 0) return list_signals();
  if (count > 2 && arguments[1][0] == '-') {
    const char *name = arguments[1] + 1;
    first = 2;
    if (strcmp(name, "s") == 0) name = arguments[2], first = 3;
    signal = strcmp(name, "-") == 0 ? SIGTERM : signal_number(name);
  }
  if (signal < 0 || first >= count) return fprintf(stderr, "usage: kill [-s signal] process...\n"), 2;
  for (int i = first; i < count; i++) {
    char *end;
    long process = strtol(arguments[i], &end, 10);
    if (end == arguments[i] || *end) {
      fprintf(stderr, "kill: %s: not a process id\n", arguments[i]);
      failed = 1;
    } else if (kill((pid_t)process, signal) < 0) {
      fprintf(stderr, "kill: ");
      perror(arguments[i]);
      failed = 1;
    }
  }
  return failed;
}
