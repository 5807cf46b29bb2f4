/* Calls about names: what they refuse, and what decides when two errors are possible. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

#define SYS_chroot 51
#define SYS_renameat2 276
#define SYS_openat2 437
#define SYS_faccessat2 439
#define SYS_fchmodat2 452
#define SYS_statx 291
#define CHECK(call) report(#call, call)
#define CHECK_OK(call) report_ok(#call, call)

static char buffer[5000];

static void directories(void) {
  CHECK(SYSCALL_2(SYS_getcwd, buffer, 0));
  CHECK(SYSCALL_2(SYS_getcwd, buffer, 5));
  CHECK(SYSCALL_2(SYS_getcwd, buffer, sizeof "/tmp/test-calls-paths"));
  CHECK(SYSCALL_2(SYS_getcwd, buffer, sizeof "/tmp/test-calls-paths" - 1));
  CHECK(mkdir("", 0755));
  CHECK(mkdir("/", 0755));
  CHECK(mkdir(".", 0755));
  CHECK(mkdir("..", 0755));
  CHECK(mkdir("new/", 0755));
  CHECK(mkdir("new", 0755));
  CHECK(mkdir("missing/new", 0755));
  CHECK(mkdir("file/new", 0755));
  CHECK(mkdir("dangling", 0755));
  CHECK(mkdir("dangling/", 0755));
  CHECK(rmdir("new/."));
  CHECK(rmdir("new/.."));
  CHECK(rmdir("."));
  CHECK(rmdir("/"));
  CHECK(rmdir("file"));
  CHECK(rmdir("to-new"));
  CHECK(rmdir("to-new/"));
  CHECK(rmdir("new/"));
  CHECK(unlink("directory"));
  CHECK(unlink("file/"));
  CHECK(unlink("to-directory/"));
  CHECK(unlink("."));
  CHECK(unlink("/"));
  CHECK(unlink(""));
  CHECK(unlinkat(AT_FDCWD, "file", 1));
  CHECK(unlinkat(99, "file", 0));
  CHECK(unlinkat(99, "/nowhere", 0));
  CHECK(chdir("file"));
  CHECK(chdir("missing"));
  CHECK(chdir("loop"));
  CHECK(fchdir(open("file", O_RDONLY)));
  CHECK(fchdir(99));
  CHECK(SYSCALL_1(SYS_chroot, "file"));
}

static void links(void) {
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "to-file", buffer, 0));
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "to-file", buffer, -1));
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "to-file", buffer, 2));
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "file", buffer, 10));
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "", buffer, 10));
  CHECK(SYSCALL_4(SYS_readlinkat, AT_FDCWD, "to-directory/", buffer, 10));
  int link_itself = open("to-file", O_PATH | O_NOFOLLOW);
  CHECK(SYSCALL_4(SYS_readlinkat, link_itself, "", buffer, 10));
  CHECK(symlink("", "x"));
  CHECK(symlink("x", ""));
  CHECK(symlink("x", "file"));
  CHECK(symlink("x", "dangling"));
  CHECK(symlink("x", "new-link/"));
  CHECK(symlink("x", "directory/"));
  CHECK(link("missing", "x"));
  CHECK(link("directory", "x"));
  CHECK(link("file", "file"));
  CHECK(link("file", "directory"));
  CHECK(link("file", "x/"));
  CHECK(link("file/", "x"));
  CHECK(link("dangling", "hard-dangling"));
  struct stat status;
  CHECK(lstat("hard-dangling", &status));
  say("a link: %d, %lu names", S_ISLNK(status.st_mode), (long)status.st_nlink);
  CHECK(SYSCALL_5(SYS_linkat, AT_FDCWD, "to-file", AT_FDCWD, "followed", 0x400));
  CHECK(lstat("followed", &status));
  say("a file: %d", S_ISREG(status.st_mode));
  CHECK(SYSCALL_5(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "x", 0x100));
  CHECK(SYSCALL_5(SYS_linkat, open("file", O_RDONLY), "", AT_FDCWD, "by-descriptor", 0x1000));
  CHECK_OK(open("to-file", O_RDONLY | O_NOFOLLOW));
  CHECK_OK(open("to-file", O_WRONLY | O_CREAT | O_EXCL, 0600));
  CHECK_OK(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600));
  CHECK_OK(open("to-directory", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  CHECK_OK(open("to-directory/", O_RDONLY | O_NOFOLLOW));
  CHECK_OK(open("loop", O_RDONLY));
  CHECK_OK(open("loop", O_RDONLY | O_CREAT, 0600));
}

static void renames(void) {
  CHECK(mkdir("a", 0755));
  CHECK(mkdir("a/b", 0755));
  CHECK(mkdir("empty", 0755));
  CHECK(rename("a", "a/b/c"));
  CHECK(rename("a", "a"));
  CHECK(rename("a/b", "a"));
  CHECK(rename("empty", "a"));
  CHECK(rename("file", "a"));
  CHECK(rename("a", "file"));
  CHECK(rename("a/.", "z"));
  CHECK(rename("a/..", "z"));
  CHECK(rename(".", "z"));
  CHECK(rename("a", "."));
  CHECK(rename("file/", "z"));
  CHECK(rename("file", "z/"));
  CHECK(rename("empty/", "full/"));
  CHECK(rename("missing", "z"));
  CHECK(rename("file", "missing/z"));
  CHECK(rename("file", "followed"));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "a", 1));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "z", 2));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "a", 2));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "file", 2));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "a", 3));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "a/b", 2));
  CHECK(SYSCALL_5(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "z", 8));
}

static void opening(void) {
  CHECK_OK(open("", O_RDONLY));
  CHECK_OK(open("file/", O_RDONLY));
  CHECK_OK(open("file/.", O_RDONLY));
  CHECK_OK(open("new-file/", O_RDWR | O_CREAT, 0600));
  CHECK_OK(open("directory", O_RDONLY | O_CREAT, 0600));
  CHECK_OK(open("directory", O_RDWR));
  CHECK_OK(open("directory/", O_RDONLY));
  CHECK_OK(open("file", O_RDONLY | O_DIRECTORY));
  CHECK_OK(open("x", O_RDWR | O_CREAT | O_DIRECTORY, 0600));
  CHECK_OK(open("directory", O_TRUNC | O_RDONLY));
  CHECK_OK(open(".", O_WRONLY | 020000000 | O_DIRECTORY, 0600));
  CHECK_OK(open(".", O_RDONLY | 020000000 | O_DIRECTORY, 0600));
  CHECK_OK(open("file", O_RDWR | 020000000 | O_DIRECTORY, 0600));
  CHECK_OK(openat(99, "file", O_RDONLY));
  CHECK_OK(openat(open("file", O_RDONLY), "file", O_RDONLY));
  CHECK_OK(openat(open("file", O_RDONLY), "", O_RDONLY));
  memset(buffer, 'n', 256);
  buffer[256] = 0;
  CHECK_OK(open(buffer, O_RDONLY));
  CHECK_OK(open(buffer, O_RDWR | O_CREAT, 0600));
  buffer[255] = 0;
  CHECK_OK(open(buffer, O_RDWR | O_CREAT, 0600));
  memset(buffer, '/', 4999);
  buffer[4095] = 0;
  CHECK_OK(open(buffer, O_RDONLY));
  buffer[4095] = '/', buffer[4096] = 0;
  CHECK_OK(open(buffer, O_RDONLY));
  CHECK(truncate("directory", 0));
  CHECK(truncate("missing", 0));
  CHECK(truncate("file", -1));
  CHECK(truncate("file/", 0));
  unsigned long how[4] = {O_RDONLY, 0, 0, 0};
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 24));
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 32));
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 16));
  how[1] = 0600;
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 24));
  how[1] = 0, how[3] = 1;
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 32));
  how[3] = 0, how[0] = 1UL << 40;
  CHECK_OK(SYSCALL_4(SYS_openat2, AT_FDCWD, "file", how, 24));
}

static void knowing(void) {
  struct stat status;
  CHECK(stat("", &status));
  CHECK(stat("file/", &status));
  CHECK(stat("missing", &status));
  CHECK(stat("dangling", &status));
  CHECK(stat("loop", &status));
  CHECK(stat("file/x", &status));
  CHECK(SYSCALL_4(SYS_newfstatat, AT_FDCWD, "", &status, 0x1000));
  CHECK(SYSCALL_4(SYS_newfstatat, AT_FDCWD, "file", &status, 1));
  CHECK(SYSCALL_4(SYS_newfstatat, 99, "", &status, 0x1000));
  CHECK(SYSCALL_5(SYS_statx, AT_FDCWD, "file", 0, 0x80000000, buffer));
  CHECK(SYSCALL_5(SYS_statx, AT_FDCWD, "file", 0x6000, 0, buffer));
  CHECK(SYSCALL_5(SYS_statx, AT_FDCWD, "file", 0, 0x7ff, nowhere()));
  CHECK(access("file", 8));
  CHECK(access("missing", 0));
  CHECK(SYSCALL_4(SYS_faccessat2, AT_FDCWD, "file", 0, 1));
  CHECK(SYSCALL_4(SYS_faccessat2, AT_FDCWD, "dangling", 0, 0x100));
  CHECK(SYSCALL_4(SYS_faccessat2, open("file", O_RDONLY), "", 4, 0x1000));
  CHECK(chmod("missing", 0));
  CHECK(chmod("dangling", 0));
  CHECK(chmod("file", 07777777));
  stat("file", &status);
  say("mode %o", status.st_mode);
  CHECK(chmod("file", 0644));
  CHECK(SYSCALL_4(SYS_fchmodat2, AT_FDCWD, "to-file", 0600, 0x100));
  CHECK(SYSCALL_4(SYS_fchmodat2, AT_FDCWD, "to-file", 0600, 1));
  CHECK(SYSCALL_5(SYS_fchownat, AT_FDCWD, "to-file", 1, 1, 0x100));
  CHECK(SYSCALL_5(SYS_fchownat, AT_FDCWD, "file", 1, 1, 1));
  lstat("to-file", &status);
  say("owner of the link %u", status.st_uid);
  struct timespec times[2] = {{0, 1000000000}, {0, 0}};
  CHECK(utimensat(AT_FDCWD, "file", times, 0));
  times[0].tv_nsec = 0;
  CHECK(utimensat(AT_FDCWD, "missing", times, 0));
  CHECK(utimensat(AT_FDCWD, "file", times, 1));
  CHECK(utimensat(99, NULL, times, 0));
  CHECK(mknod("node", S_IFREG | 0600, 0));
  CHECK(mknod("node", S_IFREG | 0600, 0));
  CHECK(mknod("node2", S_IFDIR | 0600, 0));
  CHECK(mknod("node3", 0600, 0));
  CHECK(mknod("node4", 0170000 | 0600, 0));
  CHECK(mknod("node5/", S_IFREG | 0600, 0));
  CHECK(mkfifo("fifo", 01777));
  stat("fifo", &status);
  say("mode %o", status.st_mode);
  CHECK(getdents64(open("file", O_RDONLY), (void *)buffer, 100));
  CHECK(getdents64(open("directory", O_RDONLY), (void *)buffer, 10));
  CHECK(getdents64(open("directory", O_PATH), (void *)buffer, 100));
}

int main(void) {
  enter_scratch("calls-paths");
  umask(022);
  write_file("file", "text");
  mkdir("directory", 0755);
  mkdir("full", 0755);
  write_file("full/file", "text");
  must(symlink("file", "to-file") == 0 && symlink("directory", "to-directory") == 0, "links");
  must(symlink("missing", "dangling") == 0 && symlink("loop", "loop") == 0, "links");
  must(symlink("new", "to-new") == 0, "links");
  directories();
  links();
  renames();
  opening();
  knowing();
  return 0;
}
