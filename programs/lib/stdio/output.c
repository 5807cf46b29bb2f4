/* Writing: bytes collect in the buffer until it is full, or a line ends on a terminal, or fflush is
 * called. */
#include "stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Writes everything, however little the kernel takes at a time. */
static int write_all(FILE *stream, const char *from, size_t length) {
  while (length > 0) {
    ssize_t written = write(stream->descriptor, from, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      stream->failed = 1;
      return EOF;
    }
    from += written;
    length -= (size_t)written;
  }
  return 0;
}

void stream_start_writing(FILE *stream) {
  if (stream->mode == MODE_UNDECIDED) stream->mode = isatty(stream->descriptor) ? _IOLBF : _IOFBF;
  if (stream->end > stream->position)
    lseek(stream->descriptor, (off_t)stream->position - (off_t)stream->end, SEEK_CUR);
  stream->position = stream->end = 0;
  stream->writing = 1;
}

int fflush(FILE *stream) {
  if (!stream) {
    int result = fflush(stdout);
    for (FILE *other = open_streams; other; other = other->next) result |= fflush(other);
    return result;
  }
  if (!stream->writing) return 0;
  size_t length = stream->position;
  stream->position = 0;
  return write_all(stream, stream->buffer, length);
}

size_t fwrite(const void *from, size_t size, size_t count, FILE *stream) {
  size_t length = size * count;
  if (!stream->writing) stream_start_writing(stream);
  if (stream->mode == _IONBF || length >= stream->size) {
    if (fflush(stream) != 0) return 0;
    return write_all(stream, from, length) == 0 ? count : 0;
  }
  if (length > stream->size - stream->position && fflush(stream) != 0) return 0;
  memcpy(stream->buffer + stream->position, from, length);
  stream->position += length;
  if (stream->mode == _IOLBF && memchr(from, '\n', length) && fflush(stream) != 0) return 0;
  return count;
}

int fputc(int character, FILE *stream) {
  char byte = (char)character;
  if (stream->writing && stream->mode == _IOFBF && stream->position < stream->size) {
    stream->buffer[stream->position++] = byte;
    return (unsigned char)byte;
  }
  return fwrite(&byte, 1, 1, stream) == 1 ? (unsigned char)byte : EOF;
}

int putc(int character, FILE *stream) { return fputc(character, stream); }
int putchar(int character) { return fputc(character, stdout); }

int fputs(const char *string, FILE *stream) {
  size_t length = strlen(string);
  return fwrite(string, 1, length, stream) == length ? 0 : EOF;
}

int puts(const char *string) { return fputs(string, stdout) < 0 || putchar('\n') < 0 ? EOF : 0; }
