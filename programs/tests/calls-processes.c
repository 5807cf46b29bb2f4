/* Calls about processes: what they refuse, and of whom. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

#define SYS_sched_setparam 118
#define SYS_sched_setscheduler 119
#define SYS_sched_getscheduler 120
#define SYS_sched_getparam 121
#define SYS_sched_get_priority_max 125
#define SYS_sched_get_priority_min 126
#define SYS_sched_rr_get_interval 127
#define SYS_getpriority 141
#define SYS_times 153
#define SYS_getcpu 168
#define SYS_sysinfo 179
#define SYS_personality 92
#define SYS_getrandom 278
#define SYS_membarrier 283
#define SYS_clone3 435
#define SYS_rseq 293
#define CHECK(call) report(#call, call)
#define NOBODY 0x3ffffff

static void waiting(void) {
  int status = 0;
  CHECK(waitpid(-1, &status, 0));
  CHECK(waitpid(-1, &status, 0x100));
  CHECK(waitpid(NOBODY, &status, WNOHANG));
  CHECK(waitpid(1, &status, WNOHANG));
  CHECK(waitpid(getpid(), &status, 0));
  CHECK(waitpid(-NOBODY, &status, 0));
  CHECK(SYSCALL_4(SYS_wait4, -2147483648L, &status, 0, 0));
  CHECK(SYSCALL_5(SYS_waitid, 0, 0, 0, 0, 0));
  CHECK(SYSCALL_5(SYS_waitid, 0, 0, 0, WEXITED, 0));
  CHECK(SYSCALL_5(SYS_waitid, 9, 0, 0, WEXITED, 0));
  CHECK(SYSCALL_5(SYS_waitid, 1, 0, 0, WEXITED, 0));
  CHECK(SYSCALL_5(SYS_waitid, 0, 0, 0, WEXITED | 0x1000, 0));
  pid_t child = fork();
  if (child == 0) _exit(0x1234);
  must(wait_for_state(child, 'Z'), "end");
  CHECK(kill(child, 0));
  CHECK(kill(child, SIGKILL));
  CHECK(setpgid(child, 0));
  CHECK(getpgid(child) == getpgid(0));
  CHECK(getsid(child) == getsid(0));
  CHECK(SYSCALL_5(SYS_waitid, 1, child, nowhere(), WEXITED | WNOWAIT, 0));
  CHECK(waitpid(child, nowhere(), 0));
  CHECK(waitpid(child, &status, 0));
  child = fork();
  if (child == 0) _exit(0x1234);
  CHECK(waitpid(child, &status, 0) == child);
  say("status %x", (unsigned)status);
}

static void groups(void) {
  CHECK(setpgid(0, -5));
  CHECK(setpgid(NOBODY, 0));
  CHECK(setpgid(1, 0));
  CHECK(setpgid(0, NOBODY));
  CHECK(setpgid(-1, 0));
  CHECK(getpgid(-1));
  CHECK(getpgid(NOBODY));
  CHECK(getsid(-1));
  CHECK(getsid(NOBODY));
  pid_t child = fork();
  if (child == 0) {
    report("setsid", setsid() == getpid());
    report("again", setsid());
    report("a leader's group", setpgid(0, 0));
    report("of another session", setpgid(0, getppid()));
    report("session", getsid(0) == getpid());
    _exit(0);
  }
  wait_for(child);
  struct gate gate = gate_make();
  child = fork();
  if (child == 0) {
    char *arguments[] = {"calls-processes", "sleep", NULL}, *environment[] = {NULL};
    dup2(gate.ends[0], 0);
    execve("/proc/self/exe", arguments, environment);
    _exit(9);
  }
  while (kill(child, 0) == 0) {
    char path[] = "/proc/0000000000/cmdline";
    int at = 15;
    for (pid_t rest = child; at > 5; rest /= 10) path[at--] = (char)('0' + rest % 10);
    char *start = path + 6;
    while (*start == '0') start++;
    char name[32] = "/proc/";
    strcat(name, start);
    int file = open(name, O_RDONLY);
    char text[64] = "";
    read(file, text, sizeof text - 1);
    close(file);
    if (!strcmp(text, "calls-processes")) break;
    sleep_milliseconds(1);
  }
  report("a child that has executed", setpgid(child, child));
  gate_open(&gate);
  report_status("it", wait_for(child));
}

static void signals(void) {
  CHECK(kill(0, 0));
  CHECK(kill(getpid(), 65));
  CHECK(kill(getpid(), -1));
  CHECK(kill(NOBODY, 0));
  CHECK(kill(-NOBODY, 0));
  CHECK(kill(NOBODY, 65));
  CHECK(SYSCALL_2(SYS_tkill, gettid(), 0));
  CHECK(SYSCALL_2(SYS_tkill, 0, 0));
  CHECK(SYSCALL_2(SYS_tkill, -1, 0));
  CHECK(SYSCALL_2(SYS_tkill, NOBODY, 0));
  CHECK(SYSCALL_2(SYS_tkill, gettid(), 65));
  CHECK(SYSCALL_3(SYS_tgkill, getpid(), gettid(), 0));
  CHECK(SYSCALL_3(SYS_tgkill, getppid(), gettid(), 0));
  CHECK(SYSCALL_3(SYS_tgkill, 0, gettid(), 0));
  CHECK(SYSCALL_3(SYS_tgkill, getpid(), 0, 0));
  CHECK(SYSCALL_3(SYS_tgkill, getpid(), -1, 0));
}

static void settings(void) {
  char name[20] = "";
  CHECK(prctl(PR_SET_NAME, (long)"a name that is too long", 0, 0, 0));
  CHECK(prctl(PR_GET_NAME, (long)name, 0, 0, 0));
  say("name %s", name);
  CHECK(prctl(PR_SET_NAME, (long)nowhere(), 0, 0, 0));
  CHECK(prctl(4, 2, 0, 0, 0));
  CHECK(prctl(4, 0, 0, 0, 0));
  CHECK(prctl(3, 0, 0, 0, 0));
  CHECK(prctl(4, 1, 0, 0, 0));
  CHECK(prctl(PR_SET_PDEATHSIG, 65, 0, 0, 0));
  CHECK(prctl(38, 0, 0, 0, 0));
  CHECK(prctl(38, 1, 1, 0, 0));
  CHECK(prctl(39, 0, 0, 0, 0));
  CHECK(prctl(39, 0, 1, 0, 0));
  CHECK(prctl(23, 0, 0, 0, 0));
  CHECK(prctl(23, 63, 0, 0, 0));
  CHECK(prctl(9999, 0, 0, 0, 0));
  CHECK(SYSCALL_1(SYS_personality, 0xffffffff));
  CHECK(SYSCALL_1(SYS_personality, 0x0040000));
  CHECK(SYSCALL_1(SYS_personality, 0));
  unsigned processor, node;
  CHECK(SYSCALL_3(SYS_getcpu, &processor, &node, 0));
  CHECK(SYSCALL_3(SYS_getcpu, 0, 0, 0));
  CHECK(SYSCALL_3(SYS_getcpu, nowhere(), 0, 0));
  CHECK(SYSCALL_3(SYS_getrandom, name, 20, 0));
  CHECK(SYSCALL_3(SYS_getrandom, name, 20, 8));
  CHECK(SYSCALL_3(SYS_getrandom, name, 20, 6));
  CHECK(SYSCALL_3(SYS_getrandom, nowhere(), 20, 0));
  CHECK(SYSCALL_3(SYS_getrandom, nowhere(), 0, 0));
  CHECK(SYSCALL_2(SYS_sysinfo, nowhere(), 0));
  CHECK(umask(0777777) & 0);
  say("umask %o", umask(022));
}

static void scheduling(void) {
  int parameter = 0;
  unsigned long mask[128] = {0};
  struct timespec interval;
  CHECK(SYSCALL_1(SYS_sched_getscheduler, 0));
  CHECK(SYSCALL_1(SYS_sched_getscheduler, -1));
  CHECK(SYSCALL_1(SYS_sched_getscheduler, NOBODY));
  CHECK(SYSCALL_2(SYS_sched_getparam, 0, &parameter));
  CHECK(SYSCALL_2(SYS_sched_getparam, 0, 0));
  CHECK(SYSCALL_2(SYS_sched_setparam, 0, &parameter));
  parameter = 1;
  CHECK(SYSCALL_2(SYS_sched_setparam, 0, &parameter));
  CHECK(SYSCALL_3(SYS_sched_setscheduler, 0, 0, &parameter));
  CHECK(SYSCALL_3(SYS_sched_setscheduler, 0, 77, &parameter));
  CHECK(SYSCALL_3(SYS_sched_setscheduler, 0, -1, &parameter));
  CHECK(SYSCALL_3(SYS_sched_setscheduler, 0, 0, 0));
  for (int policy = 0; policy < 8; policy++)
    say("policy %d: %ld to %ld", policy, SYSCALL_1(SYS_sched_get_priority_min, policy),
        SYSCALL_1(SYS_sched_get_priority_max, policy));
  CHECK(SYSCALL_2(SYS_sched_rr_get_interval, -1, &interval));
  CHECK(SYSCALL_3(SYS_sched_getaffinity, 0, 4, mask));
  CHECK(SYSCALL_3(SYS_sched_getaffinity, 0, 12, mask));
  CHECK(SYSCALL_3(SYS_sched_getaffinity, 0, 8, mask));
  CHECK(SYSCALL_3(SYS_sched_getaffinity, NOBODY, 8, mask));
  mask[0] = 0;
  CHECK(SYSCALL_3(SYS_sched_setaffinity, 0, 8, mask));
  mask[0] = 1;
  CHECK(SYSCALL_3(SYS_sched_setaffinity, 0, 8, mask));
  CHECK(SYSCALL_3(SYS_sched_setaffinity, NOBODY, 8, mask));
  CHECK(SYSCALL_3(SYS_sched_setaffinity, 0, 8, nowhere()));
  CHECK(SYSCALL_2(SYS_getpriority, 0, 0));
  CHECK(SYSCALL_2(SYS_getpriority, 3, 0));
  CHECK(SYSCALL_2(SYS_getpriority, 0, NOBODY));
  CHECK(SYSCALL_2(SYS_getpriority, 1, NOBODY));
  CHECK(SYSCALL_2(SYS_getpriority, 2, 54321));
  CHECK(SYSCALL_3(SYS_setpriority, 0, 0, 100));
  CHECK(SYSCALL_2(SYS_getpriority, 0, 0));
  CHECK(SYSCALL_3(SYS_setpriority, 0, 0, -100));
  CHECK(SYSCALL_2(SYS_getpriority, 0, 0));
  CHECK(SYSCALL_3(SYS_setpriority, 0, 0, 5));
  CHECK(SYSCALL_3(SYS_setpriority, 9, 0, 5));
  CHECK(SYSCALL_3(SYS_setpriority, 0, NOBODY, 5));
}

static int as_user(void *unused) {
  (void)unused;
  int parameter = 1;
  must(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0, "user");
  CHECK(SYSCALL_3(SYS_setpriority, 0, 0, 4));
  CHECK(SYSCALL_3(SYS_setpriority, 0, 0, 6));
  CHECK(SYSCALL_3(SYS_setpriority, 0, getppid(), 6));
  CHECK(SYSCALL_3(SYS_sched_setscheduler, 0, 1, &parameter));
  CHECK(kill(getppid(), 0));
  CHECK(kill(1, 0));
  CHECK(kill(-1, 0));
  CHECK(SYSCALL_1(SYS_sched_getscheduler, getppid()));
  CHECK(SYSCALL_3(SYS_setpriority, 1, getpgid(0), 6));
  CHECK(prlimit(getppid(), RLIMIT_NOFILE, NULL, &(struct rlimit){0, 0}));
  CHECK(setresuid(-1, 0, -1));
  CHECK(setgroups(0, NULL));
  return 0;
}

static void cloning(void) {
  unsigned long arguments[11] = {0};
  CHECK(SYSCALL_2(SYS_clone3, arguments, 32));
  CHECK(SYSCALL_2(SYS_clone3, arguments, 5000));
  CHECK(SYSCALL_2(SYS_clone3, nowhere(), 64));
  arguments[0] = SIGCHLD;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 64));
  arguments[0] = 0, arguments[4] = 65;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 64));
  arguments[4] = SIGCHLD, arguments[5] = 4096;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 64));
  arguments[5] = 0, arguments[6] = 4096;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 64));
  arguments[6] = 0, arguments[0] = 0x10000;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 64));
  arguments[0] = 0, arguments[9] = 1;
  CHECK(SYSCALL_2(SYS_clone3, arguments, 80));
  arguments[9] = 0;
  unsigned long longer[12] = {[4] = SIGCHLD, [11] = 1};
  CHECK(SYSCALL_2(SYS_clone3, longer, 96));
  long child = SYSCALL_2(SYS_clone3, arguments, 88);
  if (child == 0) _exit(6);
  report_status("a child", wait_for((pid_t)child));
}

int main(int count, char **arguments) {
  (void)arguments;
  if (count > 1) {
    char byte;
    return read(0, &byte, 1) < 0;
  }
  waiting();
  groups();
  signals();
  settings();
  scheduling();
  run(as_user, NULL);
  cloning();
  return 0;
}
