/* l4-strings: strings in messages, results of what goes wrong, and the ends of partners. */
#include <l4.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BIG = 100000 };
static l4_id_t server;

static char *big(void) {
  return mmap(0, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void client(void) {
  struct l4_words words = {{1, 2, 3, 4, 5, 6, 7, 8}};
  char *text = big(), answer[32] = "";
  for (int i = 0; i < BIG; i++) text[i] = 'a' + i % 26;
  struct l4_long more = {.send_string = text, .send_length = BIG, .receive_string = answer, .receive_length = 32};
  struct l4_got got = l4_ipc(server, server, &words, &more, L4_FOR_EVER);
  printf("client: result %ld, %lu bytes '%s', words %lu to %lu\n", got.result, (unsigned long)got.bytes, answer,
         (unsigned long)words.word[0], (unsigned long)words.word[7]);
  more.send_string = "much too long for the server's little room";
  more.send_length = 42;
  got = l4_ipc(server, L4_NOBODY, &words, &more, L4_FOR_EVER);
  printf("client: a string that is cut: %ld\n", got.result);
  more.send_string = (void *)64;
  got = l4_ipc(server, L4_NOBODY, &words, &more, L4_FOR_EVER);
  printf("client: a string from nowhere: %ld\n", got.result);
  got = l4_ipc(server, L4_NOBODY, &words, (void *)72, L4_FOR_EVER);
  printf("client: a description from nowhere: %ld\n", got.result);
  printf("client: to nobody there: %ld, to itself: %ld\n", l4_send(123456789, &words).result,
         l4_send(l4_myself(), &words).result);
  got = l4_call(server, &words);
  printf("client: its server ends: %ld\n", got.result);
  got = l4_call(server, &words);
  printf("client: and is gone: %ld\n", got.result);
  exit(0);
}

static void on_alarm(int number) { (void)number; }

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  server = l4_myself();
  pid_t ours = fork();
  if (ours == 0) {
    server = l4_myself();
    pid_t pid = fork();
    if (pid == 0) client();
    struct l4_words words;
    char *room = big();
    struct l4_long more = {.receive_string = room, .receive_length = BIG};
    struct l4_got got = l4_ipc(L4_NOBODY, L4_ANYBODY, &words, &more, L4_FOR_EVER);
    int wrong = 0;
    for (int i = 0; i < BIG; i++) wrong += room[i] != 'a' + i % 26;
    printf("server: result %ld, %lu bytes, %d wrong, words %lu to %lu\n", got.result, (unsigned long)got.bytes, wrong,
           (unsigned long)words.word[0], (unsigned long)words.word[7]);
    for (int i = 0; i < 8; i++) words.word[i] = 10 * (i + 1);
    more = (struct l4_long){.send_string = "thank you", .send_length = 10, .receive_string = room, .receive_length = 8};
    for (int i = 0; i < 2; i++) {
      got = l4_ipc(i == 0 ? got.from : L4_NOBODY, L4_ANYBODY, &words, &more, L4_FOR_EVER);
      printf("server: result %ld, %lu bytes '%.8s'\n", got.result, (unsigned long)got.bytes, room);
    }
    got = l4_receive(L4_ANYBODY, &words);
    printf("server: result %ld, and ends without an answer\n", got.result);
    exit(0);
  }
  waitpid(ours, 0, 0);
  struct l4_words words;
  printf("parent: nothing comes: %ld\n", l4_ipc(L4_NOBODY, L4_ANYBODY, &words, 0, L4_TIMEOUTS(0, 5)).result);
  pid_t deaf = fork();
  if (deaf == 0) {
    words.word[0] = l4_myself();
    l4_send(server, &words);
    sleep(3);
    _exit(0);
  }
  l4_receive(L4_ANYBODY, &words);
  l4_id_t other = (l4_id_t)words.word[0];
  printf("parent: nobody takes it: %ld", l4_ipc(other, L4_NOBODY, &words, 0, L4_TIMEOUTS(0, 0)).result);
  printf(" and %ld\n", l4_ipc(other, L4_NOBODY, &words, 0, L4_TIMEOUTS(5, 0)).result);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, 0);
  if (fork() == 0) {
    sleep(1);
    kill(getppid(), SIGALRM);
    _exit(0);
  }
  printf("parent: a signal: %ld\n", l4_receive(L4_ANYBODY, &words).result);
  kill(deaf, SIGKILL);
  printf("parent: its partner is killed: %ld\n", l4_receive(other, &words).result);
  while (wait(0) > 0) continue;
  return 0;
}
