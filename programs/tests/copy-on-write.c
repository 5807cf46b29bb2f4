/* After fork, parent and children each see their own memory, whoever writes first. */
#include <stdlib.h>
#include <string.h>
#include <testing.h>
#include <unistd.h>

static int data = 1;
static int zeros;
static char *heap;
static struct gate to_child, to_parent;

static int child_reads_while_parent_writes(void *on_stack) {
  gate_wait(&to_child); /* the parent has written by now */
  int right = data == 1 && zeros == 0 && *(int *)on_stack == 3 && heap[0] == 'h' && heap[99999] == 'h';
  data = 10, zeros = 20, *(int *)on_stack = 30;
  memset(heap, 'c', 100000);
  gate_open(&to_parent);
  gate_wait(&to_child);
  return right ? 1 : 0;
}

static void both_ways(void) {
  int on_stack = 3;
  heap = malloc(100000);
  memset(heap, 'h', 100000);
  to_child = gate_make();
  to_parent = gate_make();
  pid_t child = start(child_reads_while_parent_writes, &on_stack);
  data = 2, zeros = 4, on_stack = 5;
  memset(heap, 'p', 100000);
  gate_open(&to_child);
  gate_wait(&to_parent);
  say("parent: data %d, zeros %d, stack %d, heap %c%c", data, zeros, on_stack, heap[0], heap[99999]);
  gate_open(&to_child);
  report_status("the child saw the values of the fork", wait_for(child));
}

/* Each generation changes one page more, and checks those of its ancestors. */
static int generation(void *depth_pointer) {
  long depth = (long)depth_pointer;
  heap[depth * 4096] = (char)('a' + depth);
  if (depth < 7 && wait_for(start(generation, (void *)(depth + 1))) != 0) return 1;
  for (long i = 0; i < 8; i++) {
    char expected = i <= depth ? (char)('a' + i) : 'p';
    if (heap[i * 4096] != expected) return 2;
  }
  return 0;
}

static void generations(void) {
  memset(heap, 'p', 100000);
  report_status("eight generations", run(generation, (void *)0));
  say("and the first is untouched: %c", heap[0]);
}

static int fill(void *letter) {
  memset(heap, *(char *)letter, 100000);
  for (int i = 0; i < 100000; i++)
    if (heap[i] != *(char *)letter) return 1;
  return 0;
}

static void siblings(void) {
  char letters[] = "wxyz";
  pid_t children[4];
  for (int i = 0; i < 4; i++) children[i] = start(fill, &letters[i]);
  int failed = 0;
  for (int i = 0; i < 4; i++) failed |= wait_for(children[i]);
  say("four children filled the same pages: failures %d; mine: %c", failed, heap[50000]);
}

/* The kernel's own writes into memory must be copied too. */
static int read_into_shared_page(void *unused) {
  (void)unused;
  int ends[2];
  if (pipe(ends) != 0 || write(ends[1], "kernel", 6) != 6 || read(ends[0], heap, 6) != 6) return 1;
  return memcmp(heap, "kernel", 6) == 0 ? 0 : 2;
}

int main(void) {
  both_ways();
  generations();
  siblings();
  report_status("a system call writes into the child's copy", run(read_into_shared_page, NULL));
  say("mine: %c", heap[0]);
  return 0;
}
