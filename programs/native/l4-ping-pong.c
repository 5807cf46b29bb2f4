/* l4-ping-pong [ROUNDS] [small]: calls of a child, and replies of its parent; with `small`, both in small address spaces. */
#include <l4.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(l4_id_t server, int rounds, int small) {
  struct l4_words words = {{0}};
  struct l4_got got = {0};
  if (small && l4_set_small(1) != L4_OK) _exit(3);
  l4_call(server, &words);
  for (int i = 0; i < rounds; i++) {
    got = l4_call(server, &words);
    if (got.result != L4_OK) break;
  }
  printf("child: result %ld, count %lu, answered by its parent: %d\n", got.result, (unsigned long)words.word[0],
         got.from == server);
  exit(words.word[0] == (uint64_t)rounds + 1 ? 0 : 1);
}

int main(int count, char **arguments) {
  int rounds = count > 1 ? atoi(arguments[1]) : 1000, small = count > 2;
  if (small && l4_set_small(1) != L4_OK) return 3;
  l4_id_t me = l4_myself();
  pid_t pid = fork();
  if (pid == 0) child(me, rounds, small);
  struct l4_words words;
  struct l4_got got = l4_receive(L4_ANYBODY, &words);
  for (int i = 0; i < rounds; i++) {
    words.word[0]++;
    got = l4_reply_and_wait(got.from, &words);
    if (got.result != L4_OK) break;
  }
  words.word[0]++;
  l4_send(got.from, &words);
  int status;
  waitpid(pid, &status, 0);
  printf("parent: result %ld, child ended with %d\n", got.result, status);
  return status != 0;
}
