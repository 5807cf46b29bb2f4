/* execve: arguments, environment, what survives and what does not, #! scripts.
 *
 * The program executes itself, under names that say what to do: AT_EXECFN tells where it is.
 * Not for qemu-riscv64 without the kernel's help: it hands the new program to the host's kernel. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <testing.h>
#include <thread.h>
#include <unistd.h>

static const char *self;

/* ---- what the executed program does ---- */

static int print_arguments(int argc, char **argv) {
  for (int i = 1; i < argc; i++) say("  argument %d: [%s]", i, argv[i]);
  for (char **entry = environ; *entry; entry++) say("  environment: [%s]", *entry);
  say("  argv ends in NULL: %d", argv[argc] == NULL);
  return 0;
}

static int print_inherited(void) {
  struct sigaction action;
  sigset_t mask;
  sigaction(SIGUSR1, NULL, &action);
  say("  a handler becomes the default: %d", action.sa_handler == SIG_DFL);
  sigaction(SIGUSR2, NULL, &action);
  say("  ignored stays ignored: %d", action.sa_handler == SIG_IGN);
  sigprocmask(SIG_BLOCK, NULL, &mask);
  say("  the mask stays: %d", mask == 1UL << (SIGHUP - 1));
  sigpending(&mask);
  say("  pending stays: %d", mask == 1UL << (SIGHUP - 1));
  say("  close-on-exec closes: %d", fcntl(50, F_GETFD) < 0 && errno == EBADF);
  say("  others stay open: %d", fcntl(51, F_GETFD) == 0);
  say("  alarm stays set: %d", alarm(0) > 0);
  say("  umask stays: %o", umask(0));
  char path[64];
  say("  directory stays: %s", getcwd(path, sizeof path) ? path : "?");
  return 0;
}

static int check_start(char **argv) {
  say("  the block is aligned to 16 bytes: %d", ((unsigned long)(argv - 1) & 15) == 0);
  say("  AT_PAGESZ %lu, AT_PHENT %lu, AT_CLKTCK %lu", getauxval(AT_PAGESZ), getauxval(AT_PHENT),
      getauxval(AT_CLKTCK));
  say("  AT_RANDOM is there: %d", getauxval(AT_RANDOM) != 0);
  say("  AT_UID %lu, AT_EUID %lu, AT_GID %lu, AT_SECURE %lu", getauxval(AT_UID), getauxval(AT_EUID),
      getauxval(AT_GID), getauxval(AT_SECURE));
  say("  AT_HWCAP has I, M, A, F, D and C: %d", (getauxval(AT_HWCAP) & 0x112d) == 0x112d);
  extern char _start[];
  say("  AT_ENTRY is _start: %d", getauxval(AT_ENTRY) == (unsigned long)_start);
  return 0;
}

static int stay_the_same(char **argv) {
  say("  the process is the same: %d", atoi(argv[1]) == getpid());
  say("  its parent too: %d", atoi(argv[2]) == getppid());
  return 11;
}

static int print_identity(void) {
  say("  identity: user %u, effective %u, group %u, effective %u, AT_SECURE %lu", getuid(), geteuid(),
      getgid(), getegid(), getauxval(AT_SECURE));
  return 0;
}

static int act(int argc, char **argv, const char *what) {
  if (strcmp(what, "arguments") == 0) return print_arguments(argc, argv);
  if (strcmp(what, "inherited") == 0) return print_inherited();
  if (strcmp(what, "start") == 0) return check_start(argv);
  if (strcmp(what, "same") == 0) return stay_the_same(argv);
  if (strcmp(what, "identity") == 0) return print_identity();
  return 77;
}

/* ---- the test ---- */

static int execute(void *arguments) {
  static char *environment[] = {"FIRST=1", "SECOND=two words", NULL};
  execve(self, arguments, environment);
  say("execve: %s", error_name(errno));
  return 1;
}

static void arguments(void) {
  char *some[] = {"do-arguments", "one", "", "with space", "\303\244\"'\\", NULL};
  report_status("arguments", run(execute, some));
  char *none[] = {"do-start", NULL};
  report_status("start", run(execute, none));
  char long_one[3001];
  memset(long_one, 'x', 3000);
  long_one[3000] = 0;
  static char *many[1001];
  many[0] = "do-nothing";
  for (int i = 1; i < 1000; i++) many[i] = long_one;
  many[600] = NULL;
  report_status("1.8 MB of arguments", run(execute, many));
}

