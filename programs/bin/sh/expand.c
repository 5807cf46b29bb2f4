/* What a word stands for. In POSIX's order: tilde, parameters, command output and arithmetic; then cutting
 * into fields; then file names; then the removal of quotes.
 *
 * A word is expanded into characters that each remember where they came from. That makes the later steps
 * simple: only an unquoted result is cut into fields, only unquoted characters have a special meaning in a
 * pattern, and quotes need no removal, because they were never copied. */
#include "shell.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum origin {
  WRITTEN = 'w', /* unquoted, in the word itself */
  QUOTED = 'q',
  RESULT = 'r',  /* unquoted, of an expansion */
  BREAK = 'b',   /* between the parameters of "$@" */
  PRESENT = 'p', /* no character, but the field exists: '' */
};

struct text {
  struct buffer characters, origins;
};

/* How a word is to be read. */
enum manner {
  PLAIN,
  NESTED,      /* the word in ${name:-word}: what is written there counts as a result */
  IN_QUOTES,   /* inside double quotes */
  IN_DOCUMENT, /* in a here-document, where " is an ordinary character */
};

static void expand(struct text *text, const char *word, enum manner manner);

static void put(struct text *text, char character, enum origin origin) {
  buffer_put(&text->characters, character);
  buffer_put(&text->origins, (char)origin);
}

static void put_result(struct text *text, const char *value, int in_quotes) {
  for (; *value; value++) put(text, *value, in_quotes ? QUOTED : RESULT);
}

static const char *number_text(long number) {
  char text[24];
  return arena_copy(text, (size_t)snprintf(text, sizeof text, "%ld", number));
}

static const char *joined_parameters(char separator) {
  struct buffer text = {0};
  for (int i = 0; i < parameter_count; i++) {
    if (i && separator) buffer_put(&text, separator);
    buffer_add(&text, parameters[i], strlen(parameters[i]));
  }
  return buffer_string(&text);
}

static const char *option_letters(void) {
  return option_errexit ? (option_trace ? "ex" : "e") : option_trace ? "x" : "";
}

/* The value of a parameter by its name; NULL if it is unset. */
static const char *parameter_value(const char *name) {
  if (isdigit(*name)) {
    int number = atoi(name);
    return number == 0 ? shell_name : number <= parameter_count ? parameters[number - 1] : NULL;
  }
  const char *separators;
  switch (*name) {
    case '?': return number_text(last_status);
    case '$': return number_text(shell_process);
    case '#': return number_text(parameter_count);
    case '!': return last_background ? number_text(last_background) : NULL;
    case '-': return option_letters();
    case '@': return parameter_count ? joined_parameters(' ') : NULL;
    case '*':
      separators = variable_value("IFS");
      return parameter_count ? joined_parameters(separators ? *separators : ' ') : NULL;
  }
  return variable_value(name);
}

static void put_parameters(struct text *text, int in_quotes) {
  for (int i = 0; i < parameter_count; i++) {
    if (i) put(text, 0, BREAK);
    if (in_quotes) put(text, 0, PRESENT);
    put_result(text, parameters[i], in_quotes);
  }
}

static void put_parameter(struct text *text, const char *name, int in_quotes) {
  if (*name == '@' || (*name == '*' && !in_quotes)) {
    put_parameters(text, in_quotes);
    return;
  }
  const char *value = parameter_value(name);
  if (!value && option_unset_is_error) {
    fprintf(stderr, "sh: %s: not set\n", name);
    shell_error(2);
  }
  if (value) put_result(text, value, in_quotes);
}

static char *text_to_string(struct text *text) {
  struct buffer string = {0};
  for (size_t i = 0; i < text->characters.length; i++) {
    if (text->origins.data[i] == PRESENT) continue;
    buffer_put(&string, text->origins.data[i] == BREAK ? ' ' : text->characters.data[i]);
  }
  return buffer_string(&string);
}

/* Quoted special characters get a backslash, for fnmatch. */
static char *text_to_pattern(const struct text *text, size_t from, size_t to) {
  struct buffer pattern = {0};
  for (size_t i = from; i < to; i++) {
    char origin = text->origins.data[i], character = text->characters.data[i];
    if (origin == PRESENT || origin == BREAK) continue;
    if ((origin == QUOTED && strchr("*?[]\\-!", character)) || (origin == RESULT && character == '\\'))
      buffer_put(&pattern, '\\');
    buffer_put(&pattern, character);
  }
  return buffer_string(&pattern);
}

