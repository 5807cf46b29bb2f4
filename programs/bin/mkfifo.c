/* mkfifo name...: makes named pipes. */
#include <command.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  int failed = 0;
  if (argc < 2) usage("mkfifo name...");
  for (int i = 1; i < argc; i++)
    if (mkfifo(argv[i], 0666) < 0) failed = complain("mkfifo", argv[i]);
  return failed;
}
