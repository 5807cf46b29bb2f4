/* Zombies, orphans, and children nobody waits for. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static struct gate gate, checked;
static pid_t tester;

static int exit_at_once(void *argument) { return (void)argument, 5; }

static void zombie(void) {
  pid_t child = start(exit_at_once, NULL);
  say("a dead child is a zombie until it is waited for: %d", wait_for_state(child, 'Z'));
  report("a zombie can be signalled", kill(child, 0));
  report_status("its status is kept", wait_for(child));
  report("then it is gone", kill(child, 0));
}

static int orphan(void *argument) {
  (void)argument;
  gate_wait(&gate); /* until the parent is dead */
  say("orphan: my parent is the reaper: %d", getppid() == tester);
  return 42;
}

static int short_lived_parent(void *argument) {
  (void)argument;
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    must(getppid() == parent, "the parent is the parent");
    gate_open(&checked);
    _exit(orphan(NULL));
  }
  gate_wait(&checked);
  return 6;
}

static void orphans(void) {
  report("become a reaper of orphans", prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  gate = gate_make();
  checked = gate_make();
  report_status("parent", run(short_lived_parent, NULL));
  gate_open(&gate);
  int status;
  must(wait(&status) > 0, "wait for the orphan");
  report_status("orphan", status);
}

static int zombie_keeper(void *argument) {
  (void)argument;
  pid_t child = fork();
  if (child == 0) _exit(9);
  wait_for_state(child, 'Z');
  return 8; /* without waiting */
}

static void inherited_zombie(void) {
  report_status("a parent that did not wait", run(zombie_keeper, NULL));
  int status;
  must(wait(&status) > 0, "wait for the zombie");
  report_status("its zombie was inherited", status);
}

static void automatic_reaping(void) {
  struct sigaction ignore = {.sa_handler = SIG_IGN}, none = {.sa_handler = SIG_DFL},
                   no_zombies = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  int status;
  sigaction(SIGCHLD, &ignore, NULL);
  start(exit_at_once, NULL);
  report("wait, when SIGCHLD is ignored", wait(&status));
  sigaction(SIGCHLD, &no_zombies, NULL);
  start(exit_at_once, NULL);
  report("wait, with SA_NOCLDWAIT", wait(&status));
  sigaction(SIGCHLD, &none, NULL);
  say("wait, as usual: %d", (start(exit_at_once, NULL), wait(&status)) > 0);
}

static volatile sig_atomic_t told, told_code, told_status;
static pid_t told_process;

static void on_child(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  told++;
  told_code = info->si_code;
  told_status = info->si_status;
  told_process = info->si_pid;
}

static int stop_and_exit(void *argument) {
  (void)argument;
  raise(SIGSTOP);
  gate_wait(&gate);
  return 3;
}

/* Continues a stopped child, and lets it go on when its being continued has been told: a second SIGCHLD is
 * lost as long as the first is pending. */
static void go_on(pid_t child, int expected) {
  kill(child, SIGCONT);
  while (expected && told_code != CLD_CONTINUED) sleep_milliseconds(1);
  gate_open(&gate);
}

static void child_signals(void) {
  struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  int status;
  pid_t child = start(stop_and_exit, NULL);
  waitpid(child, &status, WUNTRACED);
  say("SIGCHLD for a stop: count %d, code %d, status %d, of the child: %d", told, told_code, told_status,
      told_process == child);
  go_on(child, 1);
  report_status("child", wait_for(child));
  say("SIGCHLD for the end: code %d, status %d", told_code, told_status);
  told = 0;
  action.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &action, NULL);
  child = start(stop_and_exit, NULL);
  waitpid(child, &status, WUNTRACED);
  say("with SA_NOCLDSTOP a stop is not told: %d", told);
  go_on(child, 0);
  wait_for(child);
  say("but the end is: %d", told);
  signal(SIGCHLD, SIG_DFL);
}

static int await_death_signal(void *argument) {
  (void)argument;
  pid_t child = fork();
  if (child == 0) {
    sigset_t only_usr1 = 1UL << (SIGUSR1 - 1);
    sigprocmask(SIG_BLOCK, &only_usr1, NULL);
    prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
    gate_open(&gate);
    siginfo_t info;
    say("told of the parent's death by %s", signal_name(sigwaitinfo(&only_usr1, &info)));
    _exit(0);
  }
  gate_wait(&gate);
  return 0;
}

int main(void) {
  tester = getpid();
  zombie();
  orphans();
  inherited_zombie();
  automatic_reaping();
  child_signals();
  run(await_death_signal, NULL);
  int status;
  wait(&status);
  return 0;
}
