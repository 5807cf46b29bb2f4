/* timeout seconds command [argument...]: runs a command, and ends it with SIGKILL when the time is over.
 * Exit status 124 then, and otherwise the command's. */
#include <command.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;
static volatile int is_over;

static void on_alarm(int signal) {
  (void)signal;
  is_over = 1;
  kill(child, SIGKILL);
}

int main(int argc, char **argv) {
  if (argc < 3) usage("timeout seconds command [argument...]");
  unsigned int seconds = (unsigned int)parse_count("timeout", argv[1], 1);
  child = fork();
  if (child < 0) return complain("timeout", "fork") + 124;
  if (child == 0) {
    execvp(argv[2], argv + 2);
    complain("timeout", argv[2]);
    _exit(errno == ENOENT ? 127 : 126);
  }
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  alarm(seconds);
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (is_over) return 124;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
