/* Permissions as a user writes them: octal, or who (u g o a), operation (+ - =) and rights (r w x X s t). */
#include <command.h>
#include <stdlib.h>
#include <string.h>

static unsigned int parse_who(const char **at) {
  unsigned int who = 0;
  for (;; ++*at) {
    if (**at == 'u') who |= 04700;
    else if (**at == 'g') who |= 02070;
    else if (**at == 'o') who |= 01007;
    else if (**at == 'a') who |= 07777;
    else return who ? who : 07777;
  }
}

static unsigned int parse_rights(const char **at, unsigned int current, int is_directory) {
  unsigned int rights = 0;
  for (;; ++*at) {
    if (**at == 'r') rights |= 0444;
    else if (**at == 'w') rights |= 0222;
    else if (**at == 'x') rights |= 0111;
    else if (**at == 'X') rights |= is_directory || current & 0111 ? 0111 : 0;
    else if (**at == 's') rights |= 06000;
    else if (**at == 't') rights |= 01000;
    else return rights;
  }
}

int parse_mode(const char *text, unsigned int current, int is_directory) {
  char *end;
  long octal = strtol(text, &end, 8);
  if (end != text) return *end || octal < 0 || octal > 07777 ? -1 : (int)octal;
  unsigned int mode = current & 07777;
  for (;; text++) {
    unsigned int who = parse_who(&text);
    char operation = *text;
    if (!operation || !strchr("+-=", operation)) return -1;
    text++;
    unsigned int rights = parse_rights(&text, mode, is_directory) & who;
    if (operation == '=') mode &= ~(who & 0777);
    if (operation == '-') mode &= ~rights;
    else mode |= rights;
    if (*text != ',') return *text ? -1 : (int)mode;
  }
}
