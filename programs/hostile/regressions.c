/* regressions: what wild programs once broke, one line each: a name, and 0 or the error number that Linux gives. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

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

int main(void) {
  poll_more_than_may_be();
  arguments_at_an_edge();
  return 0;
}
