/* Signals: who sent them, masks, pending ones, order, flags, queues. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

static siginfo_t last;
static int order[64], count;

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  last = *info;
  order[count++ % 64] = signal;
}

static void install(int signal, unsigned long flags, sigset_t mask) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = flags | SA_SIGINFO, .sa_mask = mask};
  must(sigaction(signal, &action, NULL) == 0, "sigaction");
}

static int send_to_parent(void *signal) { return kill(getppid(), *(int *)signal); }

static void senders(void) {
  install(SIGUSR1, SA_RESTART, 0);
  kill(getpid(), SIGUSR1);
  say("kill: code %d, by me: %d, user %u", last.si_code, last.si_pid == getpid(), last.si_uid);
  tgkill(getpid(), gettid(), SIGUSR1);
  say("tgkill: code %d, by me: %d", last.si_code, last.si_pid == getpid());
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 12345});
  say("sigqueue: code %d, by me: %d, value %d", last.si_code, last.si_pid == getpid(),
      last.si_value.sival_int);
  int signal = SIGUSR1;
  pid_t child = start(send_to_parent, &signal);
  wait_for(child);
  say("from a child: code %d, by it: %d", last.si_code, last.si_pid == child);
}

static void masks(void) {
  sigset_t usr1 = 1UL << (SIGUSR1 - 1), old, pending;
  sigprocmask(SIG_BLOCK, &usr1, &old);
  say("old mask %lx", old);
  count = 0;
  raise(SIGUSR1);
  raise(SIGUSR1);
  say("blocked: %d delivered", count);
  sigpending(&pending);
  say("pending %lx", pending);
  sigprocmask(SIG_UNBLOCK, &usr1, NULL);
  say("unblocked: %d delivered", count);
  sigset_t all = ~0UL, now;
  sigprocmask(SIG_SETMASK, &all, NULL);
  sigprocmask(SIG_BLOCK, NULL, &now);
  say("KILL and STOP cannot be blocked: %lx", all & ~now);
  sigprocmask(SIG_SETMASK, &old, NULL);
  report("sigprocmask with a bad choice", sigprocmask(9, &usr1, NULL));
  report("a set of another size", SYSCALL_4(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 4));
}

static sigset_t inside;
static int entries, depth, deepest;

static void nested(int signal) {
  sigprocmask(SIG_BLOCK, NULL, &inside);
  depth++;
  if (depth > deepest) deepest = depth;
  if (entries++ < 3) raise(signal);
  depth--;
}

static void flags(void) {
  struct sigaction action = {.sa_handler = nested, .sa_mask = 1UL << (SIGHUP - 1)}, now;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  say("the mask in a handler: %lx, nesting %d", inside, deepest);
  entries = deepest = 0;
  action.sa_flags = SA_NODEFER;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  say("with SA_NODEFER: %lx, nesting %d", inside, deepest);
  install(SIGUSR2, SA_RESETHAND, 0);
  raise(SIGUSR2);
  sigaction(SIGUSR2, NULL, &now);
  say("with SA_RESETHAND the default is back: %d", now.sa_handler == SIG_DFL);
}

/* With all signals masked in the handler, the lowest number comes first; real-time signals are queued, each
 * with its value, others are not. */
static void deliver_several(void) {
  static const int sent[] = {SIGRTMIN + 1, SIGUSR2, SIGTERM,      SIGRTMIN,
                             SIGUSR1,      SIGHUP,  SIGRTMIN + 1, SIGUSR1};
  sigset_t all = ~0UL, none = 0;
  for (int i = 0; i < 8; i++) install(sent[i], 0, all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  for (int i = 0; i < 8; i++) sigqueue(getpid(), sent[i], (union sigval){.sival_int = i});
  count = 0;
  sigprocmask(SIG_SETMASK, &none, NULL);
  say("%d delivered", count);
  for (int i = 0; i < count; i++)
    say("  %s%d", order[i] >= SIGRTMIN ? "SIGRTMIN+" : "",
        order[i] >= SIGRTMIN ? order[i] - SIGRTMIN : order[i]);
}

static void dispositions(void) {
  struct sigaction action = {.sa_handler = SIG_IGN}, old;
  report("catch SIGKILL", sigaction(SIGKILL, &action, NULL));
  report("ignore SIGSTOP", sigaction(SIGSTOP, &action, NULL));
  report("look at SIGKILL", sigaction(SIGKILL, NULL, &old));
  report("signal 0", sigaction(0, NULL, &old));
  report("signal 65", sigaction(65, NULL, &old));
  report("kill with signal 65", kill(getpid(), 65));
  report("kill with signal 0", kill(getpid(), 0));
  report("kill nobody", kill(0x3ffffff, SIGTERM));
  sigset_t usr1 = 1UL << (SIGUSR1 - 1), pending;
  install(SIGUSR1, 0, 0);
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  sigaction(SIGUSR1, &action, NULL);
  sigpending(&pending);
  say("ignoring a pending signal discards it: %lx", pending);
  raise(SIGUSR1);
  sigpending(&pending);
  say("a blocked signal is kept, even when it is ignored: %lx", pending);
  sigprocmask(SIG_UNBLOCK, &usr1, NULL);
  struct sigaction wanted = {.sa_handler = nested, .sa_flags = SA_RESTART | SA_NODEFER, .sa_mask = 0x1234};
  sigaction(SIGUSR1, &wanted, NULL);
  sigaction(SIGUSR1, NULL, &old);
  say("sigaction gives back what was set: %d, flags %lx, mask %lx", old.sa_handler == nested, old.sa_flags,
      old.sa_mask);
}

static int child_of_fork(void *unused) {
  (void)unused;
  sigset_t mask, pending;
  struct sigaction action;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&pending);
  sigaction(SIGUSR1, NULL, &action);
  say("after fork: mask %lx, pending %lx, handler kept: %d", mask, pending, action.sa_handler == nested);
  return 0;
}

static void inheritance(void) {
  sigset_t usr1 = 1UL << (SIGUSR1 - 1);
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  run(child_of_fork, NULL);
}

int main(void) {
  senders();
  masks();
  flags();
  deliver_several();
  dispositions();
  inheritance();
  return 0;
}
