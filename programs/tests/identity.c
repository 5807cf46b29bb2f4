/* Users and groups of a process: real, effective and saved ids, and who may change them. */
#include <errno.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

static void show(const char *what) {
  uid_t user[3];
  gid_t group[3];
  SYSCALL_3(SYS_getresuid, &user[0], &user[1], &user[2]);
  SYSCALL_3(SYS_getresgid, &group[0], &group[1], &group[2]);
  say("%s: users %u %u %u, groups %u %u %u", what, user[0], user[1], user[2], group[0], group[1], group[2]);
}

static int drop_for_good(void *unused) {
  (void)unused;
  report("setgid(100)", setgid(100));
  report("setuid(1000) by root sets all three", setuid(1000));
  show("now");
  report("setuid(0)", setuid(0));
  report("setuid(1000)", setuid(1000));
  report("setresuid(0, 1000, 1000)", setresuid(0, 1000, 1000));
  report("setgid(0)", setgid(0));
  return 0;
}

static int drop_for_a_while(void *unused) {
  (void)unused;
  report("seteuid(1000)", seteuid(1000));
  show("now");
  report("setuid(2000) by a user", setuid(2000));
  report("seteuid(0), the saved one", seteuid(0));
  show("now");
  report("setresuid(1, 2, 3)", setresuid(1, 2, 3));
  show("now");
  report("any of the three may become effective", setresuid((uid_t)-1, 3, (uid_t)-1));
  report("another may not", setresuid((uid_t)-1, 4, (uid_t)-1));
  report("setuid changes the effective one only", setuid(1));
  show("now");
  return 0;
}

static int real_and_effective(void *unused) {
  (void)unused;
  report("setreuid(1000, 2000)", SYSCALL_2(SYS_setreuid, 1000, 2000));
  show("the saved one follows the effective");
  report("setreuid(2000, 1000) exchanges them", SYSCALL_2(SYS_setreuid, 2000, 1000));
  show("now");
  report("setreuid(3000, -1)", SYSCALL_2(SYS_setreuid, 3000, -1));
  return 0;
}

static struct gate ready;

static int sleeper(void *user) {
  if (user) must(setresuid(1000, 1000, 1000) == 0, "user");
  gate_open(&ready);
  for (;;) pause();
  return 0;
}

static int signal_others(void *processes) {
  pid_t *process = processes;
  must(setresuid(1000, 1000, 1000) == 0, "user");
  report("a user signals its own", kill(process[0], 0));
  report("and somebody else's", kill(process[1], 0));
  return 0;
}

static void signals(void) {
  ready = gate_make();
  pid_t processes[2] = {start(sleeper, &ready), start(sleeper, NULL)};
  gate_wait(&ready);
  gate_wait(&ready);
  run(signal_others, processes);
  for (int i = 0; i < 2; i++) {
    kill(processes[i], SIGKILL);
    wait_for(processes[i]);
  }
}

int main(void) {
  show("at first");
  run(drop_for_good, NULL);
  run(drop_for_a_while, NULL);
  run(real_and_effective, NULL);
  show("the parent");
  signals();
  return 0;
}
