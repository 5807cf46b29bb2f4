/* sleep seconds: waits; fractions are allowed. */
#include <command.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 2) usage("sleep seconds");
  char *end;
  double seconds = strtod(argv[1], &end);
  if (*end || end == argv[1] || seconds < 0) usage("sleep seconds");
  struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&left, &left) < 0) continue;
  return 0;
}
