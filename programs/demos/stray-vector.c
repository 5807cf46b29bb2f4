/* stray-vector: a store through a pointer that was never set, to a member of what it should point to.
 *
 * Address 0 does not fault: the store changes the vector of system calls, and the next one jumps into the wild. */
#include <real_memory.h>
#include <stdio.h>

struct thing {
  char name[8 * VECTOR_SYSTEM_CALL];
  uint64_t count;
};

int main(void) {
  volatile struct thing *nothing = at_address(0);
  printf("the vector of system calls leads to %lx\n", *vector(VECTOR_SYSTEM_CALL));
  printf("a count is set in a thing that is not there\n");
  fflush(stdout);
  nothing->count = 123456;
  printf("the system has survived\n");
  return 0;
}
