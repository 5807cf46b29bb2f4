/* Compiling regular expressions, by recursive descent:
 *
 *     alternatives = sequence { | sequence }        (| and groups are \| \( \) in basic expressions)
 *     sequence     = { atom [repetition] }
 *     atom         = character | . | [set] | ^ | $ | ( alternatives )
 *     repetition   = * | + | ? | {least,most}       (\+ \? \{ \} in basic
 * expressions) */
#include "program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
  struct expression *expression;
  const char *at, *pattern;
  int extended, failed, depth;
};

static void parse_alternatives(struct compiler *compiler);

static struct instruction *emit(struct compiler *compiler, enum operation operation) {
  struct expression *expression = compiler->expression;
  if (expression->length == expression->room) {
    expression->room = expression->room ? expression->room * 2 : 32;
    expression->program = realloc(expression->program, (size_t)expression->room * sizeof(struct instruction));
    if (!expression->program) abort();
  }
  struct instruction *instruction = &expression->program[expression->length++];
  *instruction = (struct instruction){.operation = operation, .first = 1, .second = 1};
  return instruction;
}

/* Makes room for a SPLIT before what was emitted from `start` on. */
static struct instruction *insert_split(struct compiler *compiler, int start) {
  emit(compiler, SPLIT);
  struct instruction *program = compiler->expression->program;
  int moved = compiler->expression->length - 1 - start;
  memmove(program + start + 1, program + start, (size_t)moved * sizeof *program);
  program[start] = (struct instruction){.operation = SPLIT, .first = 1, .second = moved + 1};
  return &program[start];
}

static void copy_piece(struct compiler *compiler, int start, int length) {
  for (int i = 0; i < length; i++) {
    struct instruction copy = compiler->expression->program[start + i];
    *emit(compiler, copy.operation) = copy;
  }
}

/* Accepts an operator character: bare in extended expressions, behind a backslash in basic ones. */
static int accept(struct compiler *compiler, char character) {
  if (compiler->extended ? *compiler->at != character
                         : compiler->at[0] != '\\' || compiler->at[1] != character)
    return 0;
  compiler->at += compiler->extended ? 1 : 2;
  return 1;
}

static int looks_at(struct compiler *compiler, char character) {
  const char *at = compiler->at;
  return compiler->extended ? *at == character : at[0] == '\\' && at[1] == character;
}

static void add_to_set(struct compiler *compiler, unsigned char *set, int character) {
  set[character / 8] |= (unsigned char)(1 << character % 8);
  if (!compiler->expression->ignore_case) return;
  set[toupper(character) / 8] |= (unsigned char)(1 << toupper(character) % 8);
  set[tolower(character) / 8] |= (unsigned char)(1 << tolower(character) % 8);
}

/* [:name:]; returns 0 if it is none. */
static int add_class(struct compiler *compiler, unsigned char *set) {
  static const struct {
    const char *name;
    int (*contains)(int);
  } classes[] = {{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum}, {"space", isspace},
                 {"upper", isupper}, {"lower", islower}, {"punct", ispunct}, {"xdigit", isxdigit},
                 {"blank", isblank}, {"print", isprint}, {"graph", isgraph}, {"cntrl", iscntrl}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    size_t length = strlen(classes[i].name);
    const char *at = compiler->at;
    if (strncmp(at, "[:", 2) || strncmp(at + 2, classes[i].name, length) || strncmp(at + 2 + length, ":]", 2))
      continue;
    for (int character = 0; character < 128; character++)
      if (classes[i].contains(character)) add_to_set(compiler, set, character);
    compiler->at += length + 4;
    return 1;
  }
  return 0;
}

/* Behind the opening bracket. */
static void parse_set(struct compiler *compiler) {
  unsigned char *set = calloc(1, 32);
  if (!set) abort();
  int negated = *compiler->at == '^';
  compiler->at += negated;
  const char *first = compiler->at;
  while (*compiler->at && (*compiler->at != ']' || compiler->at == first)) {
    if (add_class(compiler, set)) continue;
    int low = (unsigned char)*compiler->at++, high = low;
    if (compiler->at[0] == '-' && compiler->at[1] && compiler->at[1] != ']') {
      high = (unsigned char)compiler->at[1];
      compiler->at += 2;
    }
    for (int character = low; character <= high; character++) add_to_set(compiler, set, character);
  }
  if (!*compiler->at++) compiler->failed = 1, compiler->at--;
  if (negated)
    for (int i = 0; i < 32; i++) set[i] = (unsigned char)~set[i];
  emit(compiler, MATCH_SET)->set = set;
}

static void parse_group(struct compiler *compiler) {
  compiler->depth++;
  parse_alternatives(compiler);
  if (!accept(compiler, ')')) compiler->failed = 1;
  compiler->depth--;
}

/* In basic expressions, ^ and $ are anchors only where a sequence begins and ends. */
static int is_start_anchor(struct compiler *compiler) {
  const char *at = compiler->at;
  if (*at != '^') return 0;
  return compiler->extended || at == compiler->pattern || strncmp(at - 2, "\\(", 2) == 0 ||
         strncmp(at - 2, "\\|", 2) == 0;
}

