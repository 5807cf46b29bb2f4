/* The names of processes and of the system; settings of prctl; what /proc tells of a process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <testing.h>
#include <unistd.h>

static void process_name(void) {
  char name[17] = "xxxxxxxxxxxxxxxx";
  report("PR_SET_NAME", prctl(PR_SET_NAME, (unsigned long)"a name that is too long", 0, 0, 0));
  report("PR_GET_NAME", prctl(PR_GET_NAME, (unsigned long)name, 0, 0, 0));
  say("cut to 15: [%s]", name);
  report("a bad pointer", prctl(PR_SET_NAME, (unsigned long)nowhere(), 0, 0, 0));
  report("an unknown option", prctl(999999, 0, 0, 0, 0));
  char text[64];
  strcpy(text, read_file("/proc/self/comm"));
  say("/proc/self/comm: %s", strtok(text, "\n"));
  const char *stat = read_file("/proc/self/stat");
  say("/proc/self/stat: the process %d, the name %d, state %c, its parent %d", atoi(stat) == getpid(),
      strstr(stat, "(a name that is )") != NULL || strstr(stat, "(a name that is") != NULL,
      strrchr(stat, ')')[2], atoi(strrchr(stat, ')') + 4) == getppid());
}

static void settings(void) {
  int signal = 99;
  report("PR_GET_PDEATHSIG", prctl(PR_GET_PDEATHSIG, (unsigned long)&signal, 0, 0, 0));
  say("none: %d", signal);
  prctl(PR_SET_PDEATHSIG, 10, 0, 0, 0);
  prctl(PR_GET_PDEATHSIG, (unsigned long)&signal, 0, 0, 0);
  say("set: %d", signal);
  report("a bad signal", prctl(PR_SET_PDEATHSIG, 999, 0, 0, 0));
  int reaper = 9;
  prctl(PR_GET_CHILD_SUBREAPER, (unsigned long)&reaper, 0, 0, 0);
  say("reaper: %d", reaper);
}

static void system_name(void) {
  struct utsname name;
  report("uname", uname(&name));
  say("%s on %s", name.sysname, name.machine);
  report("a bad pointer", uname(nowhere()));
}

static void proc_files(void) {
  char path[64], target[256];
  enter_scratch("names");
  write_file("open", "text");
  int file = open("open", O_RDONLY);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  ssize_t length = readlink(path, target, sizeof target);
  say("/proc/self/fd: %.*s", (int)length, target);
  length = readlink("/proc/self/cwd", target, sizeof target);
  say("/proc/self/cwd: %.*s", (int)length, target);
  int again = open(path, O_RDONLY);
  report_ok("opening a descriptor through /proc", again);
  snprintf(path, sizeof path, "%d", getpid());
  length = readlink("/proc/self", target, sizeof target);
  say("/proc/self is this process: %d",
      length == (ssize_t)strlen(path) && strncmp(target, path, strlen(path)) == 0);
  report("a process that is not", access("/proc/999999999", F_OK));
  const char *maps = read_file("/proc/self/maps");
  say("/proc/self/maps has the stack: %d", strstr(maps, "[stack]") != NULL);
  say("and the program, readable and executable: %d", strstr(maps, "r-xp") != NULL);
  const char *status = read_file("/proc/self/status");
  say("/proc/self/status: name %d, threads %d", strncmp(status, "Name:\t", 6) == 0,
      strstr(status, "Threads:\t1\n") != NULL);
}

int main(void) {
  process_name();
  settings();
  system_name();
  proc_files();
  return 0;
}
