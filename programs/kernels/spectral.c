/* spectral [size]: the largest singular value of the matrix 1 / ((i + j)(i + j + 1) / 2 + i + 1), by ten steps of the power
 * method: quotients of doubles. Prints it, times 10^9. */
#include <stdio.h>
#include <stdlib.h>

#define MOST 4000

static double u[MOST], v[MOST], between[MOST];

static inline double element(long i, long j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void multiply(long size, const double *from, double *to, int transposed) {
  for (long i = 0; i < size; i++) {
    double sum = 0;
    for (long j = 0; j < size; j++) sum += (transposed ? element(j, i) : element(i, j)) * from[j];
    to[i] = sum;
  }
}

static void step(long size, const double *from, double *to) {
  multiply(size, from, between, 0);
  multiply(size, between, to, 1);
}

int main(int argc, char **argv) {
  long size = argc > 1 ? atol(argv[1]) : 1250;
  if (size > MOST) return 2;
  for (long i = 0; i < size; i++) u[i] = 1;
  for (int round = 0; round < 10; round++) {
    step(size, u, v);
    step(size, v, u);
  }
  double both = 0, own = 0;
  for (long i = 0; i < size; i++) both += u[i] * v[i], own += v[i] * v[i];
  printf("%ld\n", (long)(__builtin_sqrt(both / own) * 1e9));
  return 0;
}