/* ${name#pattern} and its three relatives: removes a matching beginning or end, the shortest or the
 * longest. */
static const char *trim(const char *value, const char *pattern, int at_end, int longest) {
  size_t length = strlen(value);
  for (size_t i = 0; i <= length; i++) {
    size_t part = longest ? length - i : i;
    if (at_end) {
      if (fnmatch(pattern, value + length - part, 0) == 0) return arena_copy(value, length - part);
    } else if (fnmatch(pattern, arena_copy(value, part), 0) == 0) {
      return value + part;
    }
  }
  return value;
}

/* ${name:-word} and its relatives. `operation` is one of - = ? +; `colon` makes an empty value count as
 * unset. */
static void put_default(struct text *text, const char *name, char operation, int colon, const char *word,
                        int in_quotes) {
  const char *value = parameter_value(name);
  int there = value && (*value || !colon);
  if (operation == '+') {
    if (there) expand(text, word, in_quotes ? IN_QUOTES : NESTED);
  } else if (there) {
    put_parameter(text, name, in_quotes);
  } else if (operation == '-') {
    expand(text, word, in_quotes ? IN_QUOTES : NESTED);
  } else if (operation == '=') {
    variable_set(name, expand_to_string(word));
    put_parameter(text, name, in_quotes);
  } else {
    fprintf(stderr, "sh: %s: %s\n", name, *word ? expand_to_string(word) : "not set");
    shell_error(2);
  }
}

/* `body` is what stands between ${ and }. */
static void put_braced(struct text *text, const char *body, int in_quotes) {
  if (*body == '#' && body[1]) {
    const char *value = parameter_value(body + 1);
    put_result(text, number_text(value ? (long)strlen(value) : 0), in_quotes);
    return;
  }
  size_t length = 0;
  if (isalpha(*body) || *body == '_')
    while (isalnum(body[length]) || body[length] == '_') length++;
  else if (isdigit(*body))
    while (isdigit(body[length])) length++;
  else length = *body != 0;
  const char *name = arena_copy(body, length), *rest = body + length;
  int colon = *rest == ':';
  char operation = rest[colon];
  if (!*rest) {
    put_parameter(text, name, in_quotes);
  } else if (operation && strchr("-=?+", operation)) {
    put_default(text, name, operation, colon, rest + colon + 1, in_quotes);
  } else if ((*rest == '#' || *rest == '%') && !colon) {
    int longest = rest[1] == *rest;
    const char *value = parameter_value(name), *pattern = expand_to_pattern(rest + 1 + longest);
    if (value) put_result(text, trim(value, pattern, *rest == '%', longest), in_quotes);
  } else {
    fprintf(stderr, "sh: ${%s}: bad substitution\n", body);
    shell_error(2);
  }
}

/* Inside `...` a backslash quotes $ ` \ only, and is removed. */
static char *backquoted_command(const char *from, const char *end) {
  struct buffer command = {0};
  for (; from < end; from++) {
    if (*from == '\\' && strchr("$`\\", from[1])) from++;
    buffer_put(&command, *from);
  }
  return buffer_string(&command);
}

/* Expands what begins with $; returns what follows it. */
static const char *put_dollar(struct text *text, const char *at, int in_quotes) {
  if (at[1] == '(') {
    const char *end = skip_quoted(at);
    if (at[2] == '(' && end[-1] == ')' && end[-2] == ')' && end - at >= 5) {
      char *expression = expand_document(arena_copy(at + 3, (size_t)(end - at) - 5));
      put_result(text, number_text(evaluate(expression)), in_quotes);
    } else {
      put_result(text, substitute_command(arena_copy(at + 2, (size_t)(end - at) - 3)), in_quotes);
    }
    return end;
  }
  if (at[1] == '{') {
    const char *end = skip_quoted(at);
    put_braced(text, arena_copy(at + 2, (size_t)(end - at) - 3), in_quotes);
    return end;
  }
  size_t length = 0;
  if (isalpha(at[1]) || at[1] == '_')
    while (isalnum(at[1 + length]) || at[1 + length] == '_') length++;
  else length = at[1] && strchr("?$#!-@*0123456789", at[1]) != NULL;
  if (!length) return put(text, '$', in_quotes ? QUOTED : WRITTEN), at + 1;
  put_parameter(text, arena_copy(at + 1, length), in_quotes);
  return at + 1 + length;
}

