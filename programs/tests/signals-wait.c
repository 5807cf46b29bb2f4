/* Waiting for signals: sigsuspend, sigtimedwait, sigwaitinfo, pause. */
#include <errno.h>
#include <signal.h>
#include <testing.h>
#include <unistd.h>

static volatile int handled;
static void on_signal(int signal) { (void)signal, handled++; }

static int signal_later(void *signal) {
  pid_t parent = getppid();
  sleep_milliseconds(20);
  wait_for_state(parent, 'S');
  return kill(parent, *(int *)signal);
}

static void suspending(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t usr1 = 1UL << (SIGUSR1 - 1), none = 0, now;
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  report("sigsuspend with one pending", sigsuspend(&none));
  sigprocmask(SIG_BLOCK, NULL, &now);
  say("handled %d, mask back %d", handled, now == usr1);
  int signal = SIGUSR1;
  pid_t child = start(signal_later, &signal);
  report("sigsuspend until a child signals", sigsuspend(&none));
  say("handled %d", handled);
  wait_for(child);
  sigprocmask(SIG_SETMASK, &none, NULL);
  child = start(signal_later, &signal);
  report("pause", pause());
  say("handled %d", handled);
  wait_for(child);
}

static void waiting(void) {
  sigset_t set = 1UL << (SIGUSR1 - 1) | 1UL << (SIGUSR2 - 1) | 1UL << (SIGRTMIN - 1);
  struct timespec zero = {0, 0}, soon = {0, 20000000}, bad = {0, -1};
  siginfo_t info;
  sigprocmask(SIG_SETMASK, &set, NULL);
  handled = 0;
  report("nothing, at once", sigtimedwait(&set, &info, &zero));
  long before = milliseconds();
  report("nothing, for 20 ms", sigtimedwait(&set, &info, &soon));
  say("it took that long: %d", milliseconds() - before >= 20);
  report("a bad time", sigtimedwait(&set, &info, &bad));
  raise(SIGUSR2);
  raise(SIGUSR1);
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 5});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 6});
  report("first", sigtimedwait(&set, &info, &zero));
  report("second", sigtimedwait(&set, &info, &zero));
  say("third, real-time: %d", sigtimedwait(&set, &info, &zero) == SIGRTMIN);
  say("  its value %d, code %d", info.si_value.sival_int, info.si_code);
  say("fourth: %d", sigtimedwait(&set, &info, &zero) == SIGRTMIN);
  say("  its value %d", info.si_value.sival_int);
  report("no more", sigtimedwait(&set, NULL, &zero));
  int signal = SIGUSR2;
  pid_t child = start(signal_later, &signal);
  report("from a child", sigwaitinfo(&set, &info));
  say("by it: %d, no handler ran: %d", info.si_pid == child, handled == 0);
  wait_for(child);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGHUP, &action, NULL);
  signal = SIGHUP;
  child = start(signal_later, &signal);
  report("another signal interrupts", sigwaitinfo(&set, &info));
  say("handled %d", handled);
  wait_for(child);
}

int main(void) {
  suspending();
  waiting();
  return 0;
}
