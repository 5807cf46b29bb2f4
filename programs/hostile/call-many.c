/* call-many TABLE SEED CALLS ROOT-EVERY: makes system calls with plausible and wild arguments.
 *
 * TABLE is a file with a line for each call: its number and a letter for each argument (see `argument`). Calls are made in
 * episodes: two processes of two threads each, that share what a fork or a clone shares; an episode ends when all have made
 * their calls, have died of them, or have waited too long. Every ROOT-EVERYth episode is user 0's, the others user 1000's.
 * At the end one line for each call says how often it was made, how often it got past validation (it returned something other
 * than EFAULT, EINVAL, EBADF or ENOSYS), how often it was refused; where it is less, the rest did not come back:
 *
 *     63 512 300 200
 *
 * Everything follows from SEED. Exit status: 0 when CALLS calls were made. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>

enum { PAGE = 4096, ARENA_PAGES = 32, NUMBERS = 512, MOST_ARGUMENTS = 6, PATHS = 24, PATH_SIZE = 64 };
enum { PROCESSES = 2, CALLS_EACH = 150, CALLS_BETWEEN = 16, DEADLINE_MICROSECONDS = 4000, TICK = 200, USER = 1000 };
/* Pages of the arena. */
enum { STRINGS, VECTORS, TIMES, POLLS, LISTS, ZEROS, NOISE, READ_ONLY, ADDRESSES, MESSAGES, LENGTHS, FREE };
enum { CLONE = 220, CLONE3 = 435, EXIT = 93, CLOSE_RANGE = 436, SOCKET = 198, SOCKET_PAIR = 199 };
/* Children by clone without SIGCHLD too. */
enum { WAIT_ALL = 0x40000000 };

static char *const arena = (char *)0x50000000;
struct tally {
  unsigned int tried, passed, refused;
};
static struct tally *const tallies = (struct tally *)0x60000000;

struct call {
  int number;
  char kinds[MOST_ARGUMENTS + 1];
};
static struct call calls[NUMBERS];
static int call_count;

static const char *const names[] = {"a", "b", "d", "d/a", "l", "d/l", "f", "new", "d/new", ".", "", "nothing/x", "a/x"};
static const char *const places[] = {"/",          "/dev/null",          "/dev/zero", "/dev/full", "/proc/self/maps",
                                     "/proc/self/status", "/proc/self/fd/3", "/bin/true", "..",   "/tmp",
                                     "/nowhere"};
enum { NAMES = sizeof names / sizeof *names, PLACES = sizeof places / sizeof *places };

struct worker {
  uint64_t state;
  int root;
  pid_t self, other;
};

static uint64_t number(struct worker *w) {
  w->state ^= w->state << 13;
  w->state ^= w->state >> 7;
  w->state ^= w->state << 17;
  return w->state * 0x2545f4914f6cdd1dUL >> 16;
}
static unsigned int below(struct worker *w, unsigned int limit) { return number(w) % limit; }

static void fail(const char *what) {
  dprintf(2, "call-many: %s: error %d\n", what, errno);
  _exit(1);
}

/* ---- arguments ---- */

static long wild(struct worker *w) {
  static const long edges[] = {0,          -1,          1,           0x7fffffff,    0x80000000,    0xffffffff,
                               0x100000000, PAGE,       -PAGE,       0x7ffffffff000, 0x800000000000, 1L << 53,
                               1L << 62,    0x7fffffffffffffff, -0x7fffffffffffffff - 1, 0x10000};
  switch (below(w, 3)) {
    case 0: return edges[below(w, sizeof edges / sizeof *edges)];
    case 1: return (long)(number(w) << 16 ^ number(w)) >> below(w, 64);
    default: return 1L << below(w, 64);
  }
}

/* A pointer to a page's contents, to its end or a little off it. */
static long within(struct worker *w, int page) {
  long base = (long)arena + page * PAGE;
  unsigned int choice = below(w, 16);
  if (choice == 0) return base + PAGE - below(w, 24);
  if (choice == 1) return base + below(w, PAGE);
  return base + 64 * below(w, 16);
}