/* ~ at the beginning of a word. */
static const char *put_tilde(struct text *text, const char *word) {
  const char *home = variable_value("HOME");
  if (*word != '~' || (word[1] && word[1] != '/') || !home) return word;
  for (; *home; home++) put(text, *home, QUOTED);
  return word + 1;
}

/* A part between double quotes; returns what follows it. */
static const char *put_quoted(struct text *text, const char *at, enum manner manner) {
  const char *end = skip_quoted(at), *inside = arena_copy(at + 1, (size_t)(end - at) - 2);
  /* "$@" without parameters is no field at all, unlike "". */
  if (strcmp(inside, "$@") != 0) put(text, 0, PRESENT);
  expand(text, inside, manner == IN_QUOTES ? NESTED : IN_QUOTES);
  return end;
}

static const char *put_single_quoted(struct text *text, const char *at) {
  put(text, 0, PRESENT);
  for (at++; *at && *at != '\''; at++) put(text, *at, QUOTED);
  return *at ? at + 1 : at;
}

/* Which characters a backslash quotes. */
static int is_escape(const char *at, enum manner manner) {
  if (!at[1] || manner <= NESTED) return at[1] != 0;
  return strchr(manner == IN_DOCUMENT ? "$`\\" : "$`\"\\", at[1]) != NULL;
}

static void expand(struct text *text, const char *at, enum manner manner) {
  int in_quotes = manner >= IN_QUOTES;
  while (*at) {
    if (*at == '$') {
      at = put_dollar(text, at, in_quotes);
    } else if (*at == '`') {
      const char *end = skip_quoted(at);
      put_result(text, substitute_command(backquoted_command(at + 1, end - 1)), in_quotes);
      at = end;
    } else if (*at == '\\' && is_escape(at, manner)) {
      put(text, at[1], QUOTED);
      at += 2;
    } else if (*at == '\'' && !in_quotes) {
      at = put_single_quoted(text, at);
    } else if (*at == '"' && manner != IN_DOCUMENT) {
      at = put_quoted(text, at, manner);
    } else {
      put(text, *at++, in_quotes ? QUOTED : manner == NESTED ? RESULT : WRITTEN);
    }
  }
}

static void add_field(struct list *fields, const struct text *text, size_t from, size_t to) {
  const char *pattern = text_to_pattern(text, from, to);
  if (glob_add(fields, pattern)) return;
  struct buffer field = {0};
  for (size_t i = from; i < to; i++)
    if (text->origins.data[i] != PRESENT) buffer_put(&field, text->characters.data[i]);
  list_add(fields, buffer_string(&field));
}

/* Cuts at separators that come from expansions. White space among them counts once however much there is; any
 * other separator, with the white space around it, ends one field, even an empty one. */
static void split(struct list *fields, const struct text *text) {
  const char *separators = variable_value("IFS");
  if (!separators) separators = " \t\n";
  size_t start = 0, length = text->characters.length;
  int open = 0, ended_by_space = 0;
  for (size_t i = 0; i < length; i++) {
    char character = text->characters.data[i], origin = text->origins.data[i];
    int separates = origin == RESULT && strchr(separators, character) != NULL;
    if (origin != BREAK && !separates) {
      if (!open) start = i;
      open = 1;
      continue;
    }
    int space = separates && isspace(character);
    if (open) add_field(fields, text, start, i);
    else if (separates && !space && !ended_by_space) add_field(fields, text, i, i);
    ended_by_space = space && (open || ended_by_space);
    open = 0;
  }
  if (open) add_field(fields, text, start, length);
}

struct list expand_words(const struct list *words) {
  struct list fields = {0};
  for (size_t i = 0; i < words->count; i++) {
    struct text text = {0};
    expand(&text, put_tilde(&text, words->items[i]), PLAIN);
    split(&fields, &text);
  }
  return fields;
}

char *expand_to_string(const char *word) {
  struct text text = {0};
  expand(&text, put_tilde(&text, word), PLAIN);
  return text_to_string(&text);
}

char *expand_to_pattern(const char *word) {
  struct text text = {0};
  expand(&text, word, PLAIN);
  return text_to_pattern(&text, 0, text.characters.length);
}

char *expand_document(const char *word) {
  struct text text = {0};
  expand(&text, word, IN_DOCUMENT);
  return text_to_string(&text);
}
