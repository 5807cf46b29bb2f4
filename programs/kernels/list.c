/* list [rounds]: follows a linked list of 100,000 nodes that lie in no order. Prints a sum. */
#include <stdio.h>
#include <stdlib.h>

#define COUNT 100000

struct node {
  struct node *next;
  long value;
};

static struct node nodes[COUNT];
static int order[COUNT];

static struct node *shuffled(void) {
  unsigned random = 1;
  for (int i = 0; i < COUNT; i++) order[i] = i, nodes[i].value = i;
  for (int i = COUNT - 1; i > 0; i--) {
    random = random * 1664525 + 1013904223;
    int j = (int)((random >> 8) % (unsigned)(i + 1)), swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  for (int i = 0; i < COUNT - 1; i++) nodes[order[i]].next = &nodes[order[i + 1]];
  return &nodes[order[0]];
}

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 700, sum = 0;
  const struct node *first = shuffled();
  for (long round = 0; round < rounds; round++)
    for (const struct node *at = first; at; at = at->next) sum += at->value ^ round;
  printf("%ld\n", sum);
  return 0;
}
