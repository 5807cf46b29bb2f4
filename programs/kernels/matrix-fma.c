/* matrix-fma [rounds]: products of matrices of doubles, 200 by 200, by fused multiplication and addition, which rounds once.
 * Prints the trace, times 1,000. */
#include <stdio.h>
#include <stdlib.h>

#define N 200

static double a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 14;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = 1.0 / (i + j + 1), b[i][j] = (i * 7 + j * 3) % 11 - 5.1;
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        double sum = c[i][j];
        for (int k = 0; k < N; k++) sum = __builtin_fma(a[i][k], b[k][j], sum);
        c[i][j] = sum;
      }
  double trace = 0;
  for (int i = 0; i < N; i++) trace += c[i][i];
  printf("%ld\n", (long)(trace * 1000));
  return 0;
}
