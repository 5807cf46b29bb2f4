/* expr: arithmetic and comparison in the shell: expr 1 + 2, expr a = b, expr length word, expr text :
 * expression. */
#include <command.h>
#include <regular_expression.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **words;

static char *parse_or(void);

static char *from_number(long number) {
  char *text = malloc(24);
  if (!text) exit(2);
  snprintf(text, 24, "%ld", number);
  return text;
}

static int to_number(const char *text, long *number) {
  char *end;
  *number = strtol(text, &end, 10);
  return end != text && !*end;
}

static long number(const char *text) {
  long value;
  if (to_number(text, &value)) return value;
  fprintf(stderr, "expr: %s: not a number\n", text);
  exit(2);
}

static int next_is(const char *list) {
  if (!*words) return 0;
  char padded[16];
  if (strlen(*words) > 8) return 0;
  snprintf(padded, sizeof padded, " %s ", *words);
  return strstr(list, padded) != NULL;
}

static char *take(void) {
  if (!*words) usage("expr expression");
  return *words++;
}

static char *parse_primary(void) {
  char *word = take();
  if (strcmp(word, "(") == 0) {
    char *value = parse_or();
    if (strcmp(take(), ")") != 0) usage("expr expression");
    return value;
  }
  if (strcmp(word, "length") == 0 && *words) return from_number((long)strlen(take()));
  return word;
}

/* text : expression gives the length of the match at the beginning. */
static char *parse_match(void) {
  char *left = parse_primary();
  while (next_is(" : ")) {
    take();
    struct expression *expression = expression_compile(take(), 0, 0);
    size_t start, end;
    if (!expression) usage("expr text : expression");
    left = from_number(expression_find(expression, left, strlen(left), &start, &end) && start == 0 ? (long)end
                                                                                                   : 0);
  }
  return left;
}

static char *parse_product(void) {
  char *left = parse_match();
  while (next_is(" * / % ")) {
    char operation = *take();
    long a = number(left), b = number(parse_match());
    if (operation != '*' && b == 0) exit((fprintf(stderr, "expr: division by zero\n"), 2));
    left = from_number(operation == '*' ? a * b : operation == '/' ? a / b : a % b);
  }
  return left;
}

static char *parse_sum(void) {
  char *left = parse_product();
  while (next_is(" + - ")) {
    char operation = *take();
    long a = number(left), b = number(parse_product());
    left = from_number(operation == '+' ? a + b : a - b);
  }
  return left;
}

static char *parse_comparison(void) {
  char *left = parse_sum();
  while (next_is(" = != < <= > >= ")) {
    char *operation = take(), *right = parse_sum();
    long a, b, sign;
    if (to_number(left, &a) && to_number(right, &b)) sign = a < b ? -1 : a > b;
    else sign = strcmp(left, right);
    int value = *operation == '='   ? sign == 0
                : *operation == '!' ? sign != 0
                : *operation == '<' ? sign < (operation[1] == '=')
                                    : sign > -(operation[1] == '=');
    left = from_number(value);
  }
  return left;
}

static int is_true(const char *text) { return *text && strcmp(text, "0") != 0; }

static char *parse_and(void) {
  char *left = parse_comparison();
  while (next_is(" & ")) {
    take();
    char *right = parse_comparison();
    if (!is_true(left) || !is_true(right)) left = "0";
  }
  return left;
}

static char *parse_or(void) {
  char *left = parse_and();
  while (next_is(" | ")) {
    take();
    char *right = parse_and();
    if (!is_true(left)) left = is_true(right) ? right : "0";
  }
  return left;
}

int main(int argc, char **argv) {
  (void)argc;
  words = argv + 1;
  char *value = parse_or();
  if (*words) usage("expr expression");
  puts(value);
  return fflush(stdout) != 0 ? 2 : !is_true(value);
}
