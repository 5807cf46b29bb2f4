/* The limit on processor time: a signal every second from the soft limit on, death at the hard one. */
#include <signal.h>
#include <sys/resource.h>
#include <testing.h>

static volatile int warned;
static void on_signal(int signal) { (void)signal, warned++; }

static int compute(void *catches) {
  struct rlimit limit = {1, 2};
  setrlimit(RLIMIT_CPU, &limit);
  if (catches) {
    signal(SIGXCPU, on_signal);
    while (!warned) continue;
    say("warned once; going on");
  }
  for (volatile unsigned long i = 0;; i++) continue;
  return 0;
}

int main(void) {
  report_status("without a handler", run(compute, NULL));
  report_status("with one", run(compute, "yes"));
  return 0;
}
