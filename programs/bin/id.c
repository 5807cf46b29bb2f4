/* id [-ugn]: the user and groups that this process acts for. -u only the user, -g the group, -n as a name. */
#include <command.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option, user_only = 0, group_only = 0, as_name = 0;
  while ((option = getopt(argc, argv, "ugn")) != -1) {
    if (option == 'u') user_only = 1;
    else if (option == 'g') group_only = 1;
    else if (option == 'n') as_name = 1;
    else return 2;
  }
  uid_t user = geteuid();
  gid_t group = getegid(), groups[64];
  if (user_only || group_only) {
    if (as_name) puts(user_only ? user_name(user) : group_name(group));
    else printf("%u\n", user_only ? user : group);
    return fflush(stdout) != 0;
  }
  printf("uid=%u(%s) gid=%u(%s) groups=", user, user_name(user), group, group_name(group));
  int count = getgroups(64, groups), printed = 0;
  if (count <= 0) printf("%u(%s)", group, group_name(group));
  for (int i = 0; i < count; i++) printf("%s%u(%s)", printed++ ? "," : "", groups[i], group_name(groups[i]));
  putchar('\n');
  return fflush(stdout) != 0;
}
