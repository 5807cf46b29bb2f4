/* time command [argument...]: runs a command and says how long it took: in all, in it, and in the system for
 * it. */
#include <command.h>
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 2) usage("time command [argument...]");
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[1], argv + 1);
    complain("time", argv[1]);
    _exit(errno == ENOENT ? 127 : 126);
  }
  int status = 0;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) < 0) return complain("time", argv[1]);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double real = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  fprintf(stderr, "real %.3f\nuser %ld.%03ld\nsys %ld.%03ld\n", real, used.ru_utime.tv_sec,
          used.ru_utime.tv_usec / 1000, used.ru_stime.tv_sec, used.ru_stime.tv_usec / 1000);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
