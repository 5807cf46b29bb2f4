/* seq [-s separator] [first [step]] last: prints numbers. Whole numbers are printed as such, others with
 * %g. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *separator = "\n";

static void print_whole(long first, long step, long last) {
  for (long number = first; step > 0 ? number <= last : number >= last; number += step)
    printf("%s%ld", number == first ? "" : separator, number);
}

static void print_fractional(double first, double step, double last) {
  /* Multiplying instead of adding keeps the error of one step from growing; the last may be met inexactly. */
  long count = (long)((last - first) / step + 1e-9);
  for (long i = 0; i <= count; i++) printf("%s%g", i ? separator : "", first + (double)i * step);
}

static int is_fractional(const char *text) { return strcspn(text, ".eE") < strlen(text); }

int main(int argc, char **argv) {
  int i = 1;
  if (argc > 2 && strcmp(argv[1], "-s") == 0) separator = argv[2], i = 3;
  int operands = argc - i;
  if (operands < 1 || operands > 3) return fprintf(stderr, "usage: seq [-s string] [first [step]] last\n"), 2;
  const char *first = operands > 1 ? argv[i] : "1", *step = operands > 2 ? argv[i + 1] : "1";
  const char *last = argv[argc - 1];
  if (strtod(step, NULL) == 0) return fprintf(stderr, "seq: the step must not be 0\n"), 2;
  int rising = strtod(step, NULL) > 0;
  if (rising ? strtod(first, NULL) > strtod(last, NULL) : strtod(first, NULL) < strtod(last, NULL)) return 0;
  if (is_fractional(first) || is_fractional(step) || is_fractional(last))
    print_fractional(strtod(first, NULL), strtod(step, NULL), strtod(last, NULL));
  else print_whole(atol(first), atol(step), atol(last));
  putchar('\n');
  return 0;
}
