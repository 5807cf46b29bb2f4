/* Loading and executing a child, as DOS's function 4Bh. */
#include "_child.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int execute_child(const char *path, const char *argument) {
  fflush(stdout);
  pid_t child = vfork();
  if (child == 0) {
    char *arguments[] = {(char *)path, (char *)argument, NULL};
    execv(path, arguments);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    perror(path);
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
