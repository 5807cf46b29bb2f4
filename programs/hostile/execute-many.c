/* execute-many DIRECTORY FIRST COUNT MICROSECONDS: executes DIRECTORY/FIRST and the COUNT - 1 files after it.
 *
 * Each runs in a process group of its own, as user 1000, without input or output, and is killed with its group when
 * MICROSECONDS are over. One line says what became of it:
 *
 *     17 refused 8          execve failed with that error number
 *     18 exit 3
 *     19 signal 11
 *     20 late               it ran until its time was over
 *
 * Exit status: 0 when every file was asked, 1 otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USER = 1000 };

static void on_alarm(int signal) { (void)signal; }

static void set_timer(long microseconds) {
  struct itimerval timer = {{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static void fail(const char *what) {
  dprintf(2, "execute-many: %s: error %d\n", what, errno);
  _exit(1);
}

/* What the child of vfork leaves behind when its execve fails. */
static volatile int refusal;

static pid_t begin(const char *path) {
  char *arguments[] = {(char *)path, "1", NULL};
  char *environment[] = {NULL};
  refusal = 0;
  pid_t child = vfork();
  if (child != 0) return child;
  setpgid(0, 0);
  setgid(USER);
  setuid(USER);
  execve(path, arguments, environment);
  refusal = errno;
  _exit(0);
}

/* The wait status; -1 when the time was over. */
static int await(pid_t child) {
  int status, late = 0;
  while (waitpid(child, &status, 0) != child) {
    if (errno != EINTR) fail("waiting");
    late = 1;
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
  }
  kill(-child, SIGKILL);
  return late ? -1 : status;
}

int main(int count, char **arguments) {
  if (count != 5) return 1;
  int nothing = open("/dev/null", O_RDWR);
  int output = dup(1);
  if (nothing < 0 || output < 0) fail("no descriptors");
  fcntl(output, F_SETFD, FD_CLOEXEC);
  for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
  close(nothing);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  long first = atol(arguments[2]), last = first + atol(arguments[3]);
  for (long file = first; file < last; file++) {
    char path[64];
    snprintf(path, sizeof path, "%s/%ld", arguments[1], file);
    pid_t child = begin(path);
    if (child < 0) fail("no process");
    set_timer(atol(arguments[4]));
    int status = await(child);
    set_timer(0);
    if (refusal != 0) dprintf(output, "%ld refused %d\n", file, refusal);
    else if (status == -1) dprintf(output, "%ld late\n", file);
    else if (WIFEXITED(status)) dprintf(output, "%ld exit %d\n", file, WEXITSTATUS(status));
    else dprintf(output, "%ld signal %d\n", file, WTERMSIG(status));
  }
  return 0;
}
