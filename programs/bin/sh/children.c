/* Processes that the shell starts: subshells, pipelines, background commands, and commands whose output
 * becomes text. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int substitution_status;

pid_t start_child(void) {
  pid_t child = try_child();
  if (child < 0) cannot_fork();
  return child;
}

void cannot_fork(void) {
  fprintf(stderr, "sh: cannot fork: %s\n", strerror(errno));
  shell_error(2);
}

int load_and_execute(int count, char **arguments) {
  (void)count;
  fflush(stdout);
  pid_t child = vfork();
  if (child == 0) execute_program(arguments);
  if (child > 0) return wait_for(child);
  fprintf(stderr, "sh: %s: %s\n", arguments[0], strerror(errno));
  return 126;
}

pid_t try_child(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    traps_reset();
    interactive = 0;
    loop_depth = 0;
  }
  return child;
}

int run_in_child(struct command *command) {
  pid_t child = start_child();
  if (child == 0) shell_exit(run(command, 1));
  return wait_for(child);
}

int run_background(struct command *command) {
  pid_t child = start_child();
  if (child == 0) {
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO), close(nothing);
    shell_exit(run(command, 1));
  }
  background_add(child);
  return 0;
}

int run_pipeline(struct command *command) {
  pid_t children[64];
  int count = 0, input = -1;
  for (; command && count < 64; command = command->kind == COMMAND_PIPE ? command->right : NULL) {
    int ends[2] = {-1, -1}, more = command->kind == COMMAND_PIPE;
    if (more && pipe2(ends, O_CLOEXEC) < 0) {
      perror("sh: cannot make a pipe");
      shell_error(2);
    }
    children[count] = start_child();
    if (children[count++] == 0) {
      if (input >= 0) dup2(input, STDIN_FILENO);
      if (more) dup2(ends[1], STDOUT_FILENO);
      shell_exit(run(more ? command->left : command, 1));
    }
    if (input >= 0) close(input);
    if (more) close(ends[1]);
    input = ends[0];
  }
  int status = 0;
  for (int i = 0; i < count; i++) status = wait_for(children[i]);
  return status;
}

static void read_all(int from, struct buffer *output) {
  char block[512];
  ssize_t length;
  while ((length = read(from, block, sizeof block)) > 0 || (length < 0 && errno == EINTR))
    if (length > 0) buffer_add(output, block, (size_t)length);
  while (output->length && output->data[output->length - 1] == '\n') output->length--;
}

char *substitute_command(const char *text) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) shell_error(2);
  pid_t child = start_child();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    shell_exit(run_string(text, 1));
  }
  close(ends[1]);
  struct buffer output = {0};
  read_all(ends[0], &output);
  close(ends[0]);
  last_status = substitution_status = wait_for(child);
  return buffer_string(&output);
}
