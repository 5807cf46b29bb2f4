/* Permissions: what an ordinary user may do; the sticky and set-id bits; changing owners. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static void become(uid_t user, gid_t group) {
  must(setgroups(0, NULL) == 0 && setresgid(group, group, group) == 0 && setresuid(user, user, user) == 0,
       "user");
}

static void try_file(const char *path) {
  char what[64];
  int reader = open(path, O_RDONLY), read_error = errno;
  int writer = open(path, O_WRONLY), write_error = errno;
  (void)read_error, (void)write_error;
  snprintf(what, sizeof what, "  %s: read %s, write %s, access r%d w%d x%d", path, reader >= 0 ? "yes" : "no",
           writer >= 0 ? "yes" : "no", access(path, R_OK) == 0, access(path, W_OK) == 0,
           access(path, X_OK) == 0);
  say("%s", what);
  if (reader >= 0) close(reader);
  if (writer >= 0) close(writer);
}

static int as_user(void *ids) {
  become(((uid_t *)ids)[0], ((uid_t *)ids)[1]);
  say("user %u, group %u", getuid(), getgid());
  static const char *const files[] = {"m400", "m040", "m004", "m222", "m755", "m077", "m000"};
  for (int i = 0; i < 7; i++) try_file(files[i]);
  report("  chmod", chmod("m755", 0700));
  report("  chown", chown("m755", getuid(), (gid_t)-1));
  report("  search a directory without x", access("closed/f", F_OK));
  report("  list it", open("closed", O_RDONLY));
  report_ok("  list a directory with r", open("listed", O_RDONLY));
  report("  but go in without x", access("listed/f", F_OK));
  report("  a file in a directory with x", access("searched/f", F_OK));
  report("  make a file there", open("searched/new", O_WRONLY | O_CREAT, 0600));
  report("  unlink there", unlink("searched/f"));
  report("  in a sticky directory, somebody else's file", unlink("sticky/f"));
  report_ok("  make one's own there", open("sticky/own", O_WRONLY | O_CREAT, 0600));
  report("  remove it", unlink("sticky/own"));
  report("  kill init", kill(1, SIGTERM));
  report("  become root", setuid(0));
  return 0;
}

static void make(const char *path, mode_t mode) {
  write_file(path, "x");
  must(chmod(path, mode) == 0 && chown(path, 1000, 1000) == 0, path);
}

static void make_files(void) {
  make("m400", 0400), make("m040", 0040), make("m004", 0004), make("m222", 0222);
  make("m755", 0755), make("m077", 0077), make("m000", 0000);
  static const struct {
    const char *name, *file;
    mode_t mode;
  } directories[] = {{"closed", "closed/f", 0700},
                     {"listed", "listed/f", 0744},
                     {"searched", "searched/f", 0711},
                     {"sticky", "sticky/f", 01777}};
  for (int i = 0; i < 4; i++) {
    mkdir(directories[i].name, 0755);
    write_file(directories[i].file, "x");
    chmod(directories[i].name, directories[i].mode);
  }
  chmod(".", 0755);
}

static mode_t mode_of(const char *path) {
  struct stat status;
  stat(path, &status);
  return status.st_mode & 07777;
}

static int own_bits(void *unused) {
  (void)unused;
  become(1000, 1000);
  report("the owner may chmod", chmod("m000", 06755));
  say("mode %o", mode_of("m000"));
  report("but not give it away", chown("m000", 1001, (gid_t)-1));
  int file = open("m000", O_WRONLY);
  write(file, "y", 1);
  say("writing takes set-id bits away: %o", mode_of("m000"));
  report("change to a group one is not in", chown("m000", (uid_t)-1, 50));
  return 0;
}

static int in_group_directory(void *unused) {
  (void)unused;
  struct stat status;
  mkdir("set-group", 0755);
  chown("set-group", 0, 77);
  chmod("set-group", 02777);
  become(1000, 1000);
  close(open("set-group/file", O_WRONLY | O_CREAT, 0640));
  mkdir("set-group/below", 0755);
  stat("set-group/file", &status);
  say("a file in a set-group directory: user %u, group %u", status.st_uid, status.st_gid);
  stat("set-group/below", &status);
  say("a directory: group %u, mode %o", status.st_gid, status.st_mode & 07777);
  return 0;
}

static int effective(void *unused) {
  (void)unused;
  must(setgroups(0, NULL) == 0 && setresgid(0, 1000, 0) == 0 && setresuid(0, 1000, 0) == 0, "effective");
  say("real root, effective user: open %s, access %s, faccessat with AT_EACCESS %s",
      open("closed/f", O_RDONLY) < 0 ? "refused" : "granted",
      access("closed/f", R_OK) < 0 ? "refused" : "granted",
      faccessat(AT_FDCWD, "closed/f", R_OK, AT_EACCESS) < 0 ? "refused" : "granted");
  report("back to root", seteuid(0));
  report_ok("open", open("closed/f", O_RDONLY));
  return 0;
}

static int with_groups(void *unused) {
  (void)unused;
  gid_t groups[2] = {5, 1000}, now[4];
  must(setgroups(2, groups) == 0 && setresgid(9, 9, 9) == 0 && setresuid(1001, 1001, 1001) == 0, "groups");
  report("getgroups", getgroups(4, now));
  say("  %u %u", now[0], now[1]);
  report("how many", getgroups(0, NULL));
  report("too little room", getgroups(1, now));
  report_ok("a further group counts", open("m040", O_RDONLY));
  report("setgroups", setgroups(1, groups));
  return 0;
}

static void as_root(void) {
  report_ok("root reads what has no permission", open("m000", O_RDWR));
  report("root executes only what somebody may", access("m222", X_OK));
  report("m755", access("m755", X_OK));
  report("an odd mode for access", access("m755", 8));
}

int main(void) {
  enter_scratch("files-permissions");
  make_files();
  uid_t owner[] = {1000, 1000}, member[] = {1001, 1000}, other[] = {1001, 1001};
  run(as_user, owner);
  chmod("m755", 0755);
  run(as_user, member);
  run(as_user, other);
  run(own_bits, NULL);
  run(in_group_directory, NULL);
  run(effective, NULL);
  run(with_groups, NULL);
  as_root();
  return 0;
}
