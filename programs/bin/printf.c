/* printf: see lib/command/printf.c. */
#include <command.h>

int main(int argc, char **argv) { return printf_command(argc, argv); }
