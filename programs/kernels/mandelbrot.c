/* mandelbrot [width]: steps until points of the plane escape, 100 at most: products and comparisons of doubles. Prints their sum. */
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 100

static int steps(double real, double imaginary) {
  double x = 0, y = 0;
  for (int step = 0; step < LIMIT; step++) {
    double x2 = x * x, y2 = y * y;
    if (x2 + y2 > 4) return step;
    y = 2 * x * y + imaginary;
    x = x2 - y2 + real;
  }
  return LIMIT;
}

int main(int argc, char **argv) {
  int width = argc > 1 ? atoi(argv[1]) : 1100;
  long sum = 0;
  for (int row = 0; row < width; row++)
    for (int column = 0; column < width; column++)
      sum += steps(3.0 * column / width - 2.2, 3.0 * row / width - 1.5);
  printf("%ld\n", sum);
  return 0;
}
