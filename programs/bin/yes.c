/* yes [word...]: prints its words, or y, until somebody stops it. */
#include <stdio.h>

int main(int argc, char **argv) {
  for (;;) {
    for (int i = 1; i < argc; i++) printf("%s%s", i > 1 ? " " : "", argv[i]);
    puts(argc > 1 ? "" : "y");
    if (ferror(stdout)) return 1;
  }
}
