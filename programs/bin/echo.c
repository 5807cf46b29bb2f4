/* echo: see lib/command/echo.c. */
#include <command.h>

int main(int argc, char **argv) { return echo_command(argc, argv); }
