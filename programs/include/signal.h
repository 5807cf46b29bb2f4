/* Signals: the user's interrupts.
 *
 * RISC-V has no sa_restorer: the kernel itself provides the code that a handler returns to. */
#pragma once

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPWR 30
#define SIGSYS 31
#define SIGRTMIN 34
#define SIGRTMAX 64

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_ONSTACK 0x08000000
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000

#define SI_USER 0
#define SI_KERNEL 0x80
#define SI_QUEUE (-1)
#define SI_TIMER (-2)
#define SI_TKILL (-6)
#define ILL_ILLOPC 1
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define TRAP_BRKPT 1
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6

#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192

/* One bit per signal, signal 1 in bit 0: exactly the kernel's 64-bit set. */
typedef unsigned long sigset_t;
typedef int sig_atomic_t;

union sigval {
  int sival_int;
  void *sival_ptr;
};

/* 128 bytes, laid out by the kernel; which fields are meant depends on si_code. */
typedef struct siginfo {
  int si_signo;
  int si_errno;
  int si_code;
  union {
    struct {
      pid_t pid;
      uid_t uid;
      union {
        union sigval value;
        struct {
          int status;
          clock_t utime, stime;
        };
      };
    };
    struct {
      int timer, overrun;
    };
    void *address;
    char padding[112];
  } fields __attribute__((aligned(8)));
} siginfo_t;
#define si_pid fields.pid
#define si_uid fields.uid
#define si_value fields.value
#define si_status fields.status
#define si_addr fields.address

typedef struct {
  void *ss_sp;
  int ss_flags;
  size_t ss_size;
} stack_t;

/* The interrupted thread's registers: pc, then x1 to x31, then f0 to f31 and fcsr. */
typedef struct {
  unsigned long gregs[32];
  unsigned long fpregs[32];
  unsigned int fcsr;
  char padding[528 - 32 * 8 - 4];
} mcontext_t __attribute__((aligned(16)));

typedef struct ucontext {
  unsigned long uc_flags;
  struct ucontext *uc_link;
  stack_t uc_stack;
  sigset_t uc_sigmask;
  char padding[128 - sizeof(sigset_t)];
  mcontext_t uc_mcontext;
} ucontext_t;
#define REG_PC 0
#define REG_RA 1
#define REG_SP 2
#define REG_A0 10

typedef void (*signal_handler)(int);
#define SIG_DFL ((signal_handler)0)
#define SIG_IGN ((signal_handler)1)
#define SIG_ERR ((signal_handler)-1)

/* The kernel's layout on RISC-V. */
struct sigaction {
  union {
    signal_handler sa_handler;
    void (*sa_sigaction)(int, siginfo_t *, void *);
  };
  unsigned long sa_flags;
  sigset_t sa_mask;
};

int sigaction(int signal, const struct sigaction *wanted, struct sigaction *old);
/* Installs a handler with SA_RESTART, as BSD and glibc do. */
signal_handler signal(int signal, signal_handler handler);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigqueue(pid_t process, int signal, union sigval value);
int sigaltstack(const stack_t *wanted, stack_t *old);
int kill(pid_t process, int signal);
int tgkill(pid_t process, pid_t thread, int signal);
int raise(int signal);

static inline int sigemptyset(sigset_t *set) { return *set = 0, 0; }
static inline int sigfillset(sigset_t *set) { return *set = ~0UL, 0; }
static inline int sigaddset(sigset_t *set, int signal) { return *set |= 1UL << (signal - 1), 0; }
static inline int sigdelset(sigset_t *set, int signal) { return *set &= ~(1UL << (signal - 1)), 0; }
static inline int sigismember(const sigset_t *set, int signal) { return *set >> (signal - 1) & 1; }
