/* od [-A d|o|x|n] [-t type] [-N count] [-j skip] [-bcx] [file]: the bytes of a file, as numbers or
 * characters.
 *
 * Types: o1 o2 o4, x1 x2 x4 x8, u1 u2 u4, d1 d2 d4, c. -b is o1, -c is c, -x is x2; o2 unless told. Equal
 * lines are shown once, and then as *. */
#include <command.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *type = "o2";
static char base = 'o';

static int width_of(char letter, int size) {
  static const int octal[] = {0, 3, 6, 0, 11, 0, 0, 0, 22}, decimal[] = {0, 3, 5, 0, 10, 0, 0, 0, 20};
  if (letter == 'x') return size * 2;
  if (letter == 'o') return octal[size];
  return decimal[size] + (letter == 'd');
}

static void print_offset(unsigned long offset) {
  if (base == 'd') printf("%07lu", offset);
  if (base == 'o') printf("%07lo", offset);
  if (base == 'x') printf("%06lx", offset);
}

static void print_character(unsigned char byte) {
  static const char codes[] = "\0\a\b\f\n\r\t\v", letters[] = "0abfnrtv";
  const char *code = memchr(codes, byte, 8);
  if (code) printf("  \\%c", letters[code - codes]);
  else if (isprint(byte)) printf("   %c", byte);
  else printf(" %03o", byte);
}

static void print_number(const unsigned char *bytes, int size) {
  uint64_t number = 0;
  for (int i = size; i-- > 0;) number = number << 8 | bytes[i];
  int width = width_of(*type, size);
  if (*type == 'x') printf(" %0*lx", width, number);
  else if (*type == 'o') printf(" %0*lo", width, number);
  else if (*type == 'u') printf(" %*lu", width, number);
  else printf(" %*ld", width, (int64_t)(number << (64 - 8 * size)) >> (64 - 8 * size));
}

static void print_line(const unsigned char *bytes, size_t length) {
  int size = type[1] ? type[1] - '0' : *type == 'c' ? 1 : 4;
  for (size_t i = 0; i < length; i += (size_t)size) {
    if (*type == 'c') print_character(bytes[i]);
    else print_number(bytes + i, size);
  }
  putchar('\n');
}

static void dump(FILE *from, unsigned long offset, unsigned long limit) {
  unsigned char line[24] = {0}, before[16];
  int same = 0, first = 1;
  while (limit > 0) {
    memset(line, 0, sizeof line);
    size_t length = fread(line, 1, limit < 16 ? limit : 16, from);
    if (length == 0) break;
    limit -= length;
    if (!first && length == 16 && memcmp(line, before, 16) == 0) {
      if (!same) puts("*");
      same = 1;
    } else {
      print_offset(offset);
      print_line(line, length);
      same = 0;
    }
    first = 0;
    memcpy(before, line, 16);
    offset += length;
  }
  print_offset(offset);
  if (base != 'n') putchar('\n');
}

int main(int argc, char **argv) {
  int option;
  unsigned long limit = ~0UL, skip = 0;
  while ((option = getopt(argc, argv, "A:t:N:j:bcx")) != -1) switch (option) {
      case 'A': base = *optarg; break;
      case 't': type = optarg; break;
      case 'N': limit = strtoul(optarg, NULL, 0); break;
      case 'j': skip = strtoul(optarg, NULL, 0); break;
      case 'b': type = "o1"; break;
      case 'c': type = "c"; break;
      case 'x': type = "x2"; break;
      default: return 2;
    }
  if (!strchr("oxudc", *type) || (type[1] && !strchr("1248", type[1])))
    usage("od [-A d|o|x|n] [-t type] [file]");
  FILE *from = optind < argc ? fopen(argv[optind], "r") : stdin;
  if (!from) return complain("od", argv[optind]);
  for (unsigned long i = 0; i < skip && getc(from) != EOF; i++) continue;
  dump(from, skip, limit);
  return fflush(stdout) != 0;
}
