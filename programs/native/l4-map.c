/* l4-map: a page mapped to a child, and on to its child, then flushed: both fault. A page granted. A grandchild that keeps nothing. */
#include <l4.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };
static char *const window = (char *)L4_WINDOWS;
static sigjmp_buf back;

static void on_fault(int number, siginfo_t *information, void *context) {
  (void)number, (void)information, (void)context;
  siglongjmp(back, 1);
}

/* Is a page there? For a store, too? */
static const char *see(volatile char *at) {
  if (sigsetjmp(back, 1)) return "nothing";
  char byte = *at;
  (void)byte;
  if (sigsetjmp(back, 1)) return "to read";
  *at = *at;
  return "to write";
}

static void catch_faults(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, 0);
}

static struct l4_got send_page(l4_id_t to, uint64_t page) {
  struct l4_words words = {{page}};
  struct l4_long more = {.send_page = page};
  return l4_ipc(to, L4_NOBODY, &words, &more, L4_FOR_EVER);
}
static struct l4_got receive_page(l4_id_t from, char *where, int order) {
  struct l4_words words;
  struct l4_long more = {.receive_page = L4_PAGE((uint64_t)where, order, 0)};
  return l4_ipc(L4_NOBODY, from, &words, &more, L4_FOR_EVER);
}

static l4_id_t parent;

static void grandchild(l4_id_t above) {
  struct l4_words words = {{0}};
  l4_send(above, &words);
  struct l4_got got = receive_page(above, window + 16 * PAGE, 12);
  printf("grandchild: result %ld, %lu page '%s' %s\n", got.result, (unsigned long)got.pages, window + 16 * PAGE,
         see(window + 16 * PAGE));
  l4_call(above, &words);
  printf("grandchild: after the flush %s\n", see(window + 16 * PAGE));
  exit(0);
}

static void child(void) {
  struct l4_words words = {{0}};
  printf("child: before %s\n", see(window));
  l4_send(parent, &words);
  struct l4_got got = receive_page(parent, window, 12);
  printf("child: result %ld, %lu page '%s' %s\n", got.result, (unsigned long)got.pages, window, see(window));
  strcpy(window + 100, "from the child");
  l4_id_t me = l4_myself();
  pid_t pid = fork();
  if (pid == 0) {
    printf("grandchild: by fork %s\n", see(window));
    grandchild(me);
  }
  l4_id_t below = l4_receive(L4_ANYBODY, &words).from;
  got = send_page(below, L4_PAGE((uint64_t)window, 12, 0));
  printf("child: maps it on, for reading: %ld\n", got.result);
  l4_receive(below, &words);
  got = l4_call(parent, &words);
  printf("child: after the flush %s\n", see(window));
  l4_send(below, &words);
  waitpid(pid, 0, 0);
  got = receive_page(parent, window, 14);
  printf("child: result %ld, %lu pages in a window of four: %s, %s, %s, %s\n", got.result, (unsigned long)got.pages,
         see(window), see(window + PAGE), see(window + 2 * PAGE), see(window + 3 * PAGE));
  got = receive_page(parent, window + 64 * PAGE, 12);
  printf("child: granted: result %ld '%s' %s\n", got.result, window + 64 * PAGE, see(window + 64 * PAGE));
  printf("child: maps what is not there: %ld\n", send_page(parent, L4_PAGE((uint64_t)window + 999 * PAGE, 12, 0)).result);
  printf("child: mmap there: %d, munmap there: %d\n",
         mmap(window, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED,
         munmap(window, PAGE));
  l4_send(parent, &words);
  exit(0);
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  catch_faults();
  parent = l4_myself();
  pid_t pid = fork();
  if (pid == 0) child();
  char *pages = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  /* Aligned to two pages. */
  pages += -(uint64_t)pages % (2 * PAGE);
  strcpy(pages, "from the parent");
  struct l4_words words;
  l4_id_t below = l4_receive(L4_ANYBODY, &words).from;
  struct l4_got got = send_page(below, L4_PAGE((uint64_t)pages, 12, L4_WRITE));
  printf("parent: maps a page: %ld\n", got.result);
  l4_receive(below, &words);
  printf("parent: finds '%s'\n", pages + 100);
  printf("parent: flushes: %ld taken\n", l4_unmap(L4_PAGE((uint64_t)pages, 12, 0), 0));
  printf("parent: has it still: %s\n", see(pages));
  got = l4_send(below, &words);

  struct l4_long two = {.send_page = L4_PAGE((uint64_t)pages, 13, 0), .send_base = 2 * PAGE};
  got = l4_ipc(below, L4_NOBODY, &words, &two, L4_FOR_EVER);
  printf("parent: two pages for reading: %ld\n", got.result);
  char *own = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(own, "a gift");
  got = send_page(below, L4_PAGE((uint64_t)own, 12, L4_WRITE | L4_GRANT));
  printf("parent: grants a page: %ld, and has '%s'\n", got.result, own);
  got = receive_page(below, pages, 12);
  printf("parent: a window that is none: %ld\n", got.result);
  l4_receive(below, &words);
  waitpid(pid, 0, 0);
  printf("parent: nothing is left to flush: %ld\n", l4_unmap(L4_PAGE((uint64_t)pages, 13, 0), 0));
  return 0;
}
