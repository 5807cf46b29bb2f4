/* rmdir directory...: removes empty directories. */
#include <command.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int failed = 0;
  if (argc < 2) usage("rmdir directory...");
  for (int i = 1; i < argc; i++)
    if (rmdir(argv[i]) < 0) failed = complain("rmdir", argv[i]);
  return failed;
}
