/* nbody [steps]: five bodies that attract each other, moved by the semi-implicit Euler method: sums, products, roots and
 * quotients of doubles. Prints the energy, times 10^9. */
#include <stdio.h>
#include <stdlib.h>

#define BODIES 5

static double place[BODIES][3] = {{0, 0, 0}, {4.8, -1.2, -0.1}, {8.3, 4.1, -0.4}, {12.9, -15.1, -0.2}, {15.4, -25.9, 0.2}};
static double speed[BODIES][3] = {
    {0, 0, 0}, {0.6, 2.8, -0.02}, {-1.0, 1.8, 0.008}, {1.1, 0.9, -0.01}, {0.98, 0.6, -0.03}};
static const double mass[BODIES] = {39.5, 0.038, 0.011, 0.0017, 0.002};

static double distance(int i, int j, double *to) {
  double square = 0;
  for (int axis = 0; axis < 3; axis++) {
    to[axis] = place[i][axis] - place[j][axis];
    square += to[axis] * to[axis];
  }
  return __builtin_sqrt(square);
}

static void advance(double time) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      double to[3], apart = distance(i, j, to), force = time / (apart * apart * apart);
      for (int axis = 0; axis < 3; axis++) {
        speed[i][axis] -= to[axis] * mass[j] * force;
        speed[j][axis] += to[axis] * mass[i] * force;
      }
    }
  for (int i = 0; i < BODIES; i++)
    for (int axis = 0; axis < 3; axis++) place[i][axis] += time * speed[i][axis];
}

static double energy(void) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    double to[3];
    for (int axis = 0; axis < 3; axis++) sum += 0.5 * mass[i] * speed[i][axis] * speed[i][axis];
    for (int j = i + 1; j < BODIES; j++) sum -= mass[i] * mass[j] / distance(i, j, to);
  }
  return sum;
}

int main(int argc, char **argv) {
  long steps = argc > 1 ? atol(argv[1]) : 600000;
  for (long step = 0; step < steps; step++) advance(0.001);
  printf("%ld\n", (long)(energy() * 1e9));
  return 0;
}
