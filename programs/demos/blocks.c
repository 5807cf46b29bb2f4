/* blocks: the chain of memory control blocks, as DOS's MEM /D shows it. Runs under the structure dos. */
#include <real_memory.h>
#include <stdio.h>

int main(void) {
  struct control_block *block = (struct control_block *)(uint64_t)list_of_lists()->first_block;
  printf("block      pages owner    name\n");
  for (;; block = next_block(block)) {
    printf("%c %08lx %5u %8x %.8s\n", block->signature, (unsigned long)block, block->pages, block->owner,
           block->owner ? block->name : "free");
    if (block->signature != 'M') return 0;
  }
}
