/* Whole numbers from text. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

static int digit_value(char character) {
  if (isdigit(character)) return character - '0';
  if (isalpha(character)) return tolower(character) - 'a' + 10;
  return 99;
}

/* Reads sign, prefix and digits. Sets *overflow if the number does not fit; *end as strtol's. */
static unsigned long read_number(const char *text, char **end, int base, int *negative, int *overflow) {
  const char *at = text;
  while (isspace(*at)) at++;
  *negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  int prefixed = at[0] == '0' && (at[1] | 32) == 'x' && digit_value(at[2]) < 16;
  if ((base == 0 || base == 16) && prefixed) at += 2, base = 16;
  if (base == 0) base = *at == '0' ? 8 : 10;
  unsigned long number = 0;
  const char *first = at;
  *overflow = 0;
  for (; digit_value(*at) < base; at++) {
    *overflow |= __builtin_mul_overflow(number, (unsigned long)base, &number);
    *overflow |= __builtin_add_overflow(number, (unsigned long)digit_value(*at), &number);
  }
  if (end) *end = (char *)(at == first ? text : at);
  return number;
}

unsigned long strtoul(const char *text, char **end, int base) {
  int negative, overflow;
  unsigned long number = read_number(text, end, base, &negative, &overflow);
  if (overflow) return errno = ERANGE, ULONG_MAX;
  return negative ? -number : number;
}

long strtol(const char *text, char **end, int base) {
  int negative, overflow;
  unsigned long number = read_number(text, end, base, &negative, &overflow);
  unsigned long most = (unsigned long)LONG_MAX + (unsigned long)negative;
  if (overflow || number > most) return errno = ERANGE, negative ? LONG_MIN : LONG_MAX;
  return (long)(negative ? -number : number);
}

long atol(const char *text) { return strtol(text, NULL, 10); }
int atoi(const char *text) { return (int)strtol(text, NULL, 10); }
int abs(int number) { return number < 0 ? -number : number; }
long labs(long number) { return number < 0 ? -number : number; }
