/* Characters for the lexer. Standard input is read one byte at a time, because what follows the current
 * command belongs to the commands that the shell starts; other files are read in blocks. */
#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct input {
  int descriptor; /* -1: a string */
  const char *text;
  int put_back; /* EOF: none */
  size_t position, end;
  char block[512];
};

struct input *current_input;
int interactive, prompt_continues;
static int at_line_start = 1;

static struct input *make_input(int descriptor, const char *text) {
  struct input *input = malloc(sizeof *input);
  if (!input) exit(2);
  input->descriptor = descriptor;
  input->text = text;
  input->put_back = EOF;
  input->position = input->end = 0;
  return input;
}

struct input *input_from_descriptor(int descriptor) {
  return make_input(descriptor, NULL);
}
struct input *input_from_string(const char *text) {
  return make_input(-1, text);
}

void input_close(struct input *input) {
  if (input->descriptor > 2) close(input->descriptor);
  free(input);
}

static void print_prompt(void) {
  const char *prompt = variable_value(prompt_continues ? "PS2" : "PS1");
  if (!prompt) prompt = prompt_continues ? "> " : geteuid() == 0 ? "# " : "$ ";
  fputs(prompt, stderr);
}

static int read_block(struct input *input) {
  size_t wanted = input->descriptor == STDIN_FILENO ? 1 : sizeof input->block;
  ssize_t length;
  while ((length = read(input->descriptor, input->block, wanted)) < 0 && errno == EINTR) {
    traps_run_pending();
    if (interactive) fputs("\n", stderr), print_prompt();
  }
  input->position = 0;
  input->end = length > 0 ? (size_t)length : 0;
  return length > 0;
}

int input_next(struct input *input) {
  if (input->put_back != EOF) {
    int character = input->put_back;
    input->put_back = EOF;
    return character;
  }
  if (input->text) return *input->text ? (unsigned char)*input->text++ : EOF;
  if (input->position == input->end) {
    if (interactive && at_line_start && input->descriptor == STDIN_FILENO) print_prompt();
    if (!read_block(input)) return EOF;
  }
  int character = (unsigned char)input->block[input->position++];
  at_line_start = character == '\n';
  return character;
}

void input_back(struct input *input, int character) { input->put_back = character; }

int input_is_exhausted(const struct input *input) {
  if (!input->text || (input->put_back != EOF && input->put_back != '\n')) return 0;
  return input->text[strspn(input->text, "\n")] == 0;
}

void input_skip_line(struct input *input) {
  input->put_back = EOF;
  while (!at_line_start && input_next(input) != EOF) continue;
}
