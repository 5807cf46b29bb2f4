/* printf's language: flags - + space # 0, width and precision (or *), lengths hh h l ll z t j,
 * conversions d i u o x X p c s f F e E g G %. */
#include "format.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static void put(struct sink *sink, const char *bytes, size_t length) {
  if (length) sink->put(sink, bytes, length);
  sink->length += length;
}

void sink_repeat(struct sink *sink, char character, int count) {
  char run[16];
  memset(run, character, sizeof run);
  for (; count > 0; count -= 16) put(sink, run, count < 16 ? (size_t)count : 16);
}

void format_padded(struct sink *sink, const struct conversion *conversion, const char *prefix,
                   const char *digits, int digit_count, int zeros) {
  int prefix_length = (int)strlen(prefix);
  int padding = conversion->width - prefix_length - zeros - digit_count;
  if (!conversion->left && !conversion->zero) sink_repeat(sink, ' ', padding);
  put(sink, prefix, (size_t)prefix_length);
  if (!conversion->left && conversion->zero) sink_repeat(sink, '0', padding);
  sink_repeat(sink, '0', zeros);
  put(sink, digits, (size_t)digit_count);
  if (conversion->left) sink_repeat(sink, ' ', padding);
}

static void format_integer(struct sink *sink, struct conversion *conversion, uint64_t number,
                           const char *sign) {
  char digits[24], *at = digits + sizeof digits;
  const char *alphabet = conversion->letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  unsigned int base = strchr("xXp", conversion->letter) ? 16 : conversion->letter == 'o' ? 8 : 10;
  int is_zero = number == 0;
  for (; number; number /= base) *--at = alphabet[number % base];
  int count = (int)(digits + sizeof digits - at);
  int wanted = conversion->precision < 0 ? 1 : conversion->precision;
  if (conversion->precision >= 0) conversion->zero = 0;
  if (conversion->alternative && base == 8 && wanted <= count) wanted = count + 1;
  if (base == 16 && ((conversion->alternative && !is_zero) || conversion->letter == 'p'))
    sign = conversion->letter == 'X' ? "0X" : "0x";
  format_padded(sink, conversion, sign, at, count, wanted > count ? wanted - count : 0);
}

static void format_string(struct sink *sink, struct conversion *conversion, const char *string) {
  if (!string) string = "(null)";
  size_t length = strnlen(string, conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision);
  conversion->zero = 0;
  format_padded(sink, conversion, "", string, (int)length, 0);
}

static int read_count(const char **at, va_list *arguments) {
  if (**at == '*') return ++*at, va_arg(*arguments, int);
  int count = 0;
  for (; isdigit(**at); ++*at) count = count * 10 + (**at - '0');
  return count;
}

/* Reads flags, width and precision; leaves *at behind them. */
static struct conversion read_conversion(const char **at, va_list *arguments) {
  struct conversion conversion = {.precision = -1};
  for (;; ++*at) {
    if (**at == '-') conversion.left = 1;
    else if (**at == '+') conversion.plus = 1;
    else if (**at == ' ') conversion.space = 1;
    else if (**at == '#') conversion.alternative = 1;
    else if (**at == '0') conversion.zero = 1;
    else break;
  }
  conversion.width = read_count(at, arguments);
  if (conversion.width < 0) conversion.left = 1, conversion.width = -conversion.width;
  if (**at == '.') ++*at, conversion.precision = read_count(at, arguments);
  return conversion;
}

/* Reads a length modifier: -2 for hh, -1 for h, 0 for none, 1 for anything of 64 bits. */
static int read_length(const char **at) {
  int length = 0;
  for (;; ++*at) {
    if (**at == 'h') length--;
    else if (**at && strchr("lzjt", **at)) length = 1;
    else return length;
  }
}

static int64_t signed_argument(va_list *arguments, int length) {
  if (length == 1) return va_arg(*arguments, int64_t);
  int number = va_arg(*arguments, int);
  return length == -1 ? (short)number : length == -2 ? (signed char)number : number;
}

static uint64_t unsigned_argument(va_list *arguments, int length) {
  if (length == 1) return va_arg(*arguments, uint64_t);
  unsigned int number = va_arg(*arguments, unsigned int);
  return length == -1 ? (unsigned short)number : length == -2 ? (unsigned char)number : number;
}

static void convert(struct sink *sink, struct conversion *conversion, int length, va_list *arguments) {
  char character;
  switch (conversion->letter) {
    case 'd':
    case 'i': {
      int64_t number = signed_argument(arguments, length);
      const char *sign = number < 0 ? "-" : conversion->plus ? "+" : conversion->space ? " " : "";
      format_integer(sink, conversion, number < 0 ? -(uint64_t)number : (uint64_t)number, sign);
      break;
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': format_integer(sink, conversion, unsigned_argument(arguments, length), ""); break;
    case 'p': format_integer(sink, conversion, (uint64_t)va_arg(*arguments, void *), ""); break;
    case 'c':
      character = (char)va_arg(*arguments, int);
      format_padded(sink, conversion, "", &character, 1, 0);
      break;
    case 's': format_string(sink, conversion, va_arg(*arguments, const char *)); break;
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': format_float(sink, conversion, va_arg(*arguments, double)); break;
    default: put(sink, &conversion->letter, 1); /* %% too */
  }
}

void format(struct sink *sink, const char *at, va_list original) {
  va_list arguments;
  va_copy(arguments, original);
  while (*at) {
    size_t plain = strcspn(at, "%");
    put(sink, at, plain);
    at += plain;
    if (!*at) break;
    at++;
    struct conversion conversion = read_conversion(&at, &arguments);
    int length = read_length(&at);
    if (!*at) break;
    conversion.letter = *at++;
    convert(sink, &conversion, length, &arguments);
  }
  va_end(arguments);
}
