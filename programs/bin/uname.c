/* uname [-asnrvm]: the name of the system. */
#include <command.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static const char letters[] = "snrvm";
  int option, shown[5] = {0}, any = 0;
  struct utsname name;
  while ((option = getopt(argc, argv, "asnrvm")) != -1) {
    if (option == '?') return 2;
    for (int i = 0; i < 5; i++) shown[i] |= option == 'a' || option == letters[i];
    any = 1;
  }
  if (!any) shown[0] = 1;
  if (uname(&name) < 0) return complain("uname", "system call");
  const char *parts[] = {name.sysname, name.nodename, name.release, name.version, name.machine};
  int printed = 0;
  for (int i = 0; i < 5; i++)
    if (shown[i]) printf("%s%s", printed++ ? " " : "", parts[i]);
  putchar('\n');
  return fflush(stdout) != 0;
}
