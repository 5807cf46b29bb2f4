/* How a child ends, and what its parent learns: exit statuses, signals, stops, continues, WNOHANG, waitid. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static int exit_with(void *argument) { return *(int *)argument; }

static int die_of(void *argument) {
  kill(getpid(), *(int *)argument);
  return 0;
}

static int sleep_long(void *argument) {
  (void)argument;
  for (;;) pause();
  return 0;
}

static void exit_statuses(void) {
  static int codes[] = {0, 1, 2, 127, 128, 255, 256, 511, -1};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    say("_exit(%d)", codes[i]);
    report_status("  wait", run(exit_with, &codes[i]));
  }
}

static void deaths_by_signal(void) {
  static int signals[] = {SIGHUP,  SIGINT,    SIGILL,  SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,
                          SIGKILL, SIGUSR1,   SIGSEGV, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU,
                          SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGSYS};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    report_status("kill", run(die_of, &signals[i]));
  /* These are ignored by default, so the child exits normally. */
  static int ignored[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH};
  for (size_t i = 0; i < 4; i++) report_status("ignored by default", run(die_of, &ignored[i]));
}

static void stops(void) {
  int status;
  pid_t child = start(sleep_long, NULL);
  report("WNOHANG while it runs", waitpid(child, &status, WNOHANG));
  kill(child, SIGSTOP);
  say("WUNTRACED finds it: %d", waitpid(child, &status, WUNTRACED) == child);
  report_status("  status", status);
  report("a stop is reported once", waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  say("WCONTINUED finds it: %d", waitpid(child, &status, WCONTINUED) == child);
  report_status("  status", status);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGTERM); /* stays pending while it is stopped */
  report("TERM does not reach a stopped process", waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  report_status("after CONT", wait_for(child));
  child = start(sleep_long, NULL);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);
  report_status("KILL reaches a stopped process", wait_for(child));
}

static void waitid_forms(void) {
  int code = 7, signal = SIGTERM;
  siginfo_t info = {0};
  pid_t child = start(exit_with, &code);
  report("waitid WNOWAIT", waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
  say("  signal %d, code %d, status %d, its pid %d", info.si_signo, info.si_code, info.si_status,
      info.si_pid == child);
  info = (siginfo_t){0};
  report("waitid again", waitid(P_PID, (id_t)child, &info, WEXITED));
  say("  code %d, status %d", info.si_code, info.si_status);
  report("and again", waitid(P_PID, (id_t)child, &info, WEXITED));
  child = start(die_of, &signal);
  report("waitid of a killed one", waitid(P_ALL, 0, &info, WEXITED));
  say("  code %d, status %d", info.si_code, info.si_status);
  child = start(sleep_long, NULL);
  info.si_pid = 99;
  report("waitid WNOHANG with nothing to tell", waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG));
  say("  pid %d, signal %d", info.si_pid, info.si_signo);
  report("waitid without any kind", waitid(P_PID, (id_t)child, &info, 0));
  kill(child, SIGKILL);
  wait_for(child);
}

static void errors(void) {
  int status;
  report("wait without children", wait(&status));
  report("waitpid for a stranger", waitpid(1, &status, 0));
  report("waitpid with bad options", waitpid(-1, &status, 0x4000));
  pid_t child = start(sleep_long, NULL);
  report("waitpid for another group", waitpid(-99999, &status, 0));
  kill(child, SIGKILL);
  say("status may be NULL: %d", waitpid(child, NULL, 0) == child);
}

static void any_order(void) {
  int codes[] = {10, 11, 12};
  pid_t children[3];
  for (int i = 0; i < 3; i++) children[i] = start(exit_with, &codes[i]);
  report_status("the third first", wait_for(children[2]));
  report_status("then the first", wait_for(children[0]));
  int status;
  say("wait finds the second: %d", wait(&status) == children[1]);
  report_status("  status", status);
}

int main(void) {
  exit_statuses();
  deaths_by_signal();
  stops();
  waitid_forms();
  errors();
  any_order();
  return 0;
}
