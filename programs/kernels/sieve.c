/* sieve [rounds]: primes below 5,000,000, a byte for each number: stores in long strides. Prints how many there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 5000000

static unsigned char prime[LIMIT];

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 28, count = 0;
  for (long round = 0; round < rounds; round++) {
    memset(prime, 1, sizeof prime);
    count = 0;
    for (long i = 2; i < LIMIT; i++) {
      if (!prime[i]) continue;
      count++;
      for (long multiple = 2 * i; multiple < LIMIT; multiple += i) prime[multiple] = 0;
    }
  }
  printf("%ld\n", count);
  return 0;
}
