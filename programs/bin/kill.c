/* kill: see lib/command/kill.c. */
#include <command.h>

int main(int argc, char **argv) { return kill_command(argc, argv); }
