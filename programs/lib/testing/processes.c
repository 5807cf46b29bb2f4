/* Children, and gates that order what processes do. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

pid_t start(int (*action)(void *), void *argument) {
  pid_t child = fork();
  must(child >= 0, "fork");
  if (child == 0) _exit(action(argument));
  return child;
}

int wait_for(pid_t process) {
  int status = -1;
  while (waitpid(process, &status, 0) < 0) must(errno == EINTR, "waitpid");
  return status;
}

int run(int (*action)(void *), void *argument) { return wait_for(start(action, argument)); }

struct gate gate_make(void) {
  struct gate gate;
  must(pipe2(gate.ends, O_CLOEXEC) == 0, "pipe2");
  return gate;
}

void gate_open(struct gate *gate) { must(write(gate->ends[1], "", 1) == 1, "opening a gate"); }

void gate_wait(struct gate *gate) {
  char byte;
  ssize_t length;
  while ((length = read(gate->ends[0], &byte, 1)) < 0 && errno == EINTR) continue;
  must(length == 1, "waiting at a gate");
}

int wait_for_state(pid_t process, char state) {
  char path[32], text[256];
  snprintf(path, sizeof path, "/proc/%d/stat", process);
  for (int tries = 0; tries < 2000; tries++) {
    int from = open(path, O_RDONLY);
    ssize_t length = from < 0 ? 0 : read(from, text, sizeof text - 1);
    if (from >= 0) close(from);
    text[length > 0 ? length : 0] = 0;
    char *end = strrchr(text, ')');
    if (end && end[2] == state) return 1;
    sleep_milliseconds(2);
  }
  return 0;
}
