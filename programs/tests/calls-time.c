/* Calls about time and timers, and about signals' actions and masks: what they refuse. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <testing.h>
#include <time.h>
#include <unistd.h>

#define SYS_timer_create 107
#define SYS_timer_gettime 108
#define SYS_timer_getoverrun 109
#define SYS_timer_settime 110
#define SYS_timer_delete 111
#define SYS_clock_settime 112
#define SYS_gettimeofday 169
#define CHECK(call) report(#call, call)

static void clocks(void) {
  struct timespec time;
  for (int clock = -1; clock < 13; clock++) {
    if (clock == 8 || clock == 9) continue; /* they need a clock of hardware */
    errno = 0;
    int known = clock_gettime(clock, &time);
    say("clock %d: %s", clock, known < 0 ? error_name(errno) : "known");
    if (known == 0) {
      SYSCALL_2(SYS_clock_getres, clock, &time);
      int coarse = clock == 5 || clock == 6;
      say("  resolution %s", time.tv_sec || !coarse && time.tv_nsec != 1 ? "strange" : "as it should be");
    }
  }
  CHECK(SYSCALL_2(SYS_clock_gettime, 1, nowhere()));
  CHECK(SYSCALL_2(SYS_clock_gettime, 99, nowhere()));
  CHECK(SYSCALL_2(SYS_clock_getres, 1, 0));
  CHECK(SYSCALL_2(SYS_clock_getres, 99, 0));
  CHECK(SYSCALL_2(SYS_clock_settime, 1, &time));
  CHECK(SYSCALL_2(SYS_clock_settime, 99, &time));
  CHECK(SYSCALL_2(SYS_gettimeofday, 0, 0));
  CHECK(SYSCALL_2(SYS_gettimeofday, nowhere(), 0));
}

static void sleeping(void) {
  struct timespec time = {0, 1000000000}, rest = {7, 7};
  CHECK(SYSCALL_2(SYS_nanosleep, &time, &rest));
  time.tv_nsec = -1;
  CHECK(SYSCALL_2(SYS_nanosleep, &time, &rest));
  time = (struct timespec){-1, 0};
  CHECK(SYSCALL_2(SYS_nanosleep, &time, &rest));
  CHECK(SYSCALL_2(SYS_nanosleep, nowhere(), &rest));
  time = (struct timespec){0, 0};
  CHECK(SYSCALL_2(SYS_nanosleep, &time, nowhere()));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 1, 0, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 1, 1, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 1, 2, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 3, 0, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 4, 0, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 5, 0, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 99, 0, &time, 0));
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 99, 0, nowhere(), 0));
  time.tv_nsec = 1000000000;
  CHECK(SYSCALL_4(SYS_clock_nanosleep, 1, 0, &time, 0));
  say("rest %ld", rest.tv_sec);
}

static void intervals(void) {
  struct itimerval value = {{0, 0}, {0, 1000000}}, old;
  CHECK(SYSCALL_3(SYS_setitimer, 0, &value, &old));
  value.it_value.tv_usec = -1;
  CHECK(SYSCALL_3(SYS_setitimer, 0, &value, &old));
  value.it_value.tv_usec = 0;
  CHECK(SYSCALL_3(SYS_setitimer, 3, &value, &old));
  CHECK(SYSCALL_3(SYS_setitimer, 0, nowhere(), &old));
  CHECK(SYSCALL_3(SYS_setitimer, 0, &value, nowhere()));
  CHECK(SYSCALL_3(SYS_setitimer, 0, 0, &old));
  CHECK(SYSCALL_2(SYS_getitimer, 3, &old));
  CHECK(SYSCALL_2(SYS_getitimer, 0, nowhere()));
  value = (struct itimerval){{5, 0}, {100, 0}};
  CHECK(SYSCALL_3(SYS_setitimer, 0, &value, 0));
  CHECK(SYSCALL_2(SYS_getitimer, 0, &old));
  say("%ld %ld", old.it_interval.tv_sec, old.it_value.tv_sec);
  CHECK(alarm(0));
  CHECK(SYSCALL_2(SYS_getitimer, 0, &old));
  say("%ld %ld", old.it_interval.tv_sec, old.it_value.tv_sec);
}

/* struct sigevent of the kernel. */
struct event {
  long value;
  int signal, notify, thread;
  char rest[44];
};

static volatile int signals;
static volatile long given;
static void on_signal(int signal, siginfo_t *information, void *context) {
  (void)signal, (void)context;
  signals++;
  given = *(long *)((char *)information + 24);
}

