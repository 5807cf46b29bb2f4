/* test: see lib/command/test.c. */
#include <command.h>

int main(int argc, char **argv) { return test_command(argc, argv); }
