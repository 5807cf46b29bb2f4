/* copy-file pipe|file [MESSAGES [BYTES]]: bytes go through a pipe, or into a file and out again, message by message. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST 65536

static char out[MOST], in[MOST];

int main(int count, char **arguments) {
  int ends[2], is_pipe = count > 1 && strcmp(arguments[1], "pipe") == 0;
  int messages = count > 2 ? atoi(arguments[2]) : 16;
  long bytes = count > 3 ? atoi(arguments[3]) : 4096;
  if (bytes < 1 || bytes > MOST) return 2;
  if (is_pipe) {
    if (pipe(ends) < 0) return 1;
  } else {
    ends[1] = open("/tmp/copied", O_RDWR | O_CREAT | O_TRUNC, 0600);
    ends[0] = open("/tmp/copied", O_RDONLY);
    if (ends[0] < 0 || ends[1] < 0) return 1;
  }
  memset(out, 'a', bytes);
  for (; messages > 0; messages--) {
    if (write(ends[1], out, bytes) != bytes) return 1;
    if (read(ends[0], in, bytes) != bytes || memcmp(in, out, bytes) != 0) return 1;
  }
  return 0;
}
