/* Reading: the kernel is asked for a buffer's worth, which is given out as wanted. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int stream_fill(FILE *stream) {
  if (stream->writing) {
    fflush(stream);
    stream->writing = 0;
  }
  ssize_t length;
  do length = read(stream->descriptor, stream->buffer, stream->size);
  while (length < 0 && errno == EINTR);
  stream->position = 0;
  stream->end = length > 0 ? (size_t)length : 0;
  if (length == 0) stream->at_end = 1;
  if (length < 0) stream->failed = 1;
  return length > 0;
}

int fgetc(FILE *stream) {
  if (stream->writing || stream->position == stream->end)
    if (!stream_fill(stream)) return EOF;
  return (unsigned char)stream->buffer[stream->position++];
}

int getc(FILE *stream) { return fgetc(stream); }
int getchar(void) { return fgetc(stdin); }

/* One character can always be put back behind one that was read. */
int ungetc(int character, FILE *stream) {
  if (character == EOF || stream->writing || stream->position == 0) return EOF;
  stream->buffer[--stream->position] = (char)character;
  stream->at_end = 0;
  return character;
}

size_t fread(void *to, size_t size, size_t count, FILE *stream) {
  size_t wanted = size * count, taken = 0;
  while (taken < wanted) {
    if (stream->writing || stream->position == stream->end)
      if (!stream_fill(stream)) break;
    size_t part = stream->end - stream->position;
    if (part > wanted - taken) part = wanted - taken;
    memcpy((char *)to + taken, stream->buffer + stream->position, part);
    stream->position += part;
    taken += part;
  }
  return size ? taken / size : 0;
}

char *fgets(char *to, int size, FILE *stream) {
  int length = 0, character = 0;
  while (length < size - 1 && character != '\n' && (character = fgetc(stream)) != EOF)
    to[length++] = (char)character;
  if (length == 0) return NULL;
  to[length] = 0;
  return to;
}

static int grow(char **line, size_t *capacity, size_t needed) {
  if (*line && needed <= *capacity) return 1;
  size_t larger = needed < 120 ? 120 : needed * 2;
  char *moved = realloc(*line, larger);
  if (!moved) return 0;
  *line = moved;
  *capacity = larger;
  return 1;
}

ssize_t getline(char **line, size_t *capacity, FILE *stream) {
  size_t length = 0;
  for (;;) {
    if (stream->writing || stream->position == stream->end)
      if (!stream_fill(stream)) break;
    char *from = stream->buffer + stream->position;
    size_t part = stream->end - stream->position;
    char *newline = memchr(from, '\n', part);
    if (newline) part = (size_t)(newline - from) + 1;
    if (!grow(line, capacity, length + part + 1)) return -1;
    memcpy(*line + length, from, part);
    length += part;
    stream->position += part;
    if (newline) break;
  }
  if (length == 0) return -1;
  (*line)[length] = 0;
  return (ssize_t)length;
}
