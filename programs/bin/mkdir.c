/* mkdir [-p] [-m mode] directory...: makes directories. -p with those above it, without complaint if it
 * exists. */
#include <command.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_path(char *path, mode_t mode) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    int failed = mkdir(path, 0777) < 0 && errno != EEXIST;
    if (failed) return complain("mkdir", path);
    *slash = '/';
  }
  struct stat status;
  if (mkdir(path, mode) == 0) return 0;
  if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return 0;
  return complain("mkdir", path);
}

int main(int argc, char **argv) {
  int option, parents = 0, failed = 0, mode = 0777, explicit_mode = 0;
  while ((option = getopt(argc, argv, "pm:")) != -1) {
    if (option == '?') return 2;
    if (option == 'p') parents = 1;
    if (option == 'm' && (explicit_mode = 1, mode = parse_mode(optarg, 0777, 1)) < 0)
      usage("mkdir [-p] [-m mode] directory...");
  }
  if (optind == argc) usage("mkdir [-p] [-m mode] directory...");
  for (int i = optind; i < argc; i++) {
    if (parents) failed |= make_path(argv[i], (mode_t)mode);
    else if (mkdir(argv[i], (mode_t)mode) < 0) failed = complain("mkdir", argv[i]);
    if (explicit_mode && chmod(argv[i], (mode_t)mode) < 0) failed = complain("mkdir", argv[i]);
  }
  return failed;
}
