/* The grammar of POSIX's shell, by recursive descent: each rule is a function.
 *
 *     line      = and_or { (; | &) and_or } newline
 *     and_or    = pipeline { (&& | ||) pipeline }
 *     pipeline  = [!] command { | command }
 *     command   = simple | ( list ) | { list } | if | while | until | for | case | name() command
 *
 * Reserved words count only where a command may begin. */
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct command *parse_list(void);
static struct command *parse_and_or(void);

_Noreturn void syntax_error(const char *near) {
  fprintf(stderr, "sh: syntax error near %s\n", near ? near : "the end of the line");
  shell_error(2);
}

static _Noreturn void unexpected(struct token token) {
  if (token.kind == TOKEN_END) syntax_error("the end of the input");
  syntax_error(token.kind == TOKEN_NEWLINE ? NULL : token.text);
}

static struct command *make(enum command_kind kind, struct command *left, struct command *right) {
  struct command *command = arena_take(sizeof *command);
  memset(command, 0, sizeof *command);
  command->kind = kind;
  command->left = left;
  command->right = right;
  return command;
}

static int next_is(enum token_kind kind, const char *text) {
  struct token token = lexer_peek();
  return token.kind == kind && strcmp(token.text, text) == 0;
}

static int accept(enum token_kind kind, const char *text) {
  if (!next_is(kind, text)) return 0;
  lexer_next();
  return 1;
}

static void expect(enum token_kind kind, const char *text) {
  if (!accept(kind, text)) unexpected(lexer_peek());
}

static void skip_newlines(void) {
  while (lexer_peek().kind == TOKEN_NEWLINE) {
    prompt_continues = 1;
    lexer_next();
  }
}

static int ends_list(void) {
  static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
  struct token token = lexer_peek();
  if (token.kind == TOKEN_END) return 1;
  if (token.kind == TOKEN_OPERATOR) return strcmp(token.text, ")") == 0 || strcmp(token.text, ";;") == 0;
  if (token.kind != TOKEN_WORD) return 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(token.text, words[i]) == 0) return 1;
  return 0;
}

/* Removes the quotes of a here-document's delimiter; returns whether there were any. */
static int unquote_delimiter(char *word) {
  char *to = word;
  int quoted = 0;
  for (char *at = word; *at; at++) {
    if (*at == '\'' || *at == '"') quoted = 1;
    else if (*at == '\\' && at[1]) quoted = 1, *to++ = *++at;
    else *to++ = *at;
  }
  *to = 0;
  return quoted;
}

static int is_redirection(struct token token) {
  return token.kind == TOKEN_NUMBER || (token.kind == TOKEN_OPERATOR && strchr("<>", token.text[0]));
}

static void parse_redirection(struct redirection **place) {
  struct redirection *redirection = arena_take(sizeof *redirection);
  memset(redirection, 0, sizeof *redirection);
  int descriptor = lexer_peek().kind == TOKEN_NUMBER ? atoi(lexer_next().text) : -1;
  const char *operation = lexer_next().text;
  static const enum redirection_kind kinds[] = {['<'] = REDIRECT_READ, ['>'] = REDIRECT_WRITE};
  redirection->kind = kinds[(unsigned char)operation[0]];
  if (strcmp(operation, ">>") == 0) redirection->kind = REDIRECT_APPEND;
  if (strcmp(operation, "<>") == 0) redirection->kind = REDIRECT_BOTH;
  if (operation[1] == '&') redirection->kind = REDIRECT_COPY;
  if (strncmp(operation, "<<", 2) == 0) redirection->kind = REDIRECT_DOCUMENT;
  redirection->descriptor = descriptor >= 0 ? descriptor : operation[0] == '>';
  struct token word = lexer_next();
  if (word.kind != TOKEN_WORD && word.kind != TOKEN_NUMBER) unexpected(word);
  redirection->word = word.text;
  if (redirection->kind == REDIRECT_DOCUMENT) {
    redirection->quoted = unquote_delimiter(redirection->word);
    lexer_expect_document(redirection, operation[2] == '-');
  }
  while (*place) place = &(*place)->next;
  *place = redirection;
}

static struct command *parse_function(char *name) {
  expect(TOKEN_OPERATOR, "(");
  expect(TOKEN_OPERATOR, ")");
  skip_newlines();
  struct command *command = make(COMMAND_FUNCTION, NULL, NULL);
  command->name = name;
  command->left = parse_and_or();
  return command;
}

static struct command *parse_simple(void) {
  struct command *command = make(COMMAND_SIMPLE, NULL, NULL);
  for (;;) {
    struct token token = lexer_peek();
    if (is_redirection(token)) {
      parse_redirection(&command->redirections);
    } else if (token.kind == TOKEN_WORD) {
      lexer_next();
      int first = command->words.count == 0;
      if (first && assignment_name_length(token.text)) list_add(&command->assignments, token.text);
      else if (first && next_is(TOKEN_OPERATOR, "(")) return parse_function(token.text);
      else list_add(&command->words, token.text);
    } else {
      break;
    }
  }
  if (!command->words.count && !command->assignments.count && !command->redirections)
    unexpected(lexer_peek());
  return command;
}

/* Behind `if` or `elif`. */
static struct command *parse_if(void) {
  struct command *command = make(COMMAND_IF, NULL, NULL);
  command->condition = parse_list();
  expect(TOKEN_WORD, "then");
  command->left = parse_list();
  if (accept(TOKEN_WORD, "elif")) {
    command->right = parse_if();
    return command;
  }
  if (accept(TOKEN_WORD, "else")) command->right = parse_list();
  expect(TOKEN_WORD, "fi");
  return command;
}

