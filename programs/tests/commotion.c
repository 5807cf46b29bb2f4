/* Everything at once, for snapshots at any instant: threads on mutexes and conditions, a pipeline of processes,
 * sleepers, signals with a handler and in a mask, copies on write, and pages of a file that come in one by one. */
#include <errno.h>
#include <fcntl.h>
#include <futex.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <testing.h>
#include <thread.h>
#include <time.h>
#include <unistd.h>

#define THREADS 3
#define ROUNDS 150
#define RECORDS 3000
#define SIGNALS 25
#define NAPS 12
#define PAGE 4096

/* --- threads that hand a token on, each asleep until it is its turn */

static mutex_t lock;
static condition_t turned;
static int turn, handed;
static long atomic_total;

static void *hand_on(void *number) {
  for (int round = 0; round < ROUNDS; round++) {
    mutex_lock(&lock);
    while (turn != (int)(long)number) condition_wait(&turned, &lock);
    turn = (turn + 1) % THREADS;
    handed++;
    condition_broadcast(&turned);
    mutex_unlock(&lock);
    for (int i = 0; i < 20; i++) __atomic_fetch_add(&atomic_total, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

/* --- a pipeline: numbers, their squares, their sum */

static void send_all(int to, const void *bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = write(to, (const char *)bytes + done, size - done);
    if (count > 0) done += (size_t)count;
    else must(errno == EINTR, "write");
  }
}

static int receive(int from, uint64_t *number) {
  for (size_t done = 0; done < sizeof *number;) {
    ssize_t count = read(from, (char *)number + done, sizeof *number - done);
    if (count == 0) return 0;
    if (count > 0) done += (size_t)count;
    else must(errno == EINTR, "read");
  }
  return 1;
}

static int numbers[2], squares[2];

static int produce(void *unused) {
  (void)unused;
  close(squares[0]), close(squares[1]), close(numbers[0]);
  for (uint64_t i = 1; i <= RECORDS; i++) send_all(numbers[1], &i, sizeof i);
  return 0;
}

static int square(void *unused) {
  (void)unused;
  close(numbers[1]), close(squares[0]);
  uint64_t number;
  while (receive(numbers[0], &number)) {
    number *= number;
    send_all(squares[1], &number, sizeof number);
  }
  return 0;
}

/* --- a sleeper that tells its parent each time it wakes */

static volatile sig_atomic_t caught;

static void count_signal(int signal) {
  (void)signal;
  caught++;
}

static int nap(void *unused) {
  (void)unused;
  struct timespec moment = {0, 40000};
  int whole = 0;
  for (int i = 0; i < NAPS; i++) whole += nanosleep(&moment, NULL) == 0;
  return whole;
}

/* Sends a signal, and waits until it has been handled before it sends the next. */
static int answered[2];

static int nag(void *unused) {
  (void)unused;
  char byte;
  for (int i = 0; i < SIGNALS; i++) {
    kill(getppid(), SIGUSR1);
    while (read(answered[0], &byte, 1) != 1) must(errno == EINTR, "answer");
  }
  return 0;
}

static void *answer(void *unused) {
  (void)unused;
  /* All threads block the signal, but this one while it sleeps. */
  sigset_t none;
  sigemptyset(&none);
  for (int seen = 0; seen < SIGNALS; seen++) {
    while (caught <= seen) sigsuspend(&none);
    send_all(answered[1], "", 1);
  }
  return NULL;
}

/* --- memory: a file's pages, and a copy on write */

static int look_at_file(void *unused) {
  (void)unused;
  int file = open("/proc/self/exe", O_RDONLY);
  struct stat status;
  must(file >= 0 && fstat(file, &status) == 0, "own program");
  size_t size = (size_t)status.st_size;
  unsigned char *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  must(map != MAP_FAILED, "map");
  unsigned differences = 0;
  for (size_t at = 0; at < size; at += PAGE) {
    unsigned char page[PAGE];
    ssize_t count = pread(file, page, PAGE, (off_t)at);
    for (ssize_t i = 0; i < count; i++) differences += page[i] != map[at + (size_t)i];
  }
  return differences != 0;
}

static unsigned char shared_before[16 * PAGE];

static int write_copies(void *unused) {
  (void)unused;
  unsigned sum = 0;
  for (int round = 0; round < 4; round++)
    for (size_t at = 0; at < sizeof shared_before; at += 512) sum += shared_before[at] += 1;
  return (int)(sum % 100);
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  must(sigprocmask(SIG_BLOCK, &set, NULL) == 0, "mask");
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  must(sigaction(SIGUSR1, &action, NULL) == 0, "handler");
  must(pipe(numbers) == 0 && pipe(squares) == 0 && pipe(answered) == 0, "pipes");
  memset(shared_before, 7, sizeof shared_before);

  pid_t producer = start(produce, NULL), squarer = start(square, NULL), napper = start(nap, NULL);
  close(numbers[0]), close(numbers[1]), close(squares[1]);
  pid_t looker = start(look_at_file, NULL), copier = start(write_copies, NULL);
  thread_t *threads[THREADS], *answerer;
  for (long i = 0; i < THREADS; i++) must(thread_create(&threads[i], hand_on, (void *)i) == 0, "thread");
  must(thread_create(&answerer, answer, NULL) == 0, "thread");
  pid_t nagger = start(nag, NULL);

  uint64_t number, sum = 0;
  while (receive(squares[0], &number)) sum += number;
  say("sum of squares: %llu", (unsigned long long)sum);
  for (int i = 0; i < THREADS; i++) thread_join(threads[i], NULL);
  thread_join(answerer, NULL);
  say("handed on %d times, counted to %ld, signals handled: %d", handed, atomic_total, (int)caught);
  report_status("producer", wait_for(producer));
  report_status("squarer", wait_for(squarer));
  report_status("naps", wait_for(napper));
  report_status("file", wait_for(looker));
  report_status("copies", wait_for(copier));
  report_status("nagger", wait_for(nagger));
  say("still %d", shared_before[0]);
  return 0;
}
