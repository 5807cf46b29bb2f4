/* mandelbrot [columns rows [limit]]: the Mandelbrot set in characters: a work-out for floating point. */
#include <command.h>
#include <stdio.h>

/* How many steps of z = z^2 + c stay within |z| <= 2; `limit` if all do. */
static int steps_inside(double real, double imaginary, int limit) {
  double x = 0, y = 0;
  for (int step = 0; step < limit; step++) {
    double x2 = x * x, y2 = y * y;
    if (x2 + y2 > 4) return step;
    y = 2 * x * y + imaginary;
    x = x2 - y2 + real;
  }
  return limit;
}

int main(int argc, char **argv) {
  static const char shades[] = " .,:;=+*%@#";
  int columns = argc > 2 ? (int)parse_count("mandelbrot", argv[1], 2) : 72;
  int rows = argc > 2 ? (int)parse_count("mandelbrot", argv[2], 2) : 24;
  int limit = argc > 3 ? (int)parse_count("mandelbrot", argv[3], 1) : 200;
  for (int row = 0; row < rows; row++) {
    for (int column = 0; column < columns; column++) {
      double real = -2.2 + 3.2 * column / (columns - 1), imaginary = 1.2 - 2.4 * row / (rows - 1);
      int steps = steps_inside(real, imaginary, limit);
      putchar(steps == limit ? '#' : shades[steps < 10 ? steps : 9]);
    }
    putchar('\n');
  }
  return fflush(stdout) != 0;
}
