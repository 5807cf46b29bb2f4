/* limited RESOURCE LIMIT PROGRAM [ARGUMENT...]: sets a resource limit, by number, and becomes the program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 4) return 2;
  struct rlimit limit = {atol(arguments[2]), atol(arguments[2])};
  if (setrlimit(atoi(arguments[1]), &limit) != 0) {
    dprintf(2, "limited: error %d\n", errno);
    return 2;
  }
  execvp(arguments[3], arguments + 3);
  dprintf(2, "limited: %s: error %d\n", arguments[3], errno);
  return 126;
}
