/* readlink link...: where symbolic links point. */
#include <command.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int failed = 0;
  if (argc < 2) usage("readlink link...");
  for (int i = 1; i < argc; i++) {
    char target[4096];
    ssize_t length = readlink(argv[i], target, sizeof target);
    if (length < 0) failed = complain("readlink", argv[i]);
    else printf("%.*s\n", (int)length, target);
  }
  return fflush(stdout) != 0 || failed;
}
