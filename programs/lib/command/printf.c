/* printf format [argument...]: formatted output; the format is used again until the arguments are used up.
 *
 * Understands \n \t \r \a \b \f \v \\ \0nnn, and %d %i %u %o %x %X %c %s %b %f %e %g %%. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **operands;
static int operands_left, failed;

static const char *next_operand(void) {
  if (!operands_left) return NULL;
  operands_left--;
  return *operands++;
}

/* Prints the escape sequence behind a backslash; returns what follows it. */
static const char *print_escape(const char *at) {
  static const char letters[] = "abfnrtv\\", characters[] = "\a\b\f\n\r\t\v\\";
  const char *letter = *at ? strchr(letters, *at) : NULL;
  if (letter) return putchar(characters[letter - letters]), at + 1;
  if (*at < '0' || *at > '7') return putchar('\\'), at;
  int code = 0;
  for (int digits = *at == '0' ? 4 : 3; digits && *at >= '0' && *at <= '7'; digits--)
    code = code * 8 + *at++ - '0';
  putchar(code);
  return at;
}

static void print_escaped(const char *at) {
  while (*at) {
    if (*at == '\\') at = print_escape(at + 1);
    else putchar(*at++);
  }
}

/* A number, or the code of the character behind a quote. */
static long number_operand(void) {
  const char *text = next_operand();
  if (!text) return 0;
  if (*text == '"' || *text == '\'') return (unsigned char)text[1];
  char *end;
  long number = strtol(text, &end, 0);
  if (*end || end == text) {
    fprintf(stderr, "printf: %s: not a number\n", text);
    failed = 1;
  }
  return number;
}

static void print_conversion(const char *pattern, size_t length) {
  char format[40];
  char letter = pattern[length - 1];
  if (length + 2 > sizeof format) return;
  memcpy(format, pattern, length - 1);
  strcpy(format + length - 1, strchr("diuoxX", letter) ? (char[]){'l', letter, 0} : (char[]){letter, 0});
  const char *text;
  switch (letter) {
    case '%': putchar('%'); break;
    case 'b': text = next_operand(), print_escaped(text ? text : ""); break;
    case 's': text = next_operand(), printf(format, text ? text : ""); break;
    case 'c':
      text = next_operand();
      if (text && *text) printf(format, *text);
      break;
    case 'f':
    case 'e':
    case 'g': text = next_operand(), printf(format, text ? strtod(text, NULL) : 0.0); break;
    default: printf(format, number_operand());
  }
}

static void print_once(const char *at) {
  while (*at) {
    if (*at == '\\') {
      at = print_escape(at + 1);
    } else if (*at == '%') {
      size_t length = 1 + strspn(at + 1, "-+ #0123456789.");
      if (!at[length] || !strchr("diuoxXcsbfeg%", at[length])) {
        fprintf(stderr, "printf: %s: unknown conversion\n", at);
        failed = 1;
        return;
      }
      print_conversion(at, length + 1);
      at += length + 1;
    } else {
      putchar(*at++);
    }
  }
}

int printf_command(int count, char **arguments) {
  if (count < 2) return fprintf(stderr, "usage: printf format [argument...]\n"), 2;
  operands = arguments + 2;
  operands_left = count - 2;
  failed = 0;
  int before;
  do {
    before = operands_left;
    print_once(arguments[1]);
  } while (operands_left && operands_left < before && !failed);
  return fflush(stdout) != 0 || failed;
}
