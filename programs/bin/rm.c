/* rm [-rf] file...: removes names. -r directories with all below, -f without complaint about what is not
 * there. */
#include <command.h>
#include <errno.h>
#include <file_tree.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, recursive = 0, force = 0, failed = 0;
  while ((option = getopt(argc, argv, "rRf")) != -1) {
    if (option == '?') return 2;
    if (option == 'f') force = 1;
    else recursive = 1;
  }
  if (optind == argc && !force) usage("rm [-rf] file...");
  for (int i = optind; i < argc; i++) {
    struct stat status;
    if (lstat(argv[i], &status) < 0) {
      if (!force || errno != ENOENT) failed = complain("rm", argv[i]);
    } else if (S_ISDIR(status.st_mode) && !recursive) {
      fprintf(stderr, "rm: %s: is a directory\n", argv[i]);
      failed = 1;
    } else {
      failed |= remove_tree("rm", argv[i]);
    }
  }
  return failed;
}
