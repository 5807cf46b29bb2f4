/* cmp [-s] file1 file2: where two files first differ. -s says it by the exit status only: 0 equal, 1
 * different. */
#include <command.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, silent = 0;
  while ((option = getopt(argc, argv, "s")) != -1) {
    if (option == '?') return 2;
    silent = 1;
  }
  if (argc - optind != 2) usage("cmp [-s] file1 file2");
  FILE *files[2];
  for (int i = 0; i < 2; i++) {
    const char *path = argv[optind + i];
    files[i] = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (!files[i]) return complain("cmp", path) + 1;
  }
  unsigned long byte = 1, line = 1;
  for (;; byte++) {
    int left = getc(files[0]), right = getc(files[1]);
    if (left == EOF && right == EOF) return 0;
    if (left != right) {
      if (silent) return 1;
      if (left == EOF || right == EOF) fprintf(stderr, "cmp: EOF on %s\n", argv[optind + (right == EOF)]);
      else printf("%s %s differ: char %lu, line %lu\n", argv[optind], argv[optind + 1], byte, line);
      return 1;
    }
    line += left == '\n';
  }
}
