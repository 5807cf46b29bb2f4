/* What a stream is; private to the library. */
#pragma once

#include <stdio.h>

/* The buffer holds either input not yet read (position..end) or output not yet written (0..position). */
struct FILE {
  int descriptor;
  unsigned char mode; /* _IOFBF, _IOLBF, _IONBF, or MODE_UNDECIDED */
  unsigned char writing, at_end, failed, buffer_allocated;
  char *buffer;
  size_t size, position, end;
  FILE *next;
};
#define MODE_UNDECIDED 3

/* All streams that fopen made. */
extern FILE *open_streams;
/* Refills an empty input buffer; returns 0 at the end or on failure. */
int stream_fill(FILE *stream);
/* Called before the first byte goes out. */
void stream_start_writing(FILE *stream);
