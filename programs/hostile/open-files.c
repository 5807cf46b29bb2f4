/* open-files COUNT [LIMIT]: opens a file COUNT times and keeps all of them, after setting RLIMIT_NOFILE to LIMIT.
 *
 * Says how far it came, and then: whether the highest descriptor can be used, whether a fork keeps them all,
 * whether a hole in the middle is the next to be given. Exit status 0 when all COUNT were opened, else 3. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long open_all(long count) {
  for (long opened = 0; opened < count; opened++)
    if (open("/dev/null", O_RDWR) < 0) {
      printf("open-files: error %d after %ld\n", errno, opened);
      return opened;
    }
  printf("open-files: all %ld\n", count);
  return count;
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  long wanted = atol(arguments[1]);
  if (count > 2) {
    struct rlimit limit = {atol(arguments[2]), atol(arguments[2])};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) printf("open-files: setrlimit: error %d\n", errno);
  }
  long opened = open_all(wanted);
  int highest = (int)opened + 2;
  printf("highest: %d\n", write(highest, "x", 1) == 1);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(write(highest, "x", 1) == 1 && close(highest) == 0 ? 7 : 1);
  int status = 0;
  if (child > 0) waitpid(child, &status, 0);
  printf("fork: %s, child %d, ours %d\n", child > 0 ? "done" : "refused", WEXITSTATUS(status),
         write(highest, "x", 1) == 1);
  int hole = highest / 2;
  close(hole);
  printf("hole: %d\n", open("/dev/null", O_RDONLY) == hole);
  return opened == wanted ? 0 : 3;
}
