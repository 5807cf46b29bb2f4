/* %f %e %g, exactly: a double is a whole number times a power of two, so its decimal expansion is finite. It
 * is worked out digit by digit in a long number of base 10^9, then rounded half to even, as IEEE 754 asks. */
#include "format.h"

#include <stdint.h>
#include <string.h>

#define BASE 1000000000u
#define WHOLE 36     /* 9-digit groups before the point: 2^1024 < 10^309 */
#define FRACTION 120 /* groups behind it: 2^-1074 has 1074 decimals */

/* The decimal digits of a number, most significant first: digits[0] has the weight 10^exponent. */
struct decimal {
  char digits[(WHOLE + FRACTION) * 9];
  int count, exponent;
};

/* Multiplies the groups in place by two. */
static void double_groups(uint32_t *groups, int first, int end) {
  uint32_t carry = 0;
  for (int i = end - 1; i >= first; i--) {
    uint32_t twice = groups[i] * 2 + carry;
    carry = twice >= BASE;
    groups[i] = carry ? twice - BASE : twice;
  }
  if (first > 0) groups[first - 1] += carry;
}

static void halve_groups(uint32_t *groups, int first, int end) {
  uint32_t carry = 0;
  for (int i = first; i < end; i++) {
    uint32_t group = groups[i] + carry;
    carry = group & 1 ? BASE : 0;
    groups[i] = group / 2;
  }
}

/* Multiplies `mantissa` (placed just before the point) by 2^power. */
static void scale(uint32_t *groups, uint64_t mantissa, int power) {
  groups[WHOLE - 1] = (uint32_t)(mantissa % BASE);
  groups[WHOLE - 2] = (uint32_t)(mantissa / BASE % BASE);
  int first = WHOLE - 2, end = WHOLE;
  for (; power > 0; power--) {
    double_groups(groups, first, end);
    if (first > 0 && groups[first - 1]) first--;
  }
  for (; power < 0; power++) {
    if (end < WHOLE + FRACTION && groups[end - 1] & 1) end++;
    halve_groups(groups, first, end);
  }
}

static void to_decimal(double number, struct decimal *decimal) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  uint64_t mantissa = bits & 0xfffffffffffffUL;
  int power = (int)(bits >> 52 & 0x7ff);
  if (power) mantissa |= 1UL << 52;
  else power = 1;
  uint32_t groups[WHOLE + FRACTION];
  memset(groups, 0, sizeof groups);
  scale(groups, mantissa, power - 1075);
  int count = 0;
  for (int i = 0; i < WHOLE + FRACTION; i++)
    for (uint32_t weight = BASE / 10; weight; weight /= 10)
      decimal->digits[count++] = (char)(groups[i] / weight % 10);
  int leading = 0;
  while (leading < count - 1 && decimal->digits[leading] == 0) leading++;
  if (mantissa == 0) leading = WHOLE * 9 - 1;
  memmove(decimal->digits, decimal->digits + leading, (size_t)(count - leading));
  decimal->count = count - leading;
  decimal->exponent = WHOLE * 9 - 1 - leading;
}

/* Keeps `keep` digits (0 or less: keeps nothing, but may round up to one). */
static void round_to(struct decimal *decimal, int keep) {
  if (keep >= decimal->count) return;
  int up = 0;
  if (keep >= 0) {
    const char *next = decimal->digits + keep;
    up = *next > 5;
    if (*next == 5) {
      for (int i = keep + 1; i < decimal->count; i++) up |= decimal->digits[i];
      up = up || (keep > 0 && next[-1] & 1);
    }
  }
  decimal->count = keep > 0 ? keep : 0;
  if (!up) return;
  int i = decimal->count - 1;
  for (; i >= 0 && decimal->digits[i] == 9; i--) decimal->digits[i] = 0;
  if (i >= 0) {
    decimal->digits[i]++;
    return;
  }
  memmove(decimal->digits + 1, decimal->digits, (size_t)decimal->count);
  decimal->digits[0] = 1;
  decimal->exponent++;
  if (decimal->count == 0) decimal->count = 1;
}

