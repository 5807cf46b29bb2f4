/* Interval timers and alarm. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <testing.h>
#include <unistd.h>

static volatile int ticks;
static siginfo_t last;

static void on_tick(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  ticks++;
  last = *info;
}

static void install(int signal) {
  struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO};
  sigaction(signal, &action, NULL);
}

static void real_timer(void) {
  install(SIGALRM);
  struct itimerval once = {{0, 0}, {0, 20000}}, current;
  long before = milliseconds();
  setitimer(ITIMER_REAL, &once, NULL);
  pause();
  say("once: ticks %d, after at least 20 ms: %d, code %d", ticks, milliseconds() - before >= 20,
      last.si_code);
  getitimer(ITIMER_REAL, &current);
  say("then it is off: %d", current.it_value.tv_sec == 0 && current.it_value.tv_usec == 0);
  struct itimerval often = {{0, 10000}, {0, 10000}};
  before = milliseconds();
  setitimer(ITIMER_REAL, &often, NULL);
  ticks = 0;
  while (ticks < 5) pause();
  say("five times, in at least 50 ms: %d", milliseconds() - before >= 50);
  getitimer(ITIMER_REAL, &current);
  say("interval %ld.%06ld, running: %d", current.it_interval.tv_sec, current.it_interval.tv_usec,
      current.it_value.tv_usec > 0);
  struct itimerval off = {{0, 0}, {0, 0}}, old;
  setitimer(ITIMER_REAL, &off, &old);
  say("setitimer tells the old interval: %ld", old.it_interval.tv_usec);
  ticks = 0;
  sleep_milliseconds(30);
  say("off: ticks %d", ticks);
}

static void alarms(void) {
  report("alarm(10)", alarm(10));
  report("alarm(20) tells what was left", alarm(20));
  report("alarm(0)", alarm(0));
  report("alarm(0) again", alarm(0));
}

static int exit_status_of_alarm(void *unused) {
  (void)unused;
  signal(SIGALRM, SIG_DFL);
  struct itimerval once = {{0, 0}, {0, 10000}};
  setitimer(ITIMER_REAL, &once, NULL);
  for (;;) pause();
  return 0;
}

static int child_has_no_timer(void *unused) {
  (void)unused;
  struct itimerval current;
  getitimer(ITIMER_REAL, &current);
  return current.it_value.tv_sec != 0 || current.it_value.tv_usec != 0;
}

static void virtual_timers(void) {
  install(SIGVTALRM);
  install(SIGPROF);
  struct itimerval once = {{0, 0}, {0, 20000}};
  ticks = 0;
  setitimer(ITIMER_VIRTUAL, &once, NULL);
  sleep_milliseconds(50);
  say("a virtual timer does not run while the process sleeps: %d", ticks == 0);
  while (ticks == 0) continue;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  say("but while it computes: %d", used.ru_utime.tv_sec > 0 || used.ru_utime.tv_usec >= 10000);
  ticks = 0;
  setitimer(ITIMER_PROF, &once, NULL);
  while (ticks == 0) continue;
  say("SIGPROF came: %d", last.si_signo == SIGPROF);
}

static void errors(void) {
  struct itimerval bad = {{0, 0}, {0, 1000000}}, fine = {{0, 0}, {0, 0}};
  report("a million microseconds", setitimer(ITIMER_REAL, &bad, NULL));
  report("an unknown timer", setitimer(7, &fine, NULL));
  report("getitimer of an unknown timer", getitimer(7, &fine));
}

int main(void) {
  real_timer();
  alarms();
  report_status("alarm without a handler", run(exit_status_of_alarm, NULL));
  alarm(100);
  report_status("a child inherits no timer", run(child_has_no_timer, NULL));
  alarm(0);
  virtual_timers();
  errors();
  return 0;
}
