/* load-and-execute [DEPTH]: a program that executes itself, DEPTH times over, and then hello; each waits for its child.
 *
 * All are linked to the same address: under the structure dos a parent is swapped out while its child runs there. */
#include "_child.h"

#include <stdio.h>
#include <stdlib.h>

static volatile int mark;

int main(int count, char **arguments) {
  int depth = count > 1 ? atoi(arguments[1]) : 2;
  mark = depth;
  printf("program %d executes a child\n", depth);
  char text[16];
  snprintf(text, sizeof text, "%d", depth - 1);
  int status = depth > 0 ? execute_child("/demos/load-and-execute", text) : execute_child("/bin/hello", NULL);
  printf("program %d goes on: its mark is %d, its child's status was %d\n", depth, mark, status);
  return mark;
}
