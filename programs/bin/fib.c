/* fib [n]: the n-th Fibonacci number (27 unless told), by the definition: a work-out for calls and
 * returns. */
#include <command.h>
#include <stdio.h>

static __attribute__((noinline)) unsigned long fibonacci(unsigned long n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv) {
  unsigned long n = argc > 1 ? (unsigned long)parse_count("fib", argv[1], 0) : 27;
  printf("%lu\n", fibonacci(n));
  return 0;
}
