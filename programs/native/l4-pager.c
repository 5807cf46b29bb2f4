/* l4-pager: a pager in C: a child's faults in its windows come as messages, and pages go back; then the pager ends. */
#include <l4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 4 };

static void child(l4_id_t pager) {
  struct l4_words words = {{0}};
  volatile char *const window = (volatile char *)L4_WINDOWS;
  l4_set_pager(pager);
  for (int i = 0; i < PAGES; i++) printf("child: page %d says '%s'\n", i, (char *)window + i * PAGE);
  window[7] = '!';
  printf("child: page 0 says '%s'\n", (char *)window);
  l4_call(pager, &words);
  printf("child: after a flush, page 0 says '%s'\n", (char *)window);
  words.word[0] = 1;
  l4_call(pager, &words);
  printf("child: its pager has gone\n");
  window[PAGES * PAGE] = 1;
  printf("child: this is never said\n");
  exit(0);
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  pid_t pager = fork();
  if (pager == 0) {
    l4_id_t me = l4_myself();
    pid_t client = fork();
    if (client == 0) child(me);
    char *pages = mmap(0, 2 * PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pages += -(uint64_t)pages % (PAGES * PAGE);
    for (int i = 0; i < PAGES; i++) snprintf(pages + i * PAGE, PAGE, "number %d", i);
    struct l4_words words;
    struct l4_got got = l4_receive(L4_ANYBODY, &words);
    while (words.word[0] != 1) {
      struct l4_long more = {0};
      uint64_t address = words.word[0] & ~3UL;
      if (address != 0) {
        int write = words.word[0] >> 1 & 1;
        uint64_t page = (address - L4_WINDOWS) / PAGE;
        printf("pager: a fault at page %lu, to %s\n", (unsigned long)page, write ? "write" : "read");
        more.send_page = L4_PAGE((uint64_t)(pages + page * PAGE), 12, write ? L4_WRITE : 0);
      } else
        printf("pager: flushes %ld pages\n", l4_unmap(L4_PAGE(pages, 14, 0), 0));
      got = l4_ipc(got.from, L4_ANYBODY, &words, &more, L4_TIMEOUTS(0, L4_NEVER));
      if (got.result != L4_OK) printf("pager: result %ld\n", got.result);
    }
    printf("pager: ends\n");
    _exit(0);
  }
  waitpid(pager, 0, 0);
  while (wait(0) > 0) continue;
  return 0;
}
