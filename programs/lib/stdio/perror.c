/* Saying why the last call failed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

void perror(const char *what) { fprintf(stderr, "%s: %s\n", what, strerror(errno)); }
