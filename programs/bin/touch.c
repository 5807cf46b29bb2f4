/* touch [-c] [-d @seconds] file...: sets times to now, or to seconds since 1970; makes missing files unless
 * -c. */
#include <command.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, create = 1, failed = 0;
  struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
  while ((option = getopt(argc, argv, "cd:")) != -1) {
    if (option == '?') return 2;
    if (option == 'c') create = 0;
    if (option == 'd') {
      if (*optarg != '@') usage("touch [-c] [-d @seconds] file...");
      times[0] = times[1] = (struct timespec){atol(optarg + 1), 0};
    }
  }
  if (optind == argc) usage("touch [-c] [-d @seconds] file...");
  for (int i = optind; i < argc; i++) {
    if (create) {
      int descriptor = open(argv[i], O_WRONLY | O_CREAT, 0666);
      if (descriptor >= 0) close(descriptor);
      else if (errno != EISDIR) failed = complain("touch", argv[i]);
    }
    if (utimensat(AT_FDCWD, argv[i], times, 0) < 0 && errno != ENOENT) failed = complain("touch", argv[i]);
  }
  return failed;
}
