/* Traps: commands to run when a signal arrives, or when the shell ends (signal 0, EXIT).
 *
 * The signal handler only takes a note; the command runs between two commands of the shell. */
#include "shell.h"

#include <command.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *actions[SIGSYS + 1]; /* NULL: default; "": ignore */
static volatile int arrived[SIGSYS + 1];
static volatile int any_arrived;

static void take_note(int signal) { arrived[signal] = any_arrived = 1; }

static void set_disposition(int signal, signal_handler handler) {
  struct sigaction action = {.sa_handler = handler}; /* without SA_RESTART: waiting is interrupted */
  sigaction(signal, &action, NULL);
}

static void set_trap(int signal, const char *action) {
  free(actions[signal]);
  actions[signal] = action ? strdup(action) : NULL;
  if (signal == 0) return;
  set_disposition(signal, !action ? SIG_DFL : *action ? take_note : SIG_IGN);
}

static int print_traps(void) {
  for (int signal = 0; signal <= SIGSYS; signal++)
    if (actions[signal])
      printf("trap -- '%s' %s\n", actions[signal], signal ? signal_name(signal) + 3 : "EXIT");
  return 0;
}

int builtin_trap(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "--") == 0) arguments++, count--;
  if (count == 1) return print_traps();
  int first = 2;
  const char *action = arguments[1];
  if (strcmp(action, "-") == 0) action = NULL;
  else if (count == 2 || signal_number(action) == atoi(action)) action = NULL, first = 1;
  for (int i = first; i < count; i++) {
    int signal = signal_number(arguments[i]);
    if (signal < 0 || signal > SIGSYS) return fprintf(stderr, "trap: %s: not a signal\n", arguments[i]), 1;
    set_trap(signal, action);
  }
  return 0;
}

int traps_exist(void) {
  for (int signal = 0; signal <= SIGSYS; signal++)
    if (actions[signal] && *actions[signal]) return 1;
  return 0;
}

int traps_pending(void) {
  for (int signal = 1; any_arrived && signal <= SIGSYS; signal++)
    if (arrived[signal] && actions[signal]) return signal;
  return 0;
}

static void run_action(int signal) {
  int status = last_status;
  char *action = strdup(actions[signal]); /* it may replace itself */
  run_string(action, 0);
  free(action);
  last_status = status;
}

void traps_run_pending(void) {
  if (!any_arrived) return;
  any_arrived = 0;
  for (int signal = 1; signal <= SIGSYS; signal++) {
    if (!arrived[signal]) continue;
    arrived[signal] = 0;
    if (actions[signal] && *actions[signal]) run_action(signal);
    else if (signal == SIGINT && interactive) fputs("\n", stderr), shell_error(128 + SIGINT);
  }
}

void traps_run_exit(void) {
  if (!actions[0] || !*actions[0]) return;
  char *action = actions[0];
  actions[0] = NULL;
  run_string(action, 0);
}

void traps_reset(void) {
  for (int signal = 0; signal <= SIGSYS; signal++) {
    if (actions[signal] && *actions[signal]) set_trap(signal, NULL);
    arrived[signal] = 0;
  }
  if (interactive) {
    if (!actions[SIGINT]) set_disposition(SIGINT, SIG_DFL);
    if (!actions[SIGQUIT]) set_disposition(SIGQUIT, SIG_DFL);
    if (!actions[SIGTERM]) set_disposition(SIGTERM, SIG_DFL);
  }
}

void traps_start_interactive(void) {
  set_disposition(SIGINT, take_note);
  set_disposition(SIGQUIT, SIG_IGN);
  set_disposition(SIGTERM, SIG_IGN);
}
