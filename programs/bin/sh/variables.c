/* Variables, in a list; and the positional parameters. */
#include "shell.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct variable {
  struct variable *next;
  char *text; /* NAME=value */
  size_t name_length;
  int exported, is_set;
};

static struct variable *variables;

char *shell_name;
char **parameters;
int parameter_count, last_status;
pid_t shell_process, last_background;

int is_name(const char *text, size_t length) {
  if (length == 0 || isdigit(*text)) return 0;
  for (size_t i = 0; i < length; i++)
    if (!isalnum(text[i]) && text[i] != '_') return 0;
  return 1;
}

size_t assignment_name_length(const char *text) {
  size_t length = strcspn(text, "=");
  return text[length] == '=' && is_name(text, length) ? length : 0;
}

static struct variable *find(const char *name, size_t length) {
  struct variable *variable = variables;
  while (variable && !(variable->name_length == length && memcmp(variable->text, name, length) == 0))
    variable = variable->next;
  return variable;
}

static struct variable *find_or_make(const char *name, size_t length) {
  struct variable *variable = find(name, length);
  if (variable) return variable;
  variable = calloc(1, sizeof *variable);
  char *text = malloc(length + 2);
  if (!variable || !text) exit(2);
  memcpy(text, name, length);
  strcpy(text + length, "=");
  variable->text = text;
  variable->name_length = length;
  variable->next = variables;
  variables = variable;
  return variable;
}

static void set(const char *name, size_t length, const char *value) {
  struct variable *variable = find_or_make(name, length);
  char *text = malloc(length + strlen(value) + 2);
  if (!text) exit(2);
  memcpy(text, variable->text, length + 1);
  strcpy(text + length + 1, value);
  free(variable->text);
  variable->text = text;
  variable->is_set = 1;
}

void variables_start(char **environment) {
  for (; *environment; environment++) {
    size_t length = assignment_name_length(*environment);
    if (!length) continue;
    set(*environment, length, *environment + length + 1);
    find(*environment, length)->exported = 1;
  }
}

const char *variable_value(const char *name) {
  struct variable *variable = find(name, strlen(name));
  return variable && variable->is_set ? variable->text + variable->name_length + 1 : NULL;
}

void variable_set(const char *name, const char *value) { set(name, strlen(name), value); }

void variable_export(const char *name) { find_or_make(name, strlen(name))->exported = 1; }

void variable_unset(const char *name) {
  size_t length = strlen(name);
  for (struct variable **place = &variables; *place; place = &(*place)->next) {
    struct variable *variable = *place;
    if (variable->name_length != length || memcmp(variable->text, name, length) != 0) continue;
    *place = variable->next;
    free(variable->text);
    free(variable);
    return;
  }
}

int variable_assign(const char *text, const char *value) {
  size_t length = assignment_name_length(text);
  if (length) set(text, length, value ? value : text + length + 1);
  return length > 0;
}

static int compare_variables(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

void variables_print(int exported_only) {
  struct list lines = {0};
  for (struct variable *variable = variables; variable; variable = variable->next)
    if (variable->is_set && (variable->exported || !exported_only)) list_add(&lines, variable->text);
  if (lines.count) qsort(lines.items, lines.count, sizeof *lines.items, compare_variables);
  for (size_t i = 0; i < lines.count; i++) {
    int name_length = (int)strcspn(lines.items[i], "=");
    printf("%s%.*s='", exported_only ? "export " : "", name_length, lines.items[i]);
    for (const char *at = lines.items[i] + name_length + 1; *at; at++)
      if (*at == '\'') printf("'\\''");
      else putchar(*at);
    printf("'\n");
  }
}

char **variables_environment(void) {
  struct list list = {0};
  for (struct variable *variable = variables; variable; variable = variable->next)
    if (variable->is_set && variable->exported) list_add(&list, variable->text);
  /* The list grew newest first; programs print it the other way round. */
  for (size_t i = 0; i < list.count / 2; i++) {
    char *kept = list.items[i];
    list.items[i] = list.items[list.count - 1 - i];
    list.items[list.count - 1 - i] = kept;
  }
  static char *none[] = {NULL};
  return list.count ? list.items : none;
}