static char digit_at(const struct decimal *decimal, int weight) {
  int index = decimal->exponent - weight;
  return (char)('0' + (index >= 0 && index < decimal->count ? decimal->digits[index] : 0));
}

#define LONGEST 400 /* decimals beyond which %f gives up being exact and writes zeros */
#define TEXT_SIZE (WHOLE * 9 + LONGEST + 8)

static int write_fixed(char *to, const struct decimal *decimal, int decimals, int point) {
  int length = 0;
  for (int weight = decimal->exponent > 0 ? decimal->exponent : 0; weight >= 0; weight--)
    to[length++] = digit_at(decimal, weight);
  if (decimals > 0 || point) to[length++] = '.';
  for (int weight = -1; weight >= -decimals; weight--) to[length++] = digit_at(decimal, weight);
  return length;
}

static int write_exponential(char *to, const struct decimal *decimal, int decimals, int point, char letter) {
  int length = 0, exponent = decimal->exponent;
  to[length++] = digit_at(decimal, exponent);
  if (decimals > 0 || point) to[length++] = '.';
  for (int i = 1; i <= decimals; i++) to[length++] = digit_at(decimal, exponent - i);
  to[length++] = letter;
  to[length++] = exponent < 0 ? '-' : '+';
  if (exponent < 0) exponent = -exponent;
  if (exponent >= 100) to[length++] = (char)('0' + exponent / 100);
  to[length++] = (char)('0' + exponent / 10 % 10);
  to[length++] = (char)('0' + exponent % 10);
  return length;
}

/* %g: as short as it can be with `precision` significant digits, without trailing zeros. */
static int write_general(char *to, struct decimal *decimal, int precision, int keep_zeros, char letter) {
  if (precision == 0) precision = 1;
  round_to(decimal, precision);
  int digits = precision;
  if (!keep_zeros)
    while (digits > 1 && digit_at(decimal, decimal->exponent - digits + 1) == '0') digits--;
  if (decimal->exponent < -4 || decimal->exponent >= precision)
    return write_exponential(to, decimal, digits - 1, keep_zeros, letter);
  int decimals = digits - 1 - decimal->exponent;
  return write_fixed(to, decimal, decimals > 0 ? decimals : 0, keep_zeros);
}

static int write_finite(char *to, const struct conversion *conversion, double number) {
  struct decimal decimal;
  to_decimal(number, &decimal);
  int precision = conversion->precision < 0 ? 6 : conversion->precision;
  if (precision > LONGEST) precision = LONGEST;
  int is_zero = decimal.digits[0] == 0;
  char lower = conversion->letter | 32, exponent_letter = (char)(conversion->letter - lower + 'e');
  if (lower == 'g') return write_general(to, &decimal, precision, conversion->alternative, exponent_letter);
  if (lower == 'e') {
    round_to(&decimal, precision + 1);
    return write_exponential(to, &decimal, precision, conversion->alternative, exponent_letter);
  }
  if (!is_zero) round_to(&decimal, decimal.exponent + 1 + precision);
  return write_fixed(to, &decimal, precision, conversion->alternative);
}

void format_float(struct sink *sink, const struct conversion *original, double number) {
  struct conversion conversion = *original;
  char text[TEXT_SIZE];
  int length = 3;
  const char *sign = __builtin_signbit(number) ? "-" : conversion.plus ? "+" : conversion.space ? " " : "";
  int capital = conversion.letter < 'a';
  if (number != number) memcpy(text, capital ? "NAN" : "nan", 3), conversion.zero = 0;
  else if (number - number != 0) memcpy(text, capital ? "INF" : "inf", 3), conversion.zero = 0;
  else length = write_finite(text, &conversion, number < 0 ? -number : number);
  format_padded(sink, &conversion, sign, text, length, 0);
}
