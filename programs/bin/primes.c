/* primes [-c] [limit]: the primes up to the limit (100 unless told), by the sieve of Eratosthenes. -c only
 * how many. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One byte for each odd number: composite[i] speaks of 2i + 1. */
static void sieve(unsigned char *composite, size_t count) {
  for (size_t i = 1; 2 * i * (i + 1) < count; i++) {
    if (composite[i]) continue;
    for (size_t multiple = 2 * i * (i + 1); multiple < count; multiple += 2 * i + 1) composite[multiple] = 1;
  }
}

int main(int argc, char **argv) {
  int option, count_only = 0;
  while ((option = getopt(argc, argv, "c")) != -1) {
    if (option == '?') return 2;
    count_only = 1;
  }
  size_t limit = optind < argc ? (size_t)parse_count("primes", argv[optind], 0) : 100;
  size_t count = (limit + 1) / 2, found = limit >= 2;
  unsigned char *composite = calloc(count + 1, 1);
  if (!composite) return complain("primes", "memory");
  sieve(composite, count);
  if (found && !count_only) puts("2");
  for (size_t i = 1; i < count; i++) {
    if (composite[i]) continue;
    found++;
    if (!count_only) printf("%zu\n", 2 * i + 1);
  }
  if (count_only) printf("%zu\n", found);
  return fflush(stdout) != 0;
}