static void timers(void) {
  struct event event = {77, SIGUSR1, 0, 0, ""};
  struct setting {
    struct timespec interval, value;
  } setting = {{0, 0}, {0, 1000000}}, old;
  int timer = -1;
  CHECK(SYSCALL_3(SYS_timer_create, 99, &event, &timer));
  CHECK(SYSCALL_3(SYS_timer_create, 4, &event, &timer));
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, nowhere()));
  CHECK(SYSCALL_3(SYS_timer_create, 1, nowhere(), &timer));
  event.signal = 65;
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, &timer));
  event.signal = 0;
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, &timer));
  event.signal = SIGUSR1, event.notify = 9;
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, &timer));
  event.notify = 4, event.thread = 1;
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, &timer));
  event.thread = gettid();
  CHECK(SYSCALL_3(SYS_timer_create, 1, &event, &timer));
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  CHECK(SYSCALL_4(SYS_timer_settime, timer, 0, &setting, &old));
  say("old %ld %ld", old.value.tv_sec, old.value.tv_nsec);
  while (signals < 1) sleep_milliseconds(1);
  say("signals %d, value %ld", signals, given);
  CHECK(SYSCALL_2(SYS_timer_gettime, timer, &old));
  say("left %ld %ld", old.value.tv_sec, old.value.tv_nsec);
  setting.value.tv_nsec = 1000000000;
  CHECK(SYSCALL_4(SYS_timer_settime, timer, 0, &setting, 0));
  CHECK(SYSCALL_4(SYS_timer_settime, timer, 0, 0, 0));
  CHECK(SYSCALL_4(SYS_timer_settime, 12345, 0, &setting, 0));
  setting.value.tv_nsec = 0;
  CHECK(SYSCALL_4(SYS_timer_settime, 12345, 0, &setting, 0));
  CHECK(SYSCALL_2(SYS_timer_gettime, 12345, &old));
  CHECK(SYSCALL_2(SYS_timer_gettime, timer, nowhere()));
  CHECK(SYSCALL_1(SYS_timer_getoverrun, timer));
  CHECK(SYSCALL_1(SYS_timer_getoverrun, -1));
  CHECK(SYSCALL_1(SYS_timer_delete, timer));
  CHECK(SYSCALL_1(SYS_timer_delete, timer));
}

static void actions(void) {
  struct {
    void *handler;
    unsigned long flags, mask;
  } action = {0, 0, 0}, old;
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, &action, &old, 4));
  CHECK(SYSCALL_4(SYS_rt_sigaction, 0, &action, 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, 65, &action, 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, 64, &action, 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGKILL, &action, 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGKILL, 0, &old, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, nowhere(), 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, 0, nowhere(), 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, &action, nowhere(), 8));
  action.handler = (void *)1;
  action.flags = ~0UL;
  action.mask = ~0UL;
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, &action, 0, 8));
  CHECK(SYSCALL_4(SYS_rt_sigaction, SIGUSR1, 0, &old, 8));
  say("%lx %lx %lx", (long)old.handler, old.flags, old.mask);
  unsigned long set = ~0UL, before;
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 9, &set, &before, 8));
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 9, 0, &before, 8));
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 0, &set, &before, 4));
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 2, &set, nowhere(), 8));
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 0, 0, &before, 8));
  say("mask %lx", before);
  set = 0;
  CHECK(SYSCALL_4(SYS_rt_sigprocmask, 2, &set, &before, 8));
  CHECK(SYSCALL_2(SYS_rt_sigpending, &set, 8));
  CHECK(SYSCALL_2(SYS_rt_sigpending, &set, 4));
  CHECK(SYSCALL_2(SYS_rt_sigpending, &set, 9));
  CHECK(SYSCALL_2(SYS_rt_sigpending, nowhere(), 8));
  struct timespec time = {0, 1000000000};
  CHECK(SYSCALL_4(SYS_rt_sigtimedwait, &set, 0, &time, 8));
  time.tv_nsec = 0;
  CHECK(SYSCALL_4(SYS_rt_sigtimedwait, &set, 0, &time, 8));
  CHECK(SYSCALL_4(SYS_rt_sigtimedwait, &set, 0, &time, 4));
  CHECK(SYSCALL_4(SYS_rt_sigtimedwait, nowhere(), 0, &time, 8));
  CHECK(SYSCALL_4(SYS_rt_sigtimedwait, &set, 0, nowhere(), 8));
  CHECK(SYSCALL_2(SYS_rt_sigsuspend, &set, 4));
  CHECK(SYSCALL_2(SYS_rt_sigsuspend, nowhere(), 8));
  int information[32] = {SIGUSR1, 0, 0};
  CHECK(SYSCALL_3(SYS_rt_sigqueueinfo, getpid(), 0, information));
  CHECK(SYSCALL_3(SYS_rt_sigqueueinfo, getppid(), 0, information));
  CHECK(SYSCALL_3(SYS_rt_sigqueueinfo, getpid(), 65, information));
  CHECK(SYSCALL_3(SYS_rt_sigqueueinfo, getpid(), 0, nowhere()));
  information[2] = -1;
  CHECK(SYSCALL_3(SYS_rt_sigqueueinfo, getppid(), 0, information));
  struct {
    void *start;
    int flags;
    unsigned long size;
  } stack = {information, 0, 100}, was;
  CHECK(SYSCALL_2(SYS_sigaltstack, &stack, 0));
  stack.flags = 9;
  CHECK(SYSCALL_2(SYS_sigaltstack, &stack, 0));
  stack.flags = 1;
  CHECK(SYSCALL_2(SYS_sigaltstack, &stack, 0));
  stack.flags = 2;
  CHECK(SYSCALL_2(SYS_sigaltstack, &stack, &was));
  say("flags %d", was.flags);
  CHECK(SYSCALL_2(SYS_sigaltstack, nowhere(), 0));
  CHECK(SYSCALL_2(SYS_sigaltstack, 0, nowhere()));
}

int main(void) {
  clocks();
  sleeping();
  intervals();
  timers();
  actions();
  return 0;
}
