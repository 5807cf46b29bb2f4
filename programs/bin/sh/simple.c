/* Simple commands: assignments, built-ins, functions, programs. */
#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct function {
  struct function *next;
  char *name;
  struct command *body;
};

static struct function *functions;

static void trace(const struct list *words) {
  if (!option_trace) return;
  fputs("+", stderr);
  for (size_t i = 0; i < words->count; i++) fprintf(stderr, " %s", words->items[i]);
  fputs("\n", stderr);
}

static void assign_all(const struct list *assignments, int export) {
  for (size_t i = 0; i < assignments->count; i++) {
    const char *text = assignments->items[i];
    size_t length = assignment_name_length(text);
    variable_assign(text, expand_to_string(text + length + 1));
    if (export) variable_export(arena_copy(text, length));
  }
}

/* Assignments before a built-in last only as long as it runs. Those before a program that is loaded are for it to see. */
static int run_with_assignments(const struct list *assignments, builtin_function *function,
                                struct list *words) {
  char **old = arena_take((assignments->count + 1) * sizeof *old);
  for (size_t i = 0; i < assignments->count; i++) {
    const char *text = assignments->items[i];
    const char *value = variable_value(arena_copy(text, assignment_name_length(text)));
    old[i] = value ? arena_copy(value, strlen(value)) : NULL;
  }
  assign_all(assignments, function == load_and_execute);
  int status = function((int)words->count, words->items);
  for (size_t i = assignments->count; i-- > 0;) {
    const char *text = assignments->items[i];
    char *name = arena_copy(text, assignment_name_length(text));
    if (old[i]) variable_set(name, old[i]);
    else variable_unset(name);
  }
  return status;
}

static int run_builtin(struct command *command, builtin_function *function, struct list *words) {
  if (function == builtin_exec) {
    /* Its redirections stay. */
    if (!redirect(command->redirections, NULL)) shell_error(1);
    assign_all(&command->assignments, 1);
    return function((int)words->count, words->items);
  }
  struct saved_descriptors saved = {.count = 0};
  int status = 1;
  if (redirect(command->redirections, &saved)) {
    if (builtin_is_special(words->items[0])) {
      assign_all(&command->assignments, 0);
      status = function((int)words->count, words->items);
    } else {
      status = run_with_assignments(&command->assignments, function, words);
    }
    fflush(stdout);
  }
  restore_descriptors(&saved);
  return status;
}

static struct function *function_find(const char *name) {
  struct function *function = functions;
  while (function && strcmp(function->name, name) != 0) function = function->next;
  return function;
}

int define_function(struct command *command) {
  arena_pin();
  struct function *function = function_find(command->name);
  if (!function) {
    function = malloc(sizeof *function);
    if (!function) shell_error(2);
    function->next = functions;
    functions = function;
  }
  function->name = command->name;
  function->body = command->left;
  return 0;
}

void function_unset(const char *name) {
  for (struct function **place = &functions; *place; place = &(*place)->next) {
    struct function *function = *place;
    if (strcmp(function->name, name) != 0) continue;
    *place = function->next;
    free(function);
    return;
  }
}

static int run_function(struct command *command, struct function *function, struct list *words) {
  struct saved_descriptors saved = {.count = 0};
  int status = 1;
  if (redirect(command->redirections, &saved)) {
    assign_all(&command->assignments, 0);
    char **outer = parameters;
    int outer_count = parameter_count;
    parameters = words->items + 1;
    parameter_count = (int)words->count - 1;
    function_depth++;
    status = run(function->body, 0);
    function_depth--;
    if (returning) returning = 0, status = last_status;
    parameters = outer;
    parameter_count = outer_count;
  }
  restore_descriptors(&saved);
  return status;
}

static int run_program(struct command *command, struct list *words, int last) {
  pid_t child = last && !traps_exist() ? 0 : try_child();
  if (child < 0 && errno == ENOSYS) return run_builtin(command, load_and_execute, words);
  if (child < 0) cannot_fork();
  if (child != 0) return wait_for(child);
  assign_all(&command->assignments, 1);
  if (!redirect(command->redirections, NULL)) exit(1);
  execute_program(words->items);
}

int run_simple(struct command *command, int last) {
  substitution_status = 0;
  struct list words = expand_words(&command->words);
  if (!words.count) {
    struct saved_descriptors saved = {.count = 0};
    int opened = redirect(command->redirections, &saved);
    assign_all(&command->assignments, 0);
    restore_descriptors(&saved);
    return opened ? substitution_status : 1;
  }
  trace(&words);
  struct function *function = function_find(words.items[0]);
  if (function) return run_function(command, function, &words);
  builtin_function *builtin = builtin_find(words.items[0]);
  return builtin ? run_builtin(command, builtin, &words) : run_program(command, &words, last);
}
