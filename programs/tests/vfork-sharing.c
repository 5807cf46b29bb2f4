/* vfork: the child uses its parent's memory, and the parent waits until the child exits or executes. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static volatile int shared = 1;

static void child_writes_parents_memory(void) {
  volatile int on_stack = 1;
  pid_t child = vfork();
  if (child == 0) {
    shared = 2;
    on_stack = 3;
    sleep_milliseconds(20); /* the parent does not get here first */
    _exit(4);
  }
  say("parent sees %d and %d", shared, on_stack);
  report_status("child", wait_for(child));
}

static void parent_waits(void) {
  long before = milliseconds();
  pid_t child = vfork();
  if (child == 0) {
    sleep_milliseconds(60);
    _exit(0);
  }
  say("the parent slept meanwhile: %d", milliseconds() - before >= 60);
  wait_for(child);
}

static void fork_does_not_share(void) {
  shared = 10;
  pid_t child = fork();
  if (child == 0) {
    shared = 11;
    _exit(0);
  }
  wait_for(child);
  say("after fork the parent still sees %d", shared);
}

static void failed_exec(void) {
  shared = 20;
  pid_t child = vfork();
  if (child == 0) {
    char *arguments[] = {"nothing", NULL};
    execve("/does/not/exist", arguments, arguments + 1);
    shared = 21;
    _exit(127);
  }
  say("after a failed exec in the child: %d", shared);
  report_status("child", wait_for(child));
}

static void killed_child(void) {
  pid_t child = vfork();
  if (child == 0) {
    shared = 30;
    kill(getpid(), SIGKILL);
    _exit(0);
  }
  say("the parent goes on when the child is killed: %d", shared);
  report_status("child", wait_for(child));
}

static void descriptors_are_copied(void) {
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  pid_t child = vfork();
  if (child == 0) {
    close(ends[0]);
    close(ends[1]);
    _exit(0);
  }
  wait_for(child);
  report("the child's close is its own", write(ends[1], "x", 1));
}

int main(void) {
  child_writes_parents_memory();
  parent_waits();
  fork_does_not_share();
  failed_exec();
  killed_child();
  descriptors_are_copied();
  return 0;
}
