/* Becoming another program. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int execve(const char *path, char *const arguments[], char *const environment[]) {
  return (int)SYSCALL_3(SYS_execve, path, arguments, environment);
}

int execv(const char *path, char *const arguments[]) { return execve(path, arguments, environ); }

/* Replaces a text file without #! by the shell that reads it, as POSIX asks of execvp. */
static int execute_by_shell(const char *path, char *const arguments[]) {
  size_t count = 0;
  while (arguments[count]) count++;
  char *shell_arguments[count + 2];
  shell_arguments[0] = "sh";
  shell_arguments[1] = (char *)path;
  for (size_t i = 1; i <= count; i++) shell_arguments[i + 1] = arguments[i];
  return execv("/bin/sh", shell_arguments);
}

static int execute_path(const char *path, char *const arguments[]) {
  execv(path, arguments);
  return errno == ENOEXEC ? execute_by_shell(path, arguments) : -1;
}

int execvp(const char *file, char *const arguments[]) {
  if (strchr(file, '/')) return execute_path(file, arguments);
  const char *place = getenv("PATH");
  if (!place) place = "/bin";
  int refused = 0;
  for (;;) {
    size_t length = strcspn(place, ":");
    char path[PATH_MAX];
    if (length + 1 + strlen(file) < sizeof path) {
      memcpy(path, place, length);
      path[length] = '/';
      strcpy(length ? path + length + 1 : path, file);
      execute_path(path, arguments);
      if (errno == EACCES) refused = 1;
      else if (errno != ENOENT && errno != ENOTDIR) return -1;
    }
    if (!place[length]) break;
    place += length + 1;
  }
  errno = refused ? EACCES : ENOENT;
  return -1;
}
