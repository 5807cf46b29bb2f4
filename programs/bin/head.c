/* head [-n lines | -c bytes] [file...]: the first lines (10 unless told), or bytes, of each file. -5 is -n
 * 5. */
#include <command.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_bytes;

static int print_head(FILE *from, long count) {
  int character;
  while (count > 0 && (character = getc(from)) != EOF) {
    putchar(character);
    if (by_bytes || character == '\n') count--;
  }
  return ferror(from) != 0;
}

int main(int argc, char **argv) {
  long count = 10;
  int failed = 0, option;
  if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1])) count = atol(argv[1] + 1), optind = 2;
  while ((option = getopt(argc, argv, "n:c:")) != -1) {
    if (option == '?') return 2;
    by_bytes = option == 'c';
    count = atol(optarg);
  }
  if (optind == argc) return print_head(stdin, count);
  int several = argc - optind > 1;
  for (int i = optind; i < argc; i++) {
    FILE *from = strcmp(argv[i], "-") == 0 ? stdin : fopen(argv[i], "r");
    if (!from) {
      failed = complain("head", argv[i]);
      continue;
    }
    if (several) printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
    failed |= print_head(from, count);
    fclose(from);
  }
  return failed;
}
