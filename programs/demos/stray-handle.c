/* stray-handle: a store into the handle table. The next use of a handle follows a pointer into the wild. */
#include <real_memory.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  struct lists *lists = list_of_lists();
  printf("the handle table is at %x\n", lists->handles);
  fflush(stdout);
  memset((void *)(uint64_t)lists->handles, 0xff, 8);
  printf("the system has survived\n");
  return 0;
}
