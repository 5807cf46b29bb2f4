/* regressions: what wild programs once broke, one line each: a name, and 0 or the error number that Linux gives. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };
/* System calls that our library has no functions for. */
enum { SIGNAL_CREATE = 74, TIMER_CREATE = 85, TIMER_SET = 86 };

static void tell(const char *what, long result) {
  printf("%s: %d\n", what, result < 0 ? errno : 0);
  fflush(stdout);
}

/* Two pages, of which the second has gone; the first is full of ones. */
static char *edge(void) {
  char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + PAGE, PAGE);
  memset(pages, 1, PAGE);
  return pages + PAGE;
}

/* A path of a length of its own leaves that in the kernel's scratch memory. */
static void poll_more_than_may_be(void) {
  char path[2000];
  memset(path, 'x', sizeof path);
  path[sizeof path - 1] = 0;
  access(path, F_OK);
  tell("poll of more than may be open", SYSCALL_5(SYS_ppoll, NULL, 1 << 28, NULL, NULL, 8));
}

static void arguments_at_an_edge(void) {
  char *empty[] = {NULL};
  tell("arguments that end between two pages", execve("/bin/true", (char **)(edge() - 4), empty));
  tell("environment that ends between two pages", execve("/bin/true", empty, (char **)(edge() - 4)));
}

/* Descriptors that give or take a number or a structure as a whole. */
static void numbers_at_an_edge(void) {
  struct timespec soon[] = {{0, 0}, {0, 1000}}; /* not again, and the first time */
  sigset_t set = 1UL << (SIGUSR1 - 1);
  int event = SYSCALL_2(SYS_eventfd2, 1, 0), timer = SYSCALL_2(TIMER_CREATE, CLOCK_MONOTONIC, 0);
  tell("a number read from an event to an edge", read(event, edge() - 4, 8));
  tell("a number written to an event from an edge", write(event, edge() - 4, 8));
  SYSCALL_4(TIMER_SET, timer, 0, soon, NULL);
  tell("a number read from a timer to an edge", read(timer, edge() - 4, 8));
  sigprocmask(SIG_BLOCK, &set, NULL);
  kill(getpid(), SIGUSR1);
  int signals = SYSCALL_4(SIGNAL_CREATE, -1, &set, 8, 0);
  tell("a structure read from signals to an edge", read(signals, edge() - 4, 128));
}

int main(void) {
  numbers_at_an_edge();
  poll_more_than_may_be();
  arguments_at_an_edge();
  return 0;
}
