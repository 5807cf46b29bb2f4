/* stray-cache [data]: a store into the block cache.
 *
 * Of a file that it has read, it overwrites the block that says where the others are, so that the system follows wild
 * numbers when the file is read again; with `data`, a block of the content, and everybody reads something else. */
#include <fcntl.h>
#include <real_memory.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char path[] = "/tmp/stray-cache";
static char text[3 * PAGE];

static int damage(int use) {
  struct lists *lists = list_of_lists();
  int found = 0;
  for (uint32_t i = 0; i < lists->frame_count; i++) {
    if (frame_entry(lists, i)->use != use) continue;
    char *content = frame_content(lists, i);
    if (use == FRAME_FILE && memcmp(content, text, 64) != 0) continue;
    memset(content, 0x5a, 64);
    found++;
  }
  return found;
}

static long read_again(char *first) {
  char got[sizeof text];
  int from = open(path, O_RDONLY);
  long length = read(from, got, sizeof got);
  close(from);
  *first = got[0];
  return length;
}

int main(int count, char **arguments) {
  (void)arguments;
  memset(text, 'a', sizeof text);
  int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (to < 0 || write(to, text, sizeof text) != sizeof text || close(to) < 0) return 1;
  char first;
  long length = read_again(&first);
  printf("the file has %ld bytes and begins with %c\n", length, first);
  int found = damage(count > 1 ? FRAME_FILE : FRAME_INDEX);
  printf("%d blocks of the cache are overwritten\n", found);
  fflush(stdout);
  length = read_again(&first);
  printf("the system has survived: the file has %ld bytes and begins with %c\n", length, first);
  return 0;
}
