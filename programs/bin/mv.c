/* mv [-f] from... to: renames files, or copies and removes them where another file system is the target. */
#include <command.h>
#include <errno.h>
#include <file_tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int move(const char *from, const char *to) {
  if (rename(from, to) == 0) return 0;
  if (errno != EXDEV) return complain("mv", from);
  return copy_tree("mv", from, to, 1, 1) || remove_tree("mv", from);
}

int main(int argc, char **argv) {
  int option, failed = 0;
  while ((option = getopt(argc, argv, "f")) != -1)
    if (option == '?') return 2;
  if (argc - optind < 2) usage("mv from... to");
  const char *to = argv[argc - 1];
  struct stat status;
  if (argc - optind > 2 && (stat(to, &status) < 0 || !S_ISDIR(status.st_mode)))
    return fprintf(stderr, "mv: %s: not a directory\n", to), 1;
  for (int i = optind; i < argc - 1; i++) {
    char *target = target_path(argv[i], to);
    failed |= move(argv[i], target);
    free(target);
  }
  return failed;
}