static long make(long call, const long *arguments);

static long pointer(struct worker *w, int page) {
  switch (below(w, 20)) {
    case 0: return 0;
    case 1: return wild(w);
    case 2: return (long)arena + (ARENA_PAGES - 1) * PAGE + PAGE - below(w, 40); /* behind it is nothing */
    case 3: return within(w, READ_ONLY);
    case 4: return (long)make; /* the program itself */
    default: return within(w, page);
  }
}

static long path(struct worker *w) {
  if (below(w, 12) == 0) return pointer(w, below(w, ARENA_PAGES));
  int known = w->root ? NAMES : NAMES + PLACES;
  return (long)arena + PATH_SIZE * below(w, known);
}

static long process_id(struct worker *w) {
  switch (below(w, 8)) {
    case 0: return w->other;
    case 1: return -w->self;
    case 2: return 0x3fffffff;
    case 3: return w->root ? w->self : -1;
    case 4: return w->root ? w->self : (int)wild(w);
    case 5: return w->self;
    default: return 0;
  }
}

static long size(struct worker *w) {
  static const long sizes[] = {0, 1, 4, 8, 16, 24, 64, 88, 100, 128, 512, PAGE, 2 * PAGE, 5 * PAGE, 65536, 1 << 20};
  return below(w, 10) == 0 ? wild(w) : sizes[below(w, sizeof sizes / sizeof *sizes)];
}

static long bits(struct worker *w) {
  static const long usual[] = {0, 0, 0, 1, 2, 3, 4, 0x22, 0x21, 0x32, 0x42, 0x441, 0x800, 0x80000, 0x80800, 0x100, 0x1000};
  switch (below(w, 8)) {
    case 0: return wild(w);
    case 1: return 1L << below(w, 32);
    case 2: return number(w) & 0xfff;
    default: return usual[below(w, sizeof usual / sizeof *usual)];
  }
}

/* One argument of a kind: the letters of the table. */
static long argument(struct worker *w, char kind) {
  switch (kind) {
    case 'd': return below(w, 8) == 0 ? (below(w, 2) ? -100 : wild(w)) : (long)below(w, 26);
    case 'p': return path(w);
    case 'P': return pointer(w, FREE + below(w, 8));
    case 'Z': return pointer(w, ZEROS);
    case 'v': return pointer(w, VECTORS);
    case 'T': return pointer(w, TIMES);
    case 'q': return pointer(w, POLLS);
    case 'a': return pointer(w, LISTS);
    case 'A': return pointer(w, ADDRESSES);
    case 'M': return pointer(w, MESSAGES);
    case 'n': return pointer(w, LENGTHS);
    case 'N': return below(w, 6) == 0 ? wild(w) : (below(w, 2) ? 16 : (long)below(w, 128));
    case 'F': return below(w, 10) == 0 ? wild(w) : (long[]){1, 1, 2, 2, 10, 16}[below(w, 6)];
    case 'y': return below(w, 10) == 0 ? wild(w) : (long)(below(w, 6) | (below(w, 2) ? 04000 : 0));
    case 'o': return below(w, 10) == 0 ? wild(w) : (long)below(w, 3);
    case 's': return size(w);
    case 'S': return below(w, 6) == 0 ? size(w) : 8;
    case 'l': return below(w, 4) == 0 ? wild(w) : size(w);
    case 'f': return bits(w);
    case 'i': return below(w, 4) == 0 ? wild(w) : (long)below(w, 40);
    case 'm': return below(w, 4) == 0 ? wild(w) : (long)(number(w) & 07777);
    case 'g': return below(w, 4) == 0 ? wild(w) : (long)below(w, 66);
    case 'c': return below(w, 4) == 0 ? wild(w) : (long)below(w, 12);
    case 't': return process_id(w);
    case 'u': return below(w, 4) == 0 ? wild(w) : (below(w, 2) ? USER : (long)below(w, 3) - 1);
    default: return number(w) & 1 ? wild(w) : (long)below(w, 256);
  }
}

