/* stray-chain: a buffer is filled beyond its end, into the memory control block behind it.
 *
 * Nothing happens until the system looks at the chain again: to execute the next program. */
#include "_child.h"

#include <real_memory.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void) {
  char *buffer = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct control_block *behind = (struct control_block *)(buffer + PAGE);
  printf("behind the buffer is a control block: %c, %u pages, %.8s\n", behind->signature, behind->pages, behind->name);
  memset(buffer, '#', PAGE + 4);
  printf("4 bytes too many were written: it begins with %c now\n", behind->signature);
  printf("the next program is executed\n");
  int status = execute_child("/bin/hello", NULL);
  printf("the system has survived, status %d\n", status);
  return 0;
}
