/* printf to a stream, to memory, and to a descriptor. */
#include "format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct stream_sink {
  struct sink sink;
  FILE *stream;
};

static void put_stream(struct sink *sink, const char *bytes, size_t length) {
  fwrite(bytes, 1, length, ((struct stream_sink *)sink)->stream);
}

int vfprintf(FILE *stream, const char *pattern, va_list arguments) {
  struct stream_sink to = {{put_stream, 0}, stream};
  format(&to.sink, pattern, arguments);
  return ferror(stream) ? -1 : (int)to.sink.length;
}

int vprintf(const char *pattern, va_list arguments) { return vfprintf(stdout, pattern, arguments); }

int printf(const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  int length = vfprintf(stdout, pattern, arguments);
  va_end(arguments);
  return length;
}

/* Standard error has no buffer; a message is still one write, so that messages of several processes do not
 * mix. */
int fprintf(FILE *stream, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  int length;
  if (stream == stderr) {
    char line[512];
    length = vsnprintf(line, sizeof line, pattern, arguments);
    fwrite(line, 1, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1, stderr);
  } else {
    length = vfprintf(stream, pattern, arguments);
  }
  va_end(arguments);
  return length;
}

struct memory_sink {
  struct sink sink;
  char *to;
  size_t room; /* without the terminating zero */
};

static void put_memory(struct sink *sink, const char *bytes, size_t length) {
  struct memory_sink *memory = (struct memory_sink *)sink;
  if (length > memory->room) length = memory->room;
  memcpy(memory->to, bytes, length);
  memory->to += length;
  memory->room -= length;
}

int vsnprintf(char *to, size_t size, const char *pattern, va_list arguments) {
  struct memory_sink memory = {{put_memory, 0}, to, size ? size - 1 : 0};
  format(&memory.sink, pattern, arguments);
  if (size) *memory.to = 0;
  return (int)memory.sink.length;
}

int snprintf(char *to, size_t size, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  int length = vsnprintf(to, size, pattern, arguments);
  va_end(arguments);
  return length;
}

int sprintf(char *to, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  int length = vsnprintf(to, SIZE_MAX, pattern, arguments);
  va_end(arguments);
  return length;
}

int dprintf(int descriptor, const char *pattern, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, pattern);
  int length = vsnprintf(line, sizeof line, pattern, arguments);
  va_end(arguments);
  if ((size_t)length >= sizeof line) length = sizeof line - 1;
  return (int)write(descriptor, line, (size_t)length);
}