/* ---- what arguments point to ---- */

static void fill_strings(void) {
  for (int i = 0; i < NAMES; i++) strcpy(arena + PATH_SIZE * i, names[i]);
  for (int i = 0; i < PLACES; i++) strcpy(arena + PATH_SIZE * (NAMES + i), places[i]);
}

/* Addresses of 64 bytes each: Unix, IPv4, IPv6, others; messages of 64 bytes each, as sendmmsg has them; lengths. */
static void fill_network(struct worker *w) {
  for (int i = 0; i < PAGE / 64; i++) {
    unsigned short *address = (unsigned short *)(arena + ADDRESSES * PAGE + 64 * i);
    long *message = (long *)(arena + MESSAGES * PAGE + 64 * i);
    unsigned int *length = (unsigned int *)(arena + LENGTHS * PAGE + 64 * i);
    memset(address, 0, 64);
    address[0] = (unsigned short[]){1, 1, 2, 2, 10, 16, number(w), 0}[below(w, 8)];
    if (address[0] == 1) strcpy((char *)(address + 1), names[below(w, NAMES)]);
    else address[1] = below(w, 4) << 8;
    if (address[0] == 2) address[2] = 127, address[3] = 1 << 8;
    message[0] = below(w, 3) ? 0 : within(w, ADDRESSES);
    message[1] = below(w, 8) ? 16 : (int)wild(w);
    message[2] = within(w, VECTORS) & ~15L;
    message[3] = below(w, 20) ? below(w, 6) : wild(w);
    message[4] = below(w, 2) ? 0 : within(w, NOISE);
    message[5] = message[4] == 0 ? 0 : size(w);
    message[6] = message[7] = 0;
    length[0] = below(w, 8) ? below(w, 128) : (unsigned int)wild(w);
  }
}

static void fill(struct worker *w) {
  long *vectors = (long *)(arena + VECTORS * PAGE), *times = (long *)(arena + TIMES * PAGE);
  long *lists = (long *)(arena + LISTS * PAGE), *noise = (long *)(arena + NOISE * PAGE);
  int *polls = (int *)(arena + POLLS * PAGE);
  fill_strings();
  for (int i = 0; i < 512; i += 2) {
    vectors[i] = below(w, 30) == 0 ? wild(w) : within(w, FREE + below(w, 8));
    vectors[i + 1] = below(w, 30) == 0 ? wild(w) : (long)below(w, 300);
    times[i] = below(w, 20) == 0 ? wild(w) : 0;
    times[i + 1] = below(w, 20) == 0 ? wild(w) : (long)below(w, 300000);
    polls[i] = below(w, 10) == 0 ? (int)wild(w) : (int)below(w, 20);
    polls[i + 1] = below(w, 64);
    lists[i] = below(w, 20) == 0 ? wild(w) : (long)arena + PATH_SIZE * below(w, NAMES);
    lists[i + 1] = 0;
    noise[i] = wild(w);
    noise[i + 1] = number(w);
  }
  memset(arena + ZEROS * PAGE, 0, PAGE);
  fill_network(w);
}

/* Descriptors 3 to about 24 of every kind there is. */
static void open_descriptors(void) {
  static const struct {
    const char *name;
    int flags;
  } files[] = {{"a", O_RDWR | O_CREAT}, {".", O_RDONLY},        {"/dev/null", O_RDWR}, {"/dev/zero", O_RDWR},
               {"b", O_RDWR | O_CREAT | O_APPEND}, {"/proc/self/maps", O_RDONLY}, {"f", O_RDWR | O_NONBLOCK},
               {"d", O_RDONLY},         {"a", O_WRONLY}};
  int ends[2];
  SYSCALL_3(CLOSE_RANGE, 3, 0xffffffff, 0);
  for (unsigned int i = 0; i < sizeof files / sizeof *files; i++) open(files[i].name, files[i].flags, 0666);
  if (pipe2(ends, 0) == 0) write(ends[1], "pipe", 4);
  pipe2(ends, O_NONBLOCK);
  SYSCALL_2(SYS_eventfd2, 1, 0);
  SYSCALL_1(SYS_epoll_create1, 0);
  if (SYSCALL_4(SOCKET_PAIR, 1, 1 | O_NONBLOCK, 0, ends) == 0) write(ends[1], "pair", 4);
  for (int i = 0; i < 3; i++) SYSCALL_3(SOCKET, i == 0 ? 1 : 2, i == 2 ? 2 : 1, 0);
  memfd_create("m", 0);
}

