/* witness [-p PAGES] [-m MILLISECONDS] [-u USER] COMMAND [ARGUMENT...]: runs a hostile command beside a witness.
 *
 * The witness is a process that keeps rewriting memory of its own: each word becomes a function of itself, of
 * another word and of the round, so that one wrong bit anywhere spoils everything after it. When the command has
 * ended, or after MILLISECONDS (default 10000), when its whole process group is killed, the witness prints how many
 * rounds it made and its checksum:
 *
 *     command: exit 3                     or: command: killed by signal 9, with ", at the deadline" when it was
 *     witness: 16 pages, 123 rounds, checksum 89abcdef
 *
 * test/support/witness.ts knows what the checksum must be. The command runs in a process group of its own, as USER when one is
 * given; supervisor and witness ask to be spared when memory is out, the command does not. Exit status: 0 when the
 * witness could be asked, 1 otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_PER_PAGE = 1024, NEIGHBOUR = 1031, PAUSE_MICROSECONDS = 300, PATIENCE_MILLISECONDS = 5000 };

static volatile sig_atomic_t asked;
static void on_request(int signal) { (void)signal, asked = 1; }

static void fail(const char *what) {
  dprintf(2, "witness: %s: error %d\n", what, errno);
  _exit(1);
}

static void pause_for(long microseconds) {
  struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
  nanosleep(&time, NULL);
}

static long now_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_adjustment(const char *value, size_t length) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY);
  if (file < 0) return;
  write(file, value, length);
  close(file);
}

static unsigned int rewrite(unsigned int *words, unsigned long count, unsigned int round, unsigned int sum) {
  for (unsigned long i = 0; i < count; i++) {
    unsigned int word = words[i] * 1664525u + words[(i + NEIGHBOUR) % count] + round;
    words[i] = word;
    sum = sum * 31u + word;
  }
  return sum;
}

static _Noreturn void bear_witness(unsigned long pages) {
  unsigned long count = pages * WORDS_PER_PAGE;
  unsigned int *words =
      mmap(NULL, count * sizeof *words, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (words == MAP_FAILED) fail("no memory to rewrite");
  unsigned int rounds = 0, sum = 0;
  do {
    sum = rewrite(words, count, ++rounds, sum);
    pause_for(PAUSE_MICROSECONDS);
  } while (!asked);
  dprintf(1, "witness: %lu pages, %u rounds, checksum %08x\n", pages, rounds, sum);
  _exit(0);
}

static _Noreturn void run_command(char **command, long user) {
  setpgid(0, 0);
  set_adjustment("0", 1);
  signal(SIGTERM, SIG_DFL);
  if (user >= 0 && (setgid(user) != 0 || setuid(user) != 0)) fail("cannot become the user");
  execvp(command[0], command);
  fail(command[0]);
  _exit(1);
}

/* The command's wait status; kills its group when the time is over. */
static int await(pid_t command, long milliseconds, int *late) {
  long deadline = now_milliseconds() + milliseconds;
  int status;
  for (;;) {
    pid_t ended = waitpid(command, &status, WNOHANG);
    if (ended == command) return status;
    if (ended < 0) fail("waiting for the command");
    if (now_milliseconds() >= deadline && !*late) {
      *late = 1;
      kill(-command, SIGKILL);
    }
    pause_for(1000);
  }
}

/* Nothing of the command's group is left when this returns, unless it cannot be ended. */
static void clear_away(pid_t group) {
  long deadline = now_milliseconds() + PATIENCE_MILLISECONDS;
  while (kill(-group, SIGKILL) == 0) {
    if (now_milliseconds() >= deadline) {
      dprintf(1, "command: its process group cannot be ended\n");
      return;
    }
    pause_for(1000);
  }
}

static void tell(int status, int late) {
  const char *when = late ? ", at the deadline" : "";
  if (WIFEXITED(status)) dprintf(1, "command: exit %d%s\n", WEXITSTATUS(status), when);
  else dprintf(1, "command: killed by signal %d%s\n", WTERMSIG(status), when);
}

int main(int count, char **arguments) {
  long pages = 4, milliseconds = 10000, user = -1;
  for (int option; (option = getopt(count, arguments, "+p:m:u:")) != -1;) {
    if (option == 'p') pages = atol(optarg);
    else if (option == 'm') milliseconds = atol(optarg);
    else if (option == 'u') user = atol(optarg);
    else return 1;
  }
  if (optind >= count || pages < 2) {
    dprintf(2, "usage: witness [-p PAGES] [-m MILLISECONDS] [-u USER] COMMAND [ARGUMENT...]\n");
    return 1;
  }
  set_adjustment("-1000", 5);
  signal(SIGTERM, on_request);
  pid_t witness = fork();
  if (witness < 0) fail("no witness");
  if (witness == 0) bear_witness(pages);
  pid_t command = fork();
  if (command < 0) fail("no command");
  if (command == 0) run_command(arguments + optind, user);
  setpgid(command, command);
  int late = 0;
  int status = await(command, milliseconds, &late);
  clear_away(command);
  tell(status, late);
  kill(witness, SIGTERM);
  if (waitpid(witness, &status, 0) != witness || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fail("the witness is lost");
  return 0;
}