static int is_end_anchor(struct compiler *compiler) {
  const char *at = compiler->at;
  if (*at != '$') return 0;
  return compiler->extended || !at[1] || strncmp(at + 1, "\\)", 2) == 0 || strncmp(at + 1, "\\|", 2) == 0;
}

static void parse_atom(struct compiler *compiler) {
  if (accept(compiler, '(')) {
    parse_group(compiler);
  } else if (is_start_anchor(compiler)) {
    compiler->at++;
    emit(compiler, MATCH_START);
  } else if (is_end_anchor(compiler)) {
    compiler->at++;
    emit(compiler, MATCH_END);
  } else if (*compiler->at == '.') {
    compiler->at++;
    emit(compiler, MATCH_ANY);
  } else if (*compiler->at == '[') {
    compiler->at++;
    parse_set(compiler);
  } else {
    if (*compiler->at == '\\' && compiler->at[1]) compiler->at++;
    unsigned char character = (unsigned char)*compiler->at++;
    if (compiler->expression->ignore_case) character = (unsigned char)tolower(character);
    emit(compiler, MATCH_CHARACTER)->character = character;
  }
}

/* Reads {least,most}; most -1 means without limit. */
static void parse_bounds(struct compiler *compiler, int *least, int *most) {
  char *end;
  *least = (int)strtol(compiler->at, &end, 10);
  *most = *least;
  if (*end == ',') {
    *most = -1;
    if (isdigit(*++end)) *most = (int)strtol(end, &end, 10);
  }
  compiler->at = end;
  if (!accept(compiler, '}') || *least < 0 || *least > 255 || *most > 255 || (*most >= 0 && *most < *least))
    compiler->failed = 1;
}

static void make_optional(struct compiler *compiler, int start) { insert_split(compiler, start); }

static void make_loop(struct compiler *compiler, int start) {
  insert_split(compiler, start)->second++;
  struct instruction *back = emit(compiler, SPLIT);
  back->first = back->second = start - (compiler->expression->length - 1);
}

static void repeat(struct compiler *compiler, int start, int least, int most) {
  int length = compiler->expression->length - start;
  for (int i = 1; i < least; i++) copy_piece(compiler, start, length);
  if (most < 0) {
    if (least > 0) copy_piece(compiler, start, length);
    make_loop(compiler, compiler->expression->length - length);
    return;
  }
  if (least == 0) {
    if (most == 0) {
      compiler->expression->length = start;
      return;
    }
    make_optional(compiler, start);
    for (int i = 1; i < most; i++) copy_piece(compiler, start, length + 1);
    return;
  }
  for (int i = least; i < most; i++) {
    int copy = compiler->expression->length;
    copy_piece(compiler, start, length);
    make_optional(compiler, copy);
  }
}

static void parse_repetitions(struct compiler *compiler, int start) {
  for (;;) {
    int least, most;
    if (*compiler->at == '*') compiler->at++, least = 0, most = -1;
    else if (accept(compiler, '+')) least = 1, most = -1;
    else if (accept(compiler, '?')) least = 0, most = 1;
    else if (accept(compiler, '{')) parse_bounds(compiler, &least, &most);
    else return;
    if (compiler->failed) return;
    repeat(compiler, start, least, most);
  }
}

static void parse_sequence(struct compiler *compiler) {
  int first = 1;
  while (*compiler->at && !looks_at(compiler, '|') && !(compiler->depth && looks_at(compiler, ')')) &&
         !compiler->failed) {
    int start = compiler->expression->length;
    int literal_star = first && *compiler->at == '*';
    if (literal_star) {
      emit(compiler, MATCH_CHARACTER)->character = '*';
      compiler->at++;
    } else {
      parse_atom(compiler);
    }
    /* Behind ^ a * stands for itself, in basic expressions. */
    int anchor = compiler->expression->length == start + 1 &&
                 compiler->expression->program[start].operation == MATCH_START && !compiler->extended;
    first = anchor;
    if (!anchor) parse_repetitions(compiler, start);
  }
}

static void parse_alternatives(struct compiler *compiler) {
  int start = compiler->expression->length;
  parse_sequence(compiler);
  while (!compiler->failed && accept(compiler, '|')) {
    /* split: this sequence, or the next one; behind this sequence, jump over the next one */
    insert_split(compiler, start)->second++;
    int jump = compiler->expression->length;
    emit(compiler, SPLIT);
    parse_alternatives(compiler);
    struct instruction *over = &compiler->expression->program[jump];
    over->first = over->second = compiler->expression->length - jump;
  }
}

struct expression *expression_compile(const char *pattern, int extended, int ignore_case) {
  struct expression *expression = calloc(1, sizeof *expression);
  if (!expression) return NULL;
  expression->ignore_case = ignore_case;
  struct compiler compiler = {expression, pattern, pattern, extended, 0, 0};
  parse_alternatives(&compiler);
  if (compiler.failed || *compiler.at) return NULL;
  emit(&compiler, DONE);
  return expression;
}
