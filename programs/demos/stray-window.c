/* stray-window: the program of a unikernel reaches all of the machine's memory, in a window of its address space.
 *
 * It reads the kernel's root record there, and overwrites the number of the first free frame, which the next page fault
 * takes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WINDOW 0x400000000000ul
#define ROOT_MAGIC 0x6b726e6c

struct root {
  uint32_t magic, first_frame, frame_count, frame_table, free_frame, untouched;
};

int main(void) {
  volatile struct root *root = (volatile struct root *)(WINDOW + 0x1000);
  if (root->magic != ROOT_MAGIC) return 1;
  printf("the kernel has %u frames, and what it knows of them lies in the program's reach\n", root->frame_count);
  fflush(stdout);
  root->free_frame = 0xffffff00;
  volatile char *pages = malloc(1 << 20);
  for (int page = 0; page < 256; page++) pages[page * 4096] = 1;
  printf("the system has survived\n");
  return 0;
}
