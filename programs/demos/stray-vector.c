/* stray-vector [timer]: a store through a pointer that was never set, to a member of what it should point to.
 *
 * Address 0 does not fault: the store changes the vector of system calls, and the next one jumps into the wild; with
 * `timer`, that of the timer, whose next tick does. */
#include <real_memory.h>
#include <stdio.h>

struct thing {
  char name[8 * VECTOR_TIMER];
  uint64_t age;
  char place[8 * (VECTOR_SYSTEM_CALL - VECTOR_TIMER - 1)];
  uint64_t count;
};

int main(int count, char **arguments) {
  (void)arguments;
  volatile struct thing *nothing = at_address(0);
  printf("the vector of system calls leads to %lx\n", *vector(VECTOR_SYSTEM_CALL));
  printf("a count is set in a thing that is not there\n");
  fflush(stdout);
  if (count > 1) {
    nothing->age = 123456;
    for (;;) continue;
  }
  nothing->count = 123456;
  printf("the system has survived\n");
  return 0;
}
