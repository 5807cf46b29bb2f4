/* quicksort [rounds]: 2,000,000 pseudo-random numbers: branches that nobody can predict. Prints a checksum. */
#include <stdio.h>
#include <stdlib.h>

#define COUNT 2000000

static int numbers[COUNT];

static void sort(int *at, long low, long high) {
  while (low < high) {
    int pivot = at[(low + high) / 2];
    long i = low, j = high;
    while (i <= j) {
      while (at[i] < pivot) i++;
      while (at[j] > pivot) j--;
      if (i > j) break;
      int swapped = at[i];
      at[i++] = at[j];
      at[j--] = swapped;
    }
    if (j - low < high - i) {
      sort(at, low, j);
      low = i;
    } else {
      sort(at, i, high);
      high = j;
    }
  }
}

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 3;
  unsigned random = 1, checksum = 0;
  for (long round = 0; round < rounds; round++) {
    for (int i = 0; i < COUNT; i++) {
      random = random * 1664525 + 1013904223;
      numbers[i] = (int)(random >> 3);
    }
    sort(numbers, 0, COUNT - 1);
    for (int i = 0; i < COUNT; i += 1000) checksum = checksum * 31 + (unsigned)numbers[i];
  }
  printf("%u\n", checksum);
  return 0;
}
