/* A file that is executed is not written to, and one that is written to is not executed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static void copy(const char *from, const char *to) {
  static char block[65536];
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  must(in >= 0 && out >= 0, "copy");
  for (ssize_t length; (length = read(in, block, sizeof block)) > 0;)
    must(write(out, block, (size_t)length) == length, "write");
  close(in);
  close(out);
}

static int execute(void *path) {
  char *arguments[] = {path, "ran", NULL}, *environment[] = {NULL};
  execve(path, arguments, environment);
  report("  execve", -1);
  return 9;
}

static void busy(const char *path) {
  report("  open for writing", open(path, O_WRONLY));
  report("  for both", open(path, O_RDWR));
  report("  O_TRUNC alone", open(path, O_RDONLY | O_TRUNC));
  report("  truncate", truncate(path, 10));
  report_ok("  open for reading", open(path, O_RDONLY));
  report("  chmod", chmod(path, 0755));
  report("  another name", link(path, "other") + unlink("other"));
}

int main(int count, char **arguments) {
  if (count > 1 && !strcmp(arguments[1], "ran")) {
    say("  it runs");
    return 3;
  }
  if (count > 1) {
    char byte;
    return read(0, &byte, 1) < 0;
  }
  enter_scratch("text-busy");
  copy("/proc/self/exe", "program");
  say("open for writing");
  int file = open("program", O_WRONLY);
  report_status("  then", run(execute, "program"));
  int twice = dup(file);
  close(file);
  report_status("  by a duplicate", run(execute, "program"));
  close(twice);
  report_status("closed", run(execute, "program"));
  write_file("script", "#!./program ran\n");
  chmod("script", 0755);
  file = open("script", O_WRONLY);
  report_status("a script open for writing", run(execute, "script"));
  close(file);
  report_status("its interpreter", run(execute, "script"));
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[0], 0);
    close(ends[1]);
    char *list[] = {"program", "wait", NULL}, *environment[] = {NULL};
    execve("program", list, environment);
    _exit(9);
  }
  must(wait_for_state(child, 'S'), "sleep");
  while (1) {
    char path[64], target[64];
    snprintf(path, sizeof path, "/proc/%d/exe", child);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    if (strstr(target, "text-busy/program")) break;
    sleep_milliseconds(1);
  }
  say("being executed");
  busy("program");
  report("  a new file in its place", rename("script", "program"));
  report_ok("  which may be written", open("program", O_WRONLY));
  write(ends[1], "", 1);
  report_status("the program", wait_for(child));
  return 0;
}
