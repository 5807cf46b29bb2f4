/* From the kernel's argument block to main and from main to exit. */
#include "start.h"

#include <stdlib.h>
#include <sys/auxv.h>

char **environ;
static const unsigned long *auxiliary_vector;

int main(int argc, char **argv, char **envp);

_Noreturn void start_program(long *block) {
  int argc = (int)block[0];
  char **argv = (char **)block + 1;
  environ = argv + argc + 1;
  char **end = environ;
  while (*end) end++;
  auxiliary_vector = (const unsigned long *)(end + 1);
  thread_local_start();
  exit(main(argc, argv, environ));
}

unsigned long getauxval(unsigned long type) {
  const unsigned long *entry = auxiliary_vector;
  while (entry[0] != AT_NULL && entry[0] != type) entry += 2;
  return entry[0] == type ? entry[1] : 0;
}
