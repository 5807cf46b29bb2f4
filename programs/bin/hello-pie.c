/* hello-pie: the first program again, linked position-independent. The table of strings holds pointers, which
 * the program itself must relocate before main (lib/start/relocate.c). */
#include <stdio.h>

static const char *const words[] = {"Hello", "from", "wherever", "I", "was", "loaded."};

int main(void) {
  int count = sizeof words / sizeof *words;
  for (int i = 0; i < count; i++) printf("%s%c", words[i], i + 1 < count ? ' ' : '\n');
  return 0;
}