static void on_signal(int signal) { (void)signal; }

static int prepare_and_execute(void *unused) {
  (void)unused;
  sigset_t hup = 1UL << (SIGHUP - 1);
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, SIG_IGN);
  sigprocmask(SIG_SETMASK, &hup, NULL);
  raise(SIGHUP);
  must(dup3(1, 50, O_CLOEXEC) == 50 && dup2(1, 51) == 51, "dup");
  alarm(100);
  umask(037);
  must(chdir("/tmp/test-exec") == 0, "chdir");
  char *some[] = {"do-inherited", NULL};
  return execute(some);
}

static int execute_keeping_identity(void *unused) {
  (void)unused;
  char process[16], parent[16];
  snprintf(process, sizeof process, "%d", getpid());
  snprintf(parent, sizeof parent, "%d", getppid());
  char *some[] = {"do-same", process, parent, NULL};
  return execute(some);
}

static void *execute_here(void *unused) {
  (void)unused;
  execute_keeping_identity(NULL);
  return NULL;
}

/* The other threads end, and the one that called becomes the process's first. */
static int execute_in_thread(void *unused) {
  (void)unused;
  thread_t *thread;
  must(thread_create(&thread, execute_here, NULL) == 0, "thread");
  for (;;) pause();
  return 0;
}

static void copy_self(const char *to) {
  static char block[65536];
  int from = open(self, O_RDONLY), target = open(to, O_WRONLY | O_CREAT, 0755);
  ssize_t length = read(from, block, sizeof block);
  must(length > 0 && write(target, block, (size_t)length) == length, "copying the program");
  close(from);
  close(target);
}

static int execute_as_user(void *unused) {
  (void)unused;
  must(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0, "user");
  char *arguments[] = {"do-identity", NULL};
  execve("./copy", arguments, arguments + 1);
  say("execve: %s", error_name(errno));
  return 1;
}

static void set_id_bits(void) {
  copy_self("copy");
  run(execute_as_user, NULL);
  chmod("copy", 04755);
  say("set-user-id");
  run(execute_as_user, NULL);
  chown("copy", 2000, 3000);
  say("changing the owner takes it away");
  run(execute_as_user, NULL);
  chmod("copy", 06755);
  say("both, of another owner");
  run(execute_as_user, NULL);
}

static int execute_script(void *name) {
  char *arguments[] = {"ignored", "a b", "c", NULL}, *environment[] = {NULL};
  execve(name, arguments, environment);
  say("execve: %s", error_name(errno));
  return 1;
}

static void scripts(void) {
  char text[300];
  snprintf(text, sizeof text, "#!%s\n", self);
  write_file("plain", text);
  snprintf(text, sizeof text, "#! %s  an argument with spaces \nrest is not read\n", self);
  write_file("with-argument", text);
  write_file("nested", "#!./plain\n");
  write_file("no-program", "#!  \n");
  write_file("missing", "#!/does/not/exist\n");
  write_file("loop", "#!./loop\n");
  const char *names[] = {"plain", "with-argument", "nested", "no-program", "missing", "loop"};
  for (int i = 0; i < 6; i++) {
    chmod(names[i], 0755);
    char path[32];
    snprintf(path, sizeof path, "./%s", names[i]);
    say("script %s", path);
    report_status("  end", run(execute_script, path));
  }
}

/* Called through a script, the program's name is its own path. */
static int through_script(int argc, char **argv) {
  for (int i = 1; i < argc; i++) say("  argument %d: [%s]", i, argv[i]);
  return 12;
}

int main(int argc, char **argv) {
  self = (const char *)getauxval(AT_EXECFN);
  if (strncmp(argv[0], "do-", 3) == 0) return act(argc, argv, argv[0] + 3);
  if (argc > 1) return through_script(argc, argv);
  static char absolute[256];
  if (self[0] != '/') {
    must(getcwd(absolute, 200) != NULL, "getcwd");
    strcat(strcat(absolute, "/"), self);
    self = absolute;
  }
  enter_scratch("exec");
  arguments();
  report_status("inherited", run(prepare_and_execute, NULL));
  report_status("identity", run(execute_keeping_identity, NULL));
  report_status("in a thread", run(execute_in_thread, NULL));
  scripts();
  set_id_bits();
  return 0;
}
