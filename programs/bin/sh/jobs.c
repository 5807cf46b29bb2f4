/* The shell's children: waiting for one, and remembering those that were started with &. */
#include "shell.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define MOST_JOBS 64

/* In the order of starting; only they may be named to `wait`. */
static pid_t jobs[MOST_JOBS];
static int job_count;

int status_of_wait(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

static void report_signal(int status) {
  if (!WIFSIGNALED(status)) return;
  int signal = WTERMSIG(status);
  if (signal == SIGINT) fputs("\n", stderr);
  else if (signal != SIGPIPE)
    fprintf(stderr, "%s%s\n", signal_name(signal), WCOREDUMP(status) ? " (core dumped)" : "");
}

int wait_for(pid_t process) {
  int status;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  report_signal(status);
  return status_of_wait(status);
}

static void forget(int index) {
  job_count--;
  memmove(jobs + index, jobs + index + 1, (size_t)(job_count - index) * sizeof *jobs);
}

void background_add(pid_t process) {
  if (job_count == MOST_JOBS) {
    waitpid(jobs[0], NULL, 0);
    forget(0);
  }
  jobs[job_count++] = process;
  last_background = process;
}

/* As wait_for, but a trapped signal ends it, as POSIX asks of `wait`. */
static int wait_interruptibly(pid_t process) {
  int status;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return 127;
    if (traps_pending()) return -1;
  }
  return status_of_wait(status);
}

int background_wait(pid_t process) {
  int status = process ? 127 : 0;
  for (int i = 0; i < job_count;) {
    if (process && jobs[i] != process) {
      i++;
      continue;
    }
    int answer = wait_interruptibly(jobs[i]);
    if (answer < 0) return 128 + traps_pending();
    if (process) status = answer;
    forget(i);
  }
  return status;
}
