/* The C library itself. Compiled for another system with another library, this prints the same. */
#define _GNU_SOURCE
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void print_formats(void) {
  printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%-8.3d]\n", -42, 42, 42, 42, 42, 42, 7, 7, 7);
  printf("[%x] [%X] [%#x] [%#o] [%o] [%u] [%#x]\n", 255, 255, 255, 8, 8, UINT_MAX, 0);
  printf("[%ld] [%lu] [%lx] [%hhd] [%hu] [%zu] [%jd]\n", LONG_MIN, ULONG_MAX, ULONG_MAX, 300,
         (unsigned short)65535, (size_t)12, (intmax_t)-3);
  printf("[%s] [%10s] [%-10s] [%.2s] [%c] [%5c] [%-3c] [%%]\n", "text", "right", "left", "cut", 'c', 'r',
         'l');
  printf("[%*d] [%-*d] [%.*s]\n", 6, 1, 6, 2, 3, "abcdef");
}

static void print_floats(void) {
  static const double numbers[] = {
      0,      1,    -1,        0.1,    0.5,     1.5,           2.5,   3.14159265358979,
      1e10,   1e-5, 1.0 / 3,   100000, 1e6,     123456789.125, 1e100, 2e-308,
      5e-324, 1e15, 0.0001234, 999999, 9999995, 0.99999949999, 1e22,  1.7976931348623157e308};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    printf("%g %f %e %.3f %.10g %.17g [%12.4f] [%-12.2e] [%+.1f]\n", numbers[i], numbers[i], numbers[i],
           numbers[i], numbers[i], numbers[i], numbers[i], numbers[i], numbers[i]);
  double zero = 0;
  printf("%f %f %g %5.1f|\n", 1 / zero, -1 / zero, -zero, 1 / zero);
}

static void numbers_from_text(void) {
  static const char *const texts[] = {"0",
                                      "42",
                                      "-17",
                                      "  +5x",
                                      "0x1F",
                                      "077",
                                      "abc",
                                      "",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "0x",
                                      "zz"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *end, *end36;
    long automatic = strtol(texts[i], &end, 0), base36 = strtol(texts[i], &end36, 36);
    printf("%s: %ld rest %s, base 36 %ld rest %s, atoi %d\n", texts[i], automatic, end, base36, end36,
           strlen(texts[i]) < 8 ? atoi(texts[i]) : 0);
  }
  printf("%g %g %g %g\n", strtod("1.5e3", NULL), strtod("-0.25", NULL), strtod(".5", NULL),
         strtod("12abc", NULL));
}

static void strings(void) {
  char text[64] = "one,two;;three", *rest, *part;
  for (part = strtok_r(text, ",;", &rest); part; part = strtok_r(NULL, ",;", &rest)) printf("[%s] ", part);
  printf("\n%d %d %d\n", strcmp("a", "b") < 0, strcmp("b", "a") > 0, strcmp("", ""));
  printf("%d %d %d\n", strncmp("abc", "abd", 2), strcasecmp("ABC", "abc"), memcmp("ab\0c", "ab\0d", 4) < 0);
  printf("%s %s %s\n", strchr("hello", 'l'), strrchr("hello", 'l'), strstr("hello world", "o w"));
  printf("%zu %zu %zu\n", strspn("aabbc", "ab"), strcspn("hello", "ol"), strnlen("hello", 3));
  memmove(text, "0123456789", 11);
  memmove(text + 2, text, 5);
  printf("%s ", text);
  memmove(text, "0123456789", 11);
  memmove(text, text + 3, 6);
  printf("%s\n", text);
  int classes[8] = {0};
  for (int c = 0; c < 128; c++) {
    classes[0] += isalpha(c) != 0, classes[1] += isdigit(c) != 0, classes[2] += isspace(c) != 0;
    classes[3] += ispunct(c) != 0, classes[4] += isprint(c) != 0, classes[5] += isxdigit(c) != 0;
    classes[6] += toupper(c) != c, classes[7] += iscntrl(c) != 0;
  }
  for (int i = 0; i < 8; i++) printf("%d ", classes[i]);
  printf("\n");
}

