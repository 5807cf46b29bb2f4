/* A linear congruential generator with Knuth's MMIX constants; the high bits are the better ones. */
#include <stdlib.h>

static unsigned long state = 1;

void srand(unsigned int seed) { state = seed; }

int rand(void) {
  state = state * 6364136223846793005UL + 1442695040888963407UL;
  return (int)(state >> 33);
}
