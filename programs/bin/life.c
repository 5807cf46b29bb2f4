/* life [generations [width height]]: Conway's game of life, from an R-pentomino, on a torus; prints the last
 * board. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long width = 64, height = 24;

static void step(const unsigned char *now, unsigned char *next) {
  for (long y = 0; y < height; y++) {
    const unsigned char *above = now + (y + height - 1) % height * width, *here = now + y * width;
    const unsigned char *below = now + (y + 1) % height * width;
    for (long x = 0; x < width; x++) {
      long left = x ? x - 1 : width - 1, right = x + 1 < width ? x + 1 : 0;
      int neighbours = above[left] + above[x] + above[right] + here[left] + here[right] + below[left] +
                       below[x] + below[right];
      next[y * width + x] = neighbours == 3 || (here[x] && neighbours == 2);
    }
  }
}

static void print_board(const unsigned char *board) {
  for (long y = 0; y < height; y++) {
    for (long x = 0; x < width; x++) putchar(board[y * width + x] ? '#' : '.');
    putchar('\n');
  }
}

int main(int argc, char **argv) {
  long generations = argc > 1 ? parse_count("life", argv[1], 0) : 200;
  if (argc > 3) width = parse_count("life", argv[2], 3), height = parse_count("life", argv[3], 3);
  unsigned char *now = calloc((size_t)(width * height), 1), *next = malloc((size_t)(width * height));
  if (!now || !next) return complain("life", "memory");
  long middle = height / 2 * width + width / 2;
  now[middle] = now[middle - width] = now[middle - width + 1] = now[middle - 1] = now[middle + width] = 1;
  for (long i = 0; i < generations; i++) {
    step(now, next);
    unsigned char *swap = now;
    now = next;
    next = swap;
  }
  print_board(now);
  return fflush(stdout) != 0;
}
