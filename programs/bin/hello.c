/* hello: the first program. */
#include <stdio.h>

int main(void) {
  puts("Hello from user space.");
  return 0;
}
