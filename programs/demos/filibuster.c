/* filibuster: one process computes for ever and never gives the processor up; another prints, when it is let. */
#include <stdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  pid_t speaker = fork();
  if (speaker == 0) {
    prctl(PR_SET_NAME, (unsigned long)"filibuster", 0, 0, 0);
    for (volatile unsigned long words = 0;; words++) continue;
  }
  prctl(PR_SET_NAME, (unsigned long)"others", 0, 0, 0);
  for (int i = 1; i <= 3; i++) {
    struct timespec short_ = {0, 2000000};
    nanosleep(&short_, NULL);
    printf("the others have done step %d\n", i);
    fflush(stdout);
  }
  kill(speaker, SIGKILL);
  waitpid(speaker, NULL, 0);
  return 0;
}
