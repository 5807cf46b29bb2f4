/* fork-bomb [setsid|vfork|thread]: processes without end, and none of them waits for another.
 *
 * With setsid each child leaves its parent's process group; with vfork the children are made by vfork; with
 * thread each of them also starts a thread. The first one says the first error that it meets and goes on. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char stack[16384] __attribute__((aligned(16)));

static int spin(void *unused) {
  (void)unused;
  while (sched_yield() == 0) continue;
  return 0;
}

static pid_t make(const char *how) {
  if (strcmp(how, "vfork") == 0) {
    pid_t child = vfork();
    if (child == 0) {
      char *const arguments[] = {"fork-bomb", "vfork", NULL};
      execv("/hostile/fork-bomb", arguments);
      _exit(1);
    }
    return child;
  }
  pid_t child = fork();
  if (child == 0 && strcmp(how, "setsid") == 0) setsid();
  if (child == 0 && strcmp(how, "thread") == 0)
    clone_with_stack(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
                     stack + sizeof stack, NULL, NULL, NULL, spin, NULL);
  return child;
}

int main(int count, char **arguments) {
  const char *how = count > 1 ? arguments[1] : "";
  pid_t first = getpid();
  for (int told = 0;;) {
    if (make(how) >= 0) continue;
    if (!told && getpid() == first) dprintf(1, "fork-bomb: error %d\n", errno);
    told = 1;
    sched_yield();
  }
}
