/* cp [-rp] from... to: copies files. -r directories with all below, -p with owner, permissions and times. */
#include <command.h>
#include <file_tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, recursive = 0, keep = 0, failed = 0;
  while ((option = getopt(argc, argv, "rRpaf")) != -1) {
    if (option == '?') return 2;
    recursive |= option == 'r' || option == 'R' || option == 'a';
    keep |= option == 'p' || option == 'a';
  }
  if (argc - optind < 2) usage("cp [-rp] from... to");
  const char *to = argv[argc - 1];
  struct stat status;
  if (argc - optind > 2 && (stat(to, &status) < 0 || !S_ISDIR(status.st_mode)))
    return fprintf(stderr, "cp: %s: not a directory\n", to), 1;
  for (int i = optind; i < argc - 1; i++) {
    char *target = target_path(argv[i], to);
    failed |= copy_tree("cp", argv[i], target, recursive, keep);
    free(target);
  }
  return failed;
}
