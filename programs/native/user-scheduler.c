/* user-scheduler: a scheduling policy in C, as a process: user-scheduler [-q CYCLES] PROGRAM [ARGUMENTS...] under
 * `run --scheduler user`. Of the tasks that are ready, the one whose program is said to be best runs (the least priority of
 * --hint), equals in turn, for a quantum. It ends with its program, and says how often it was obeyed. */
#include <command.h>
#include <scheduler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 256 };
static struct {
  uint64_t task, priority;
} ready[MOST];
static int count;

static void forget(uint64_t task) {
  for (int i = 0; i < count; i++)
    if (ready[i].task == task) {
      memmove(&ready[i], &ready[i + 1], (size_t)(--count - i) * sizeof ready[0]);
      return;
    }
}

static void note(uint64_t task, uint64_t priority) {
  forget(task);
  if (count == MOST) return; /* it runs when this one is overruled */
  ready[count].task = task;
  ready[count++].priority = priority;
}

static void answer(uint64_t quantum) {
  while (count > 0) {
    int best = 0;
    for (int i = 1; i < count; i++)
      if (ready[i].priority < ready[best].priority) best = i;
    uint64_t task = ready[best].task;
    forget(task);
    if (scheduler_run(task, quantum) == 0) return;
  }
}

int main(int argument_count, char **arguments) {
  uint64_t quantum = 100000, obeyed = 0, overruled = 0;
  int first = 1;
  if (argument_count > 2 && strcmp(arguments[1], "-q") == 0) {
    quantum = (uint64_t)parse_count("user-scheduler", arguments[2], 1);
    first = 3;
  }
  if (first >= argument_count) usage("user-scheduler [-q CYCLES] PROGRAM [ARGUMENTS...]");
  pid_t child = fork();
  if (child == 0) {
    execvp(arguments[first], arguments + first);
    complain("user-scheduler", arguments[first]);
    _exit(127);
  }
  long attached = scheduler_attach();
  if (attached != 0) printf("user-scheduler: it may not decide: %ld\n", attached);
  int status = 0;
  for (int ended = 0; !ended;) {
    struct scheduler_event event = {.kind = -1};
    if (attached == 0) event = scheduler_next();
    if (event.kind == SCHEDULER_READY) note(event.task, event.priority);
    if (event.kind == SCHEDULER_GONE) {
      forget(event.task);
      ended = waitpid(child, &status, WNOHANG) == child;
    }
    if (event.kind == SCHEDULER_ASK) {
      obeyed = event.obeyed, overruled = event.overruled;
      answer(quantum);
    }
    if (event.kind <= 0) ended = waitpid(child, &status, attached == 0 ? WNOHANG : 0) == child;
  }
  printf("user-scheduler: obeyed %s, overruled %lu times\n", obeyed > 0 ? "often" : "never", (unsigned long)overruled);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
