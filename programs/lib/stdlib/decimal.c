/* Floating-point numbers from text. Correct to the last bit for up to 15 digits and small exponents, where
 * both the digits and the power of ten are exact; otherwise it may be off in the last place. */
#include <ctype.h>
#include <stdlib.h>

static double power_of_ten(int exponent) {
  double result = 1, factor = 10;
  for (; exponent > 0; exponent >>= 1, factor *= factor)
    if (exponent & 1) result *= factor;
  return result;
}

double strtod(const char *text, char **end) {
  const char *at = text;
  while (isspace(*at)) at++;
  int negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  double number = 0;
  int exponent = 0, digits = 0;
  for (; isdigit(*at); at++, digits++) number = number * 10 + (*at - '0');
  if (*at == '.')
    for (at++; isdigit(*at); at++, digits++, exponent--) number = number * 10 + (*at - '0');
  if (!digits) at = text;
  else if ((*at | 32) == 'e') {
    char *after;
    long written = strtol(at + 1, &after, 10);
    if (after != at + 1) exponent += (int)written, at = after;
  }
  if (end) *end = (char *)at;
  if (exponent > 400) exponent = 400;
  if (exponent < -400) exponent = -400;
  number = exponent < 0 ? number / power_of_ten(-exponent) : number * power_of_ten(exponent);
  return negative ? -number : number;
}
