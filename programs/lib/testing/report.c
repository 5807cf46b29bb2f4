/* Printing transcripts. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

void say(const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)length + 1) < 0) _exit(99);
}

void report(const char *what, long result) {
  if (result < 0) say("%s: %s", what, error_name(errno));
  else say("%s: %ld", what, result);
}

void report_ok(const char *what, long result) { say("%s: %s", what, result < 0 ? error_name(errno) : "ok"); }

void report_status(const char *what, int status) {
  if (WIFEXITED(status)) say("%s: exit %d", what, WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) say("%s: killed by %s", what, signal_name(WTERMSIG(status)));
  else if (WIFSTOPPED(status)) say("%s: stopped by %s", what, signal_name(WSTOPSIG(status)));
  else if (WIFCONTINUED(status)) say("%s: continued", what);
  else say("%s: status %x", what, (unsigned)status);
}

void must(int condition, const char *what) {
  if (condition) return;
  say("FAILED: %s: %s", what, error_name(errno));
  _exit(98);
}
