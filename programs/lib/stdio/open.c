/* Opening, closing and positioning streams. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int flags_of_mode(const char *mode) {
  int both = strchr(mode, '+') != NULL;
  int flags = strchr(mode, 'e') ? O_CLOEXEC : 0;
  if (*mode == 'r') return flags | (both ? O_RDWR : O_RDONLY);
  if (*mode == 'w') return flags | (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
  return flags | (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
}

FILE *fdopen(int descriptor, const char *mode) {
  (void)mode;
  FILE *stream = calloc(1, sizeof *stream + BUFSIZ);
  if (!stream) return NULL;
  stream->descriptor = descriptor;
  stream->mode = MODE_UNDECIDED;
  stream->buffer = (char *)(stream + 1);
  stream->size = BUFSIZ;
  stream->next = open_streams;
  open_streams = stream;
  return stream;
}

FILE *fopen(const char *path, const char *mode) {
  if (!strchr("rwa", *mode)) return errno = EINVAL, NULL;
  int descriptor = open(path, flags_of_mode(mode), 0666);
  if (descriptor < 0) return NULL;
  FILE *stream = fdopen(descriptor, mode);
  if (!stream) close(descriptor);
  return stream;
}

int fclose(FILE *stream) {
  int result = fflush(stream);
  result |= close(stream->descriptor);
  for (FILE **place = &open_streams; *place; place = &(*place)->next) {
    if (*place != stream) continue;
    *place = stream->next;
    free(stream);
    break;
  }
  return result ? EOF : 0;
}

int fseek(FILE *stream, long offset, int whence) {
  if (stream->writing) fflush(stream);
  else if (whence == SEEK_CUR) offset -= (long)(stream->end - stream->position);
  stream->position = stream->end = 0;
  stream->writing = stream->at_end = 0;
  return lseek(stream->descriptor, offset, whence) < 0 ? -1 : 0;
}

long ftell(FILE *stream) {
  long place = lseek(stream->descriptor, 0, SEEK_CUR);
  if (place < 0) return -1;
  return stream->writing ? place + (long)stream->position : place - (long)(stream->end - stream->position);
}
