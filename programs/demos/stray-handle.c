/* stray-handle: a store into the handle table. The next use of the handle follows a pointer into the wild. */
#include <real_memory.h>
#include <stdio.h>

/* The handle table: a directory of pages, each with the entries of 512 handles. */
struct handles {
  uint32_t references, directory;
};
struct handle {
  uint32_t file, flags;
};

int main(void) {
  struct handles *table = (struct handles *)(uint64_t)list_of_lists()->handles;
  struct handle *handles = (struct handle *)(uint64_t)*(uint32_t *)(uint64_t)table->directory;
  printf("handle 1 leads to a file\n");
  fflush(stdout);
  handles[1].file = 0xffffff00;
  printf("the system has survived\n");
  return 0;
}
