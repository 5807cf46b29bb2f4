/* Ending in failure: abort kills the program with SIGABRT even if a handler returns. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void abort(void) {
  raise(SIGABRT);
  struct sigaction fatal = {.sa_handler = SIG_DFL};
  sigaction(SIGABRT, &fatal, NULL);
  sigset_t mask = 1UL << (SIGABRT - 1);
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
  raise(SIGABRT);
  _exit(127);
}

_Noreturn void assertion_failed(const char *expression, const char *file, int line) {
  dprintf(STDERR_FILENO, "%s:%d: assertion failed: %s\n", file, line, expression);
  abort();
}
