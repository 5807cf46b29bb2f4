/* chmod mode file...: sets permissions, as 644 or u+x,go-w. */
#include <command.h>
#include <stdio.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  if (argc < 3) usage("chmod mode file...");
  int failed = 0;
  for (int i = 2; i < argc; i++) {
    struct stat status;
    if (stat(argv[i], &status) < 0) {
      failed = complain("chmod", argv[i]);
      continue;
    }
    int mode = parse_mode(argv[1], status.st_mode, S_ISDIR(status.st_mode));
    if (mode < 0) usage("chmod mode file...");
    if (chmod(argv[i], (mode_t)mode) < 0) failed = complain("chmod", argv[i]);
  }
  return failed;
}