static int compare_ints(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}

static void sorting(void) {
  enum { COUNT = 1000 };
  static int items[COUNT];
  unsigned int random = 1;
  static const char *const kinds[] = {"random", "rising", "falling", "equal", "few values"};
  for (int kind = 0; kind < 5; kind++) {
    for (int i = 0; i < COUNT; i++) {
      random = random * 1103515245 + 12345;
      items[i] = kind == 0   ? (int)(random >> 1)
                 : kind == 1 ? i
                 : kind == 2 ? -i
                 : kind == 3 ? 5
                             : (int)(random >> 16) % 3;
    }
    qsort(items, COUNT, sizeof *items, compare_ints);
    int wrong = 0;
    for (int i = 1; i < COUNT; i++) wrong += items[i - 1] > items[i];
    printf("%s: out of order %d; ", kinds[kind], wrong);
  }
  int key = items[COUNT / 2], missing = 12345;
  printf("found %d %d\n", bsearch(&key, items, COUNT, sizeof *items, compare_ints) != NULL,
         bsearch(&missing, items, COUNT, sizeof *items, compare_ints) != NULL);
}

/* Blocks of many sizes, each filled with its own number, in a changing order. */
static void allocation(void) {
  enum { BLOCKS = 200 };
  static unsigned char *blocks[BLOCKS];
  static size_t sizes[BLOCKS];
  unsigned int random = 7;
  int damaged = 0, misaligned = 0;
  for (int round = 0; round < 5000; round++) {
    random = random * 1103515245 + 12345;
    int i = (int)(random >> 8) % BLOCKS;
    for (size_t j = 0; j < sizes[i]; j += 97) damaged += blocks[i][j] != (unsigned char)i;
    size_t size = (random >> 4) % (round % 50 ? 3000 : 300000);
    if (round % 3 == 0) {
      blocks[i] = realloc(blocks[i], size + 1);
      for (size_t j = 0; j < (size < sizes[i] ? size : sizes[i]); j += 97)
        damaged += blocks[i][j] != (unsigned char)i;
    } else {
      free(blocks[i]);
      blocks[i] = malloc(size + 1);
    }
    misaligned += ((unsigned long)blocks[i] & 15) != 0;
    sizes[i] = size + 1;
    memset(blocks[i], i, size + 1);
  }
  char *zeros = calloc(1000, 10);
  int sum = 0;
  for (int i = 0; i < 10000; i++) sum += zeros[i];
  printf("damaged %d, misaligned %d, calloc %d\n", damaged, misaligned, sum);
}

static void environment(void) {
  setenv("ONE", "1", 1);
  setenv("ONE", "2", 0);
  setenv("TWO", "two", 1);
  printf("%s %s ", getenv("ONE"), getenv("TWO"));
  setenv("ONE", "3", 1);
  unsetenv("TWO");
  printf("%s %d %d\n", getenv("ONE"), getenv("TWO") == NULL, setenv("A=B", "x", 1));
}

static void streams(void) {
  FILE *file = fopen("/tmp/test-library", "w+");
  for (int i = 0; i < 1000; i++) fprintf(file, "line %d\n", i);
  printf("position %ld, ", ftell(file));
  fseek(file, 0, SEEK_SET);
  char line[40], *long_line = NULL;
  size_t room = 0;
  for (int i = 0; i < 500; i++) fgets(line, sizeof line, file);
  ssize_t length = getline(&long_line, &room, file);
  printf("%s%s%ld ", line, long_line, (long)length);
  int character = fgetc(file);
  ungetc(character, file);
  int again = fgetc(file);
  printf("%c%c, position %ld, ", character, again, ftell(file));
  fseek(file, -5, SEEK_END);
  printf("%zu ", fread(line, 1, 20, file));
  printf("end %d, ", feof(file) != 0);
  printf("then %d\n", fgetc(file));
  fclose(file);
  remove("/tmp/test-library");
}

int main(void) {
  print_formats();
  print_floats();
  numbers_from_text();
  strings();
  sorting();
  allocation();
  environment();
  streams();
  return 0;
}
