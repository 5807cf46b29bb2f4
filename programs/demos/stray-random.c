/* stray-random SEED [STORES]: stores of random words at random addresses of all memory, then a little of everything. */
#include "_child.h"

#include <fcntl.h>
#include <real_memory.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t state;

static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

int main(int count, char **arguments) {
  struct lists *lists = list_of_lists();
  uint64_t end = (uint64_t)(lists->first_frame + lists->frame_count) * PAGE;
  /* Half of the stores hit the services' part of memory, where something lies. */
  uint64_t services = lists->blocks_end, busy = services + (end - services) / 8;
  state = (uint64_t)(count > 1 ? atoi(arguments[1]) : 1) * 0x9e3779b97f4a7c15u;
  for (int left = count > 2 ? atoi(arguments[2]) : 1000; left > 0; left--) {
    uint64_t at = draw() % 2 ? draw() % end : services + draw() % (busy - services);
    *(volatile uint32_t *)at_address(at & ~3ul) = (uint32_t)draw();
  }
  printf("process %d lives on\n", getpid());
  int to = open("/tmp/random", O_RDWR | O_CREAT, 0644);
  for (int i = 0; i < 20; i++)
    if (write(to, arguments[0], 8) != 8) printf("a write has failed\n");
  close(to);
  printf("a child has ended with %d\n", execute_child("/bin/hello", NULL));
  return 0;
}