static struct command *parse_body(void) {
  expect(TOKEN_WORD, "do");
  struct command *body = parse_list();
  expect(TOKEN_WORD, "done");
  return body;
}

static struct command *parse_while(enum command_kind kind) {
  struct command *command = make(kind, NULL, NULL);
  command->condition = parse_list();
  command->left = parse_body();
  return command;
}

static struct command *parse_for(void) {
  struct command *command = make(COMMAND_FOR, NULL, NULL);
  struct token name = lexer_next();
  if (name.kind != TOKEN_WORD || !is_name(name.text, strlen(name.text))) unexpected(name);
  command->name = name.text;
  skip_newlines();
  command->over_parameters = !accept(TOKEN_WORD, "in");
  if (!command->over_parameters)
    while (lexer_peek().kind == TOKEN_WORD) list_add(&command->words, lexer_next().text);
  accept(TOKEN_OPERATOR, ";");
  skip_newlines();
  command->left = parse_body();
  return command;
}

static struct case_item *parse_case_item(void) {
  struct case_item *item = arena_take(sizeof *item);
  memset(item, 0, sizeof *item);
  accept(TOKEN_OPERATOR, "(");
  do {
    struct token pattern = lexer_next();
    if (pattern.kind != TOKEN_WORD) unexpected(pattern);
    list_add(&item->patterns, pattern.text);
  } while (accept(TOKEN_OPERATOR, "|"));
  expect(TOKEN_OPERATOR, ")");
  skip_newlines();
  if (!ends_list()) item->body = parse_list();
  return item;
}

static struct command *parse_case(void) {
  struct command *command = make(COMMAND_CASE, NULL, NULL);
  struct token word = lexer_next();
  if (word.kind != TOKEN_WORD) unexpected(word);
  command->name = word.text;
  skip_newlines();
  expect(TOKEN_WORD, "in");
  skip_newlines();
  struct case_item **place = &command->items;
  while (!accept(TOKEN_WORD, "esac")) {
    *place = parse_case_item();
    place = &(*place)->next;
    if (!accept(TOKEN_OPERATOR, ";;") && !next_is(TOKEN_WORD, "esac")) unexpected(lexer_peek());
    skip_newlines();
  }
  return command;
}

static struct command *parse_compound(void) {
  if (accept(TOKEN_OPERATOR, "(")) {
    struct command *command = make(COMMAND_SUBSHELL, parse_list(), NULL);
    expect(TOKEN_OPERATOR, ")");
    return command;
  }
  if (lexer_peek().kind != TOKEN_WORD) return NULL;
  if (accept(TOKEN_WORD, "{")) {
    struct command *command = make(COMMAND_GROUP, parse_list(), NULL);
    expect(TOKEN_WORD, "}");
    return command;
  }
  if (accept(TOKEN_WORD, "if")) return parse_if();
  if (accept(TOKEN_WORD, "while")) return parse_while(COMMAND_WHILE);
  if (accept(TOKEN_WORD, "until")) return parse_while(COMMAND_UNTIL);
  if (accept(TOKEN_WORD, "for")) return parse_for();
  if (accept(TOKEN_WORD, "case")) return parse_case();
  return NULL;
}

static struct command *parse_command(void) {
  struct command *command = parse_compound();
  if (!command) {
    if (ends_list()) unexpected(lexer_peek());
    return parse_simple();
  }
  while (is_redirection(lexer_peek())) parse_redirection(&command->redirections);
  return command;
}

static struct command *parse_pipeline(void) {
  int negated = accept(TOKEN_WORD, "!");
  struct command *command = parse_command();
  /* a | b | c is a | (b | c), so that running it starts the commands from left to right */
  struct command **last = &command;
  while (accept(TOKEN_OPERATOR, "|")) {
    skip_newlines();
    *last = make(COMMAND_PIPE, *last, parse_command());
    last = &(*last)->right;
  }
  return negated ? make(COMMAND_NOT, command, NULL) : command;
}

static struct command *parse_and_or(void) {
  struct command *left = parse_pipeline();
  for (;;) {
    int and = accept(TOKEN_OPERATOR, "&&");
    if (!and&&!accept(TOKEN_OPERATOR, "||")) return left;
    skip_newlines();
    left = make(and? COMMAND_AND : COMMAND_OR, left, parse_pipeline());
  }
}

/* One and_or with its terminator. */
static struct command *parse_item(void) {
  struct command *command = parse_and_or();
  if (accept(TOKEN_OPERATOR, "&")) return make(COMMAND_BACKGROUND, command, NULL);
  accept(TOKEN_OPERATOR, ";");
  return command;
}

/* Commands up to a word that ends the construct around them. */
static struct command *parse_list(void) {
  skip_newlines();
  struct command *list = parse_item();
  for (;;) {
    skip_newlines();
    if (ends_list()) return list;
    list = make(COMMAND_SEQUENCE, list, parse_item());
  }
}

int parse_line(struct command **command) {
  *command = NULL;
  prompt_continues = 0;
  if (lexer_peek().kind == TOKEN_END) return 0;
  while (lexer_peek().kind != TOKEN_NEWLINE && lexer_peek().kind != TOKEN_END) {
    if (ends_list()) unexpected(lexer_peek());
    struct command *item = parse_item();
    *command = *command ? make(COMMAND_SEQUENCE, *command, item) : item;
  }
  if (lexer_peek().kind == TOKEN_NEWLINE) lexer_next();
  return 1;
}
