/* ln [-sf] target... name: gives files further names. -s symbolic links, -f replaces an existing name. */
#include <command.h>
#include <file_tree.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, symbolic = 0, force = 0, failed = 0;
  while ((option = getopt(argc, argv, "sf")) != -1) {
    if (option == '?') return 2;
    if (option == 's') symbolic = 1;
    else force = 1;
  }
  int count = argc - optind;
  if (count < 1) usage("ln [-sf] target... name");
  const char *place = count == 1 ? "." : argv[argc - 1];
  for (int i = optind; i < argc - (count > 1); i++) {
    char *name = target_path(argv[i], place);
    if (force) unlink(name);
    if ((symbolic ? symlink : link)(argv[i], name) < 0) failed = complain("ln", name);
    free(name);
  }
  return failed;
}
