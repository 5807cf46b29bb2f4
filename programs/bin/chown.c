/* chown user[:group] file...: sets the owner, by number. */
#include <command.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 3) usage("chown user[:group] file...");
  char *end;
  uid_t user = (uid_t)strtoul(argv[1], &end, 10);
  gid_t group = -1U;
  if (end == argv[1]) user = -1U;
  if (*end == ':') group = (gid_t)strtoul(end + 1, &end, 10);
  if (*end) usage("chown user[:group] file...");
  int failed = 0;
  for (int i = 2; i < argc; i++)
    if (chown(argv[i], user, group) < 0) failed = complain("chown", argv[i]);
  return failed;
}
