/* The three standard streams, and emptying streams at exit. */
#include "stream.h"
#include "../start/start.h"

#include <unistd.h>

static char input_buffer[BUFSIZ], output_buffer[BUFSIZ];
static FILE input = {.descriptor = 0, .mode = _IOFBF, .buffer = input_buffer, .size = BUFSIZ};
static FILE output = {.descriptor = 1, .mode = MODE_UNDECIDED, .buffer = output_buffer, .size = BUFSIZ};
static FILE errors = {.descriptor = 2, .mode = _IONBF};
FILE *const stdin = &input;
FILE *const stdout = &output;
FILE *const stderr = &errors;
FILE *open_streams;

void flush_all_streams(void) {
  fflush(stdout);
  for (FILE *stream = open_streams; stream; stream = stream->next) fflush(stream);
}

int fileno(FILE *stream) { return stream->descriptor; }
int feof(FILE *stream) { return stream->at_end; }
int ferror(FILE *stream) { return stream->failed; }
void clearerr(FILE *stream) { stream->at_end = stream->failed = 0; }

int setvbuf(FILE *stream, char *buffer, int mode, size_t size) {
  if (mode < _IOFBF || mode > _IONBF) return -1;
  stream->mode = (unsigned char)mode;
  if (buffer && size) stream->buffer = buffer, stream->size = size;
  return 0;
}