/* ---- a worker ---- */

/* A call; whatever process or thread it makes ends at once, without use of a stack. */
static long make(long call, const long *arguments) {
  register long a0 asm("a0") = arguments[0], a1 asm("a1") = arguments[1], a2 asm("a2") = arguments[2];
  register long a3 asm("a3") = arguments[3], a4 asm("a4") = arguments[4], a5 asm("a5") = arguments[5];
  register long a7 asm("a7") = call;
  asm volatile(
      "ecall\n"
      "bnez a0, 1f\n"
      "li t0, %[clone]\n"
      "beq a7, t0, 2f\n"
      "li t0, %[clone3]\n"
      "bne a7, t0, 1f\n"
      "2: li a7, %[exit]\n"
      "ecall\n"
      "j 2b\n"
      "1:\n"
      : "+r"(a0), "+r"(a7)
      : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), [clone] "i"(CLONE), [clone3] "i"(CLONE3), [exit] "i"(EXIT)
      : "memory", "t0");
  return a0;
}

static int ends_worker(int call) { return call == EXIT || call == 94 || call == 139 || call == 221 || call == 281; }

static void one_call(struct worker *w) {
  const struct call *call = &calls[below(w, call_count)];
  if (ends_worker(call->number) && below(w, 16) != 0) return;
  struct call unknown = {.number = NUMBERS - 1, .kinds = "xxxxxx"};
  long real = call->number, arguments[MOST_ARGUMENTS];
  if (below(w, 100) == 0) {
    call = &unknown;
    real = below(w, 2) ? 460 + (long)below(w, 100) : wild(w) | 0x1000;
  }
  for (int i = 0; i < MOST_ARGUMENTS; i++) arguments[i] = call->kinds[i] ? argument(w, call->kinds[i]) : wild(w);
  struct tally *tally = &tallies[call->number];
  __atomic_fetch_add(&tally->tried, 1, __ATOMIC_RELAXED);
  long result = make(real, arguments);
  int refused = result == -EFAULT || result == -EINVAL || result == -EBADF || result == -ENOSYS;
  __atomic_fetch_add(refused ? &tally->refused : &tally->passed, 1, __ATOMIC_RELAXED);
}

static void *work(void *argument) {
  struct worker *w = argument;
  for (int made = 0; made < CALLS_EACH; made++) {
    if (made % CALLS_BETWEEN == 0) fill(w);
    if (made % (2 * CALLS_BETWEEN) == 0) open_descriptors();
    one_call(w);
  }
  return NULL;
}

static void on_alarm(int signal) { (void)signal; }

static void write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0) return;
  write(file, text, strlen(text));
  close(file);
}

/* The most that a worker may have; written files must not fill the machine. */
static void limit(void) {
  struct rlimit file = {1 << 20, 1 << 20}, descriptors = {64, 64};
  setrlimit(RLIMIT_FSIZE, &file);
  setrlimit(RLIMIT_NOFILE, &descriptors);
}

