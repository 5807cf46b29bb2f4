/* The machinery behind printf; private to the library. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* Where formatted output goes, and how much has gone there. */
struct sink {
  void (*put)(struct sink *sink, const char *bytes, size_t length);
  size_t length;
};

/* One conversion: %[flags][width][.precision]letter. A precision of -1 was not given. */
struct conversion {
  char left, plus, space, alternative, zero;
  int width, precision;
  char letter;
};

void format(struct sink *sink, const char *format, va_list arguments);
void sink_repeat(struct sink *sink, char character, int count);
/* Writes sign or prefix, zeros and digits, padded to the width. */
void format_padded(struct sink *sink, const struct conversion *conversion, const char *prefix,
                   const char *digits, int digit_count, int zeros);
/* %f %e %g */
void format_float(struct sink *sink, const struct conversion *conversion, double number);
