/* The end of a program: registered functions in reverse order, buffered output, then the kernel. */
#include "start.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FUNCTIONS 32
static void (*functions[MOST_FUNCTIONS])(void);
static int function_count;

int atexit(void (*function)(void)) {
  if (function_count == MOST_FUNCTIONS) return errno = ENOMEM, -1;
  functions[function_count++] = function;
  return 0;
}

_Noreturn void exit(int status) {
  while (function_count > 0) functions[--function_count]();
  if (flush_all_streams) flush_all_streams();
  _exit(status);
}

_Noreturn void _Exit(int status) { _exit(status); }

_Noreturn void _exit(int status) {
  for (;;) system_call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}
