/* Signals: handlers, masks, sending and waiting. A signal set is the kernel's own: eight bytes. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static_assert(sizeof(siginfo_t) == 128, "the kernel's siginfo_t");
static_assert(sizeof(struct sigaction) == 24, "the kernel's struct sigaction");
static_assert(__builtin_offsetof(ucontext_t, uc_mcontext) == 176, "the kernel's struct ucontext");

int sigaction(int signal, const struct sigaction *wanted, struct sigaction *old) {
  return (int)SYSCALL_4(SYS_rt_sigaction, signal, wanted, old, sizeof(sigset_t));
}

signal_handler signal(int signal, signal_handler handler) {
  struct sigaction wanted = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
  return sigaction(signal, &wanted, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  return (int)SYSCALL_4(SYS_rt_sigprocmask, how, set, old, sizeof(sigset_t));
}

int sigpending(sigset_t *set) { return (int)SYSCALL_2(SYS_rt_sigpending, set, sizeof *set); }

int sigsuspend(const sigset_t *mask) { return (int)SYSCALL_2(SYS_rt_sigsuspend, mask, sizeof *mask); }

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
  return (int)SYSCALL_4(SYS_rt_sigtimedwait, set, info, timeout, sizeof *set);
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }

int sigqueue(pid_t process, int signal, union sigval value) {
  siginfo_t info = {.si_signo = signal, .si_code = SI_QUEUE};
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value = value;
  return (int)SYSCALL_3(SYS_rt_sigqueueinfo, process, signal, &info);
}

int sigaltstack(const stack_t *wanted, stack_t *old) { return (int)SYSCALL_2(SYS_sigaltstack, wanted, old); }

int kill(pid_t process, int signal) { return (int)SYSCALL_2(SYS_kill, process, signal); }

int tgkill(pid_t process, pid_t thread, int signal) {
  return (int)SYSCALL_3(SYS_tgkill, process, thread, signal);
}

int raise(int signal) { return tgkill(getpid(), gettid(), signal); }

/* riscv64 has no pause call: polling nothing for ever is the same. */
int pause(void) { return ppoll(NULL, 0, NULL, NULL); }
