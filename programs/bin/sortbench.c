/* sortbench [count [rounds]]: sorts pseudo-random numbers with a quicksort of its own, and prints a
 * checksum. */
#include <command.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void quicksort(uint32_t *items, long count) {
  while (count > 1) {
    uint32_t pivot = items[count / 2];
    long low = 0, high = count - 1;
    while (low <= high) {
      while (items[low] < pivot) low++;
      while (items[high] > pivot) high--;
      if (low > high) break;
      uint32_t kept = items[low];
      items[low++] = items[high];
      items[high--] = kept;
    }
    quicksort(items, high + 1);
    items += low;
    count -= low;
  }
}

int main(int argc, char **argv) {
  long count = argc > 1 ? parse_count("sortbench", argv[1], 1) : 20000;
  long rounds = argc > 2 ? parse_count("sortbench", argv[2], 1) : 1;
  uint32_t *items = malloc((size_t)count * sizeof *items), random = 2463534242u;
  if (!items) return complain("sortbench", "memory");
  uint64_t sum = 0;
  for (long round = 0; round < rounds; round++) {
    for (long i = 0; i < count; i++) {
      /* Marsaglia's xorshift */
      random ^= random << 13, random ^= random >> 17, random ^= random << 5;
      items[i] = random;
    }
    quicksort(items, count);
    for (long i = 0; i < count; i++) {
      if (i && items[i - 1] > items[i]) return fprintf(stderr, "sortbench: out of order at %ld\n", i), 1;
      sum = sum * 31 + items[i];
    }
  }
  printf("%016lx\n", sum);
  return 0;
}