static _Noreturn void be_worker(uint64_t seed, int root, pid_t other) {
  setpgid(0, 0);
  write_text("/proc/self/oom_score_adj", "1000");
  limit();
  for (int standard = 0; standard < 3; standard++) {
    close(standard);
    open("/dev/null", O_RDWR);
  }
  chdir("/w");
  if (!root && (setgid(USER) != 0 || setuid(USER) != 0)) _exit(9);
  mkdir("d", 0777);
  mknod("f", S_IFIFO | 0666, 0);
  symlink("a", "l");
  symlink("l", "d/l");
  if (mmap(arena, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
      MAP_FAILED)
    _exit(9);
  mprotect(arena + READ_ONLY * PAGE, PAGE, PROT_READ);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  struct itimerval tick = {{0, TICK}, {0, TICK}};
  setitimer(ITIMER_REAL, &tick, NULL);
  static struct worker workers[2];
  for (int i = 0; i < 2; i++) workers[i] = (struct worker){seed * 2 + i, root, getpid(), other};
  for (int i = 0; i < 2; i++)
    for (int warm = 0; warm < 8; warm++) number(&workers[i]);
  thread_t *thread;
  int alone = thread_create(&thread, work, &workers[1]);
  work(&workers[0]);
  if (!alone) thread_join(thread, NULL);
  _exit(0);
}

/* ---- episodes ---- */

static void clean_up(void) {
  for (int again = 0; again < 2; again++)
    for (int i = 0; i < NAMES; i++) {
      if (names[i][0] == '.' || names[i][0] == 0) continue;
      char path[80];
      snprintf(path, sizeof path, "/w/%s", names[i]);
      if (unlink(path) < 0) rmdir(path);
    }
}

static void episode(uint64_t seed, int root) {
  pid_t workers[PROCESSES];
  for (int i = 0; i < PROCESSES; i++) {
    workers[i] = fork();
    if (workers[i] < 0) fail("no worker");
    if (workers[i] == 0) be_worker(seed * PROCESSES + i + 1, root, i ? workers[0] : getpid());
  }
  struct itimerval deadline = {{0, DEADLINE_MICROSECONDS}, {0, DEADLINE_MICROSECONDS}};
  setitimer(ITIMER_REAL, &deadline, NULL);
  for (int left = PROCESSES; left > 0;) {
    pid_t ended = wait4(-1, NULL, WAIT_ALL, NULL);
    if (ended < 0 && errno == EINTR)
      for (int i = 0; i < PROCESSES; i++) {
        kill(-workers[i], SIGKILL);
        kill(workers[i], SIGKILL);
      }
    else if (ended < 0) fail("waiting");
    for (int i = 0; i < PROCESSES; i++)
      if (workers[i] == ended) left--;
  }
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  while (wait4(-1, NULL, WAIT_ALL | WNOHANG, NULL) > 0) continue;
  clean_up();
}

static void read_table(const char *path) {
  static char text[16384];
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (length <= 0) fail(path);
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    char *kinds = strchr(line, ' ');
    if (!kinds || call_count == NUMBERS) fail("a line of the table");
    calls[call_count].number = atoi(line);
    strncpy(calls[call_count++].kinds, kinds + 1, MOST_ARGUMENTS);
  }
}

static unsigned long made(void) {
  unsigned long sum = 0;
  for (int i = 0; i < NUMBERS; i++) sum += tallies[i].tried;
  return sum;
}

int main(int count, char **arguments) {
  if (count != 5) return 1;
  read_table(arguments[1]);
  uint64_t seed = strtoul(arguments[2], NULL, 10);
  unsigned long wanted = strtoul(arguments[3], NULL, 10), root_every = strtoul(arguments[4], NULL, 10);
  if (mmap(tallies, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
    fail("no memory");
  write_text("/proc/self/oom_score_adj", "-1000");
  signal(SIGINT, SIG_IGN);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  umask(0);
  mkdir("/w", 0777);
  for (unsigned long i = 0; made() < wanted; i++) {
    if (i > wanted) fail("episodes that make no calls");
    episode(seed * 1000003 + i, root_every != 0 && i % root_every == 0);
  }
  for (int i = 0; i < NUMBERS; i++)
    if (tallies[i].tried)
      printf("%d %u %u %u\n", i, tallies[i].tried, tallies[i].passed, tallies[i].refused);
  return 0;
}
