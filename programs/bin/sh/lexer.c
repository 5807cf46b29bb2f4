/* Tokens: words as they are written, with their quotes, and operators. */
#include "shell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct token peeked;
static int has_peeked;

/* Here-documents whose text follows the next newline. */
static struct {
  struct redirection *redirection;
  int strip_tabs;
} expected[8];
static int expected_count;

struct lexer_state lexer_start(struct input *input) {
  struct lexer_state before = {current_input, peeked, has_peeked};
  current_input = input;
  has_peeked = expected_count = 0;
  return before;
}

void lexer_restore(struct lexer_state state) {
  current_input = state.input;
  peeked = state.peeked;
  has_peeked = state.has_peeked;
}

static int next(void) { return input_next(current_input); }

static int next_of_quoted(const char *what) {
  int character = next();
  if (character == EOF) syntax_error(what);
  if (character == '\n') prompt_continues = 1;
  return character;
}

/* Reads up to the closing character, which is included; quotes and substitutions inside nest. */
static void read_until(struct buffer *word, int close);

static void read_nested(struct buffer *word, int character) {
  if (character == '\\') {
    buffer_put(word, '\\');
    buffer_put(word, (char)next_of_quoted("\\"));
  } else if (character == '\'' || character == '"' || character == '`') {
    buffer_put(word, (char)character);
    read_until(word, character);
  } else if (character == '$') {
    buffer_put(word, '$');
    int open = next();
    if (open == '(' || open == '{') {
      buffer_put(word, (char)open);
      read_until(word, open == '(' ? ')' : '}');
    } else if (open != EOF) {
      input_back(current_input, open);
    }
  } else {
    buffer_put(word, (char)character);
  }
}

static void read_until(struct buffer *word, int close) {
  for (;;) {
    int character = next_of_quoted((char[]){(char)close, 0});
    if (character == close) break;
    if (close == ')' && character == '(') {
      buffer_put(word, '(');
      read_until(word, ')');
    } else if (close == '\'' || (close == '"' && character == '\'')) {
      buffer_put(word, (char)character);
    } else {
      read_nested(word, character);
    }
  }
  buffer_put(word, (char)close);
}

const char *skip_quoted(const char *text) {
  char close = *text == '$' ? (text[1] == '(' ? ')' : '}') : *text;
  const char *at = text + (*text == '$' ? 2 : 1);
  int depth = 0;
  for (; *at && (*at != close || depth); at++) {
    if (close == '\'') continue;
    if (*at == '\\' && at[1]) at++;
    else if (close == ')' && *at == '(') depth++;
    else if (close == ')' && *at == ')') depth--;
    else if (*at == '$' && (at[1] == '(' || at[1] == '{')) at = skip_quoted(at) - 1;
    else if (close != '"' && (*at == '\'' || *at == '"')) at = skip_quoted(at) - 1;
    else if (close != '`' && *at == '`') at = skip_quoted(at) - 1;
    if (!*at) break;
  }
  return *at ? at + 1 : at;
}

static struct token read_operator(int first) {
  char text[4] = {(char)first, 0, 0, 0};
  static const char *const longer[] = {"&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|", "<<-"};
  for (size_t length = 1; length < 3; length++) {
    text[length] = (char)next();
    int known = 0;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) known |= strcmp(text, longer[i]) == 0;
    if (known) continue;
    if (text[length] != (char)EOF) input_back(current_input, (unsigned char)text[length]);
    text[length] = 0;
    break;
  }
  return (struct token){TOKEN_OPERATOR, arena_copy(text, strlen(text))};
}

/* Reads the rest of a word that begins with what is in `word` and goes on with `character`. */
static struct token read_word(struct buffer word, int character) {
  while (character != EOF && !strchr(" \t\n;&|<>()", character)) {
    if (character == '\\') {
      int quoted = next();
      if (quoted != '\n' && quoted != EOF) buffer_put(&word, '\\'), buffer_put(&word, (char)quoted);
    } else {
      read_nested(&word, character);
    }
    character = next();
  }
  if (character != EOF) input_back(current_input, character);
  char *text = buffer_string(&word);
  int number = word.length > 0 && strspn(text, "0123456789") == word.length;
  return (struct token){number && (character == '<' || character == '>') ? TOKEN_NUMBER : TOKEN_WORD, text};
}

/* Reads one line of a here-document; returns 0 when it is the delimiter or the end. */
static int read_document_line(struct buffer *text, const char *delimiter, int strip_tabs) {
  size_t start = text->length;
  int character = next();
  while (strip_tabs && character == '\t') character = next();
  for (; character != EOF && character != '\n'; character = next()) buffer_put(text, (char)character);
  int is_end = text->length - start == strlen(delimiter) &&
               memcmp(text->data + start, delimiter, strlen(delimiter)) == 0;
  if (is_end || (character == EOF && text->length == start)) {
    text->length = start;
    return 0;
  }
  buffer_put(text, '\n');
  return 1;
}

static void read_documents(void) {
  for (int i = 0; i < expected_count; i++) {
    struct redirection *redirection = expected[i].redirection;
    struct buffer text = {0};
    buffer_string(&text);
    prompt_continues = 1;
    while (read_document_line(&text, redirection->word, expected[i].strip_tabs)) continue;
    redirection->word = buffer_string(&text);
  }
  expected_count = 0;
}

void lexer_expect_document(struct redirection *redirection, int strip_tabs) {
  if (expected_count == sizeof expected / sizeof *expected) syntax_error("<<");
  expected[expected_count].redirection = redirection;
  expected[expected_count++].strip_tabs = strip_tabs;
}

static struct token read_token(void) {
  for (;;) {
    int character = next();
    if (character == ' ' || character == '\t') continue;
    if (character == '#') {
      while (character != '\n' && character != EOF) character = next();
    }
    struct buffer word = {0};
    if (character == '\\') {
      int quoted = next();
      if (quoted == '\n') continue;
      buffer_put(&word, '\\');
      if (quoted != EOF) buffer_put(&word, (char)quoted);
      return read_word(word, next());
    }
    if (character == EOF) return (struct token){TOKEN_END, NULL};
    if (character == '\n') {
      if (expected_count) read_documents();
      return (struct token){TOKEN_NEWLINE, NULL};
    }
    return strchr(";&|<>()", character) ? read_operator(character) : read_word(word, character);
  }
}

struct token lexer_peek(void) {
  if (!has_peeked) peeked = read_token();
  has_peeked = 1;
  return peeked;
}

struct token lexer_next(void) {
  struct token token = lexer_peek();
  has_peeked = 0;
  return token;
}

int lexer_at_end(void) { return has_peeked ? peeked.kind == TOKEN_END : input_is_exhausted(current_input); }
