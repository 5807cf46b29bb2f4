/* $(( )): C's operators on 64-bit numbers, by precedence climbing. Names stand for variables. */
#include "shell.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *at;

static const struct {
  char text[3];
  int precedence;
} operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<=", 7}, {">=", 7}, {"<<", 8}, {">>", 8}, {"|", 3},
    {"^", 4},  {"&", 5},  {"<", 7},  {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};
#define OPERATOR_COUNT (sizeof operators / sizeof *operators)
#define LOWEST 1

static long parse_ternary(void);

static void skip_space(void) {
  while (isspace(*at)) at++;
}

static _Noreturn void fail(const char *problem) {
  fprintf(stderr, "sh: arithmetic: %s\n", problem);
  shell_error(2);
}

static long variable_number(const char *name) {
  const char *value = variable_value(name);
  return value ? strtol(value, NULL, 0) : 0;
}

/* NAME, or NAME = expression, or NAME += expression and so on. */
static long parse_name(void) {
  size_t length = 0;
  while (isalnum(at[length]) || at[length] == '_') length++;
  char *name = arena_copy(at, length);
  at += length;
  skip_space();
  char operation = 0;
  if (*at == '=' && at[1] != '=') at++, operation = '=';
  else if (*at && strchr("+-*/%", *at) && at[1] == '=') operation = *at, at += 2;
  if (!operation) return variable_number(name);
  long right = parse_ternary(), left = variable_number(name);
  if (strchr("/%", operation) && right == 0) fail("division by zero");
  long result = operation == '='   ? right
                : operation == '+' ? left + right
                : operation == '-' ? left - right
                : operation == '*' ? left * right
                : operation == '/' ? left / right
                                   : left % right;
  char text[24];
  snprintf(text, sizeof text, "%ld", result);
  variable_set(name, text);
  return result;
}

static long parse_unary(void) {
  skip_space();
  switch (*at) {
    case '-': return at++, -parse_unary();
    case '+': return at++, parse_unary();
    case '!': return at++, !parse_unary();
    case '~': return at++, ~parse_unary();
    case '(': {
      at++;
      long value = parse_ternary();
      skip_space();
      if (*at != ')') fail("( is not closed");
      return at++, value;
    }
  }
  if (isalpha(*at) || *at == '_') return parse_name();
  char *end;
  long value = strtol(at, &end, 0);
  if (end == at) fail("a number is missing");
  return at = end, value;
}

/* The operation that comes next and binds at least as tightly as `precedence`, or -1. */
static int next_operator(int precedence) {
  skip_space();
  for (size_t i = 0; i < OPERATOR_COUNT; i++) {
    size_t length = strlen(operators[i].text);
    if (strncmp(at, operators[i].text, length) == 0)
      return operators[i].precedence >= precedence ? (int)i : -1;
  }
  return -1;
}

static long apply(const char *operation, long left, long right) {
  switch (operation[0] * 256 + operation[1]) {
    case '|' * 256 + '|': return left || right;
    case '&' * 256 + '&': return left && right;
    case '=' * 256 + '=': return left == right;
    case '!' * 256 + '=': return left != right;
    case '<' * 256 + '=': return left <= right;
    case '>' * 256 + '=': return left >= right;
    case '<' * 256 + '<': return left << right;
    case '>' * 256 + '>': return left >> right;
    case '|' * 256: return left | right;
    case '^' * 256: return left ^ right;
    case '&' * 256: return left & right;
    case '<' * 256: return left < right;
    case '>' * 256: return left > right;
    case '+' * 256: return left + right;
    case '-' * 256: return left - right;
    case '*' * 256: return left * right;
  }
  if (right == 0) fail("division by zero");
  return operation[0] == '/' ? left / right : left % right;
}

static long parse_binary(int precedence) {
  long left = parse_unary();
  int operation;
  while ((operation = next_operator(precedence)) >= 0) {
    at += strlen(operators[operation].text);
    left = apply(operators[operation].text, left, parse_binary(operators[operation].precedence + 1));
  }
  return left;
}

static long parse_ternary(void) {
  long value = parse_binary(LOWEST);
  skip_space();
  if (*at != '?') return value;
  at++;
  long yes = parse_ternary();
  skip_space();
  if (*at != ':') fail(": is missing");
  at++;
  long no = parse_ternary();
  return value ? yes : no;
}

long evaluate(const char *expression) {
  const char *outer = at;
  at = expression;
  skip_space();
  long value = *at ? parse_ternary() : 0;
  skip_space();
  if (*at) fail("not understood");
  at = outer;
  return value;
}
