/* What clone shares and what it copies: descriptors, directory, handlers, memory; thread ids in memory. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static char stack[16384] __attribute__((aligned(16)));
static volatile int value;
static int parent_id, child_id;

static void on_signal(int signal) { (void)signal; }

static int change_everything(void *unused) {
  (void)unused;
  value = 2;
  close(60);
  chdir("below");
  umask(077);
  signal(SIGUSR1, on_signal);
  return 17;
}

static void try(const char *what, unsigned long flags) {
  value = 1;
  must(dup2(1, 60) == 60 && chdir("/tmp/test-clone-forms") == 0, "setup");
  umask(022);
  signal(SIGUSR1, SIG_DFL);
  char *tp;
  __asm__("mv %0, tp" : "=r"(tp));
  long child = clone_with_stack(flags | SIGCHLD | CLONE_PARENT_SETTID, stack + sizeof stack, &parent_id, tp,
                                &child_id, change_everything, NULL);
  if (child < 0) {
    errno = (int)-child;
    report(what, -1);
    return;
  }
  int status = wait_for((pid_t)child);
  char path[64];
  struct sigaction action;
  sigaction(SIGUSR1, NULL, &action);
  say("%s: memory %s, files %s, directory %s, umask %03o, handlers %s", what,
      value == 2 ? "shared" : "copied", fcntl(60, F_GETFD) < 0 ? "shared" : "copied",
      getcwd(path, 64)[21] ? "shared" : "copied", umask(022),
      action.sa_handler == on_signal ? "shared" : "copied");
  report_status("  end", status);
  say("  its id was written for the parent: %d", parent_id == child);
}

static int look_at_id(void *unused) {
  (void)unused;
  return child_id == gettid() ? 5 : 6;
}

int main(void) {
  enter_scratch("clone-forms");
  mkdir("below", 0755);
  try("nothing shared", 0);
  try("memory", CLONE_VM);
  try("files", CLONE_FILES);
  try("file system", CLONE_FS);
  try("memory and handlers", CLONE_VM | CLONE_SIGHAND);
  try("memory, files, file system, handlers", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
  try("handlers without memory", CLONE_SIGHAND);
  try("a thread without handlers", CLONE_THREAD | CLONE_VM);
  long child = clone_with_stack(CLONE_CHILD_SETTID | SIGCHLD, stack + sizeof stack, NULL, NULL, &child_id,
                                look_at_id, NULL);
  report_status("its id is written in the child's memory", wait_for((pid_t)child));
  child = clone_with_stack(CLONE_VM | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD,
                           stack + sizeof stack, NULL, NULL, &child_id, look_at_id, NULL);
  report_status("and cleared at its end", wait_for((pid_t)child));
  say("  now %d", child_id);
  /* A child that tells nobody of its end is found with __WCLONE or __WALL only. */
  child = clone_with_stack(0, stack + sizeof stack, NULL, NULL, NULL, look_at_id, NULL);
  int status;
  report("wait does not find a child without a signal", waitpid((pid_t)child, &status, 0));
  say("wait with __WALL does: %d", waitpid((pid_t)child, &status, 0x40000000) == child);
  return 0;
}
