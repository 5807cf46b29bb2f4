/* matrix [rounds]: products of integer matrices, 300 by 300, row by column. Prints a checksum. */
#include <stdio.h>
#include <stdlib.h>

#define N 300

static int a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 22;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = i * j % 7, b[i][j] = i + j;
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        int sum = 0;
        for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
        c[i][j] = c[j][i] ^ sum;
      }
  unsigned checksum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) checksum = checksum * 31 + (unsigned)c[i][j];
  printf("%u\n", checksum);
  return 0;
}
