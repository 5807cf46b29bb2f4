/* exchange [rounds]: two processes hand a byte to and fro through two pipes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void hand_back(int from, int to) {
  char byte;
  while (read(from, &byte, 1) == 1)
    if (write(to, &byte, 1) != 1) _exit(1);
  _exit(0);
}

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 20000, back_again = 0;
  int there[2], back[2], status = 0;
  if (pipe(there) < 0 || pipe(back) < 0) return 2;
  pid_t child = fork();
  if (child == 0) {
    close(there[1]);
    hand_back(there[0], back[1]);
  }
  for (long round = 0; round < rounds; round++) {
    char byte = (char)round, answer = 0;
    if (write(there[1], &byte, 1) != 1 || read(back[0], &answer, 1) != 1) return 3;
    back_again += answer == byte;
  }
  close(there[1]);
  waitpid(child, &status, 0);
  printf("%ld %d\n", back_again, status);
  return 0;
}
