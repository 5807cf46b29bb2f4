/* Interrupted system calls: which begin again with SA_RESTART, and which always end with EINTR. */
#include <errno.h>
#include <fcntl.h>
#include <futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <testing.h>
#include <time.h>
#include <unistd.h>

static volatile int handled;
static int ends[2], lock_descriptor;

static void on_signal(int signal) { (void)signal, handled++; }

/* Signals the parent as soon as it sleeps; then lets the call succeed. */
static int disturb(void *succeed) {
  pid_t parent = getppid();
  sleep_milliseconds(30);
  if (!wait_for_state(parent, 'S')) return 1;
  kill(parent, SIGUSR1);
  sleep_milliseconds(30);
  if (succeed) ((void (*)(void))succeed)();
  return 0;
}

static void fill_pipe(void) { write(ends[1], "x", 1); }

static void drain_pipe(void) {
  static char block[65536];
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  read(ends[0], block, sizeof block);
  fcntl(ends[0], F_SETFL, 0);
}

static void check(const char *what, long (*call)(void), void (*succeed)(void), int restart) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = restart ? SA_RESTART : 0};
  sigaction(SIGUSR1, &action, NULL);
  handled = 0;
  pid_t child = start(disturb, (void *)succeed);
  long result = call();
  int error = errno;
  wait_for(child);
  char line[100];
  errno = error;
  int at = 0;
  for (const char *text = what; *text; text++) line[at++] = *text;
  for (const char *text = restart ? ", with SA_RESTART" : ""; *text; text++) line[at++] = *text;
  line[at] = 0;
  report(line, result);
  if (handled != 1) say("  handled %d times", handled);
}

static long read_pipe(void) {
  char byte;
  return read(ends[0], &byte, 1);
}

static long write_pipe(void) { return write(ends[1], "x", 1); }

static long write_much(void) {
  static char block[40000];
  return write(ends[1], block, sizeof block);
}

static int exit_later(void *unused) {
  (void)unused;
  sleep_milliseconds(150);
  return 0;
}

static long wait_child(void) {
  pid_t child = start(exit_later, NULL);
  long result = waitpid(child, NULL, 0);
  if (result < 0) {
    int error = errno;
    wait_for(child);
    errno = error;
    return -1;
  }
  return result == child ? 0 : 1;
}

static long sleep_long(void) {
  struct timespec time = {5, 0}, left = {0, 0};
  long result = nanosleep(&time, &left);
  if (result < 0 && (left.tv_sec != 4 || left.tv_nsec == 0))
    say("  left %ld.%09ld", left.tv_sec, left.tv_nsec);
  return result;
}

static long poll_long(void) { return poll(NULL, 0, 5000); }

static long wait_futex(void) {
  static int word = 1;
  struct timespec time = {5, 0};
  return futex_wait(&word, 1, &time);
}

static int futex_word = 1;
static long wait_futex_for_ever(void) { return futex_wait(&futex_word, 1, NULL); }

static long open_fifo(void) {
  int descriptor = open("fifo", O_RDONLY);
  if (descriptor >= 0) close(descriptor);
  return descriptor < 0 ? -1 : 0;
}

static void open_other_end(void) {
  int to = open("fifo", O_WRONLY | O_NONBLOCK);
  if (to >= 0) close(to);
}

static long lock_file(void) {
  int other = open("lock", O_RDWR);
  long result = flock(other, LOCK_EX);
  int error = errno;
  close(other);
  errno = error;
  return result;
}

static void unlock_file(void) { flock(lock_descriptor, LOCK_UN); }

static long wait_signal(void) {
  sigset_t usr2 = 1UL << (SIGUSR2 - 1);
  struct timespec time = {5, 0};
  return sigtimedwait(&usr2, NULL, &time);
}

static long absolute_sleep(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  time.tv_sec += 5;
  int error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  errno = error;
  return error ? -1 : 0;
}

static void fill_up(void) {
  static char block[4096];
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  while (write(ends[1], block, sizeof block) > 0) continue;
  fcntl(ends[1], F_SETFL, 0);
}

int main(void) {
  enter_scratch("signals-restart");
  must(pipe(ends) == 0 && mkfifo("fifo", 0600) == 0, "pipes");
  lock_descriptor = open("lock", O_RDWR | O_CREAT, 0600);
  flock(lock_descriptor, LOCK_EX);
  for (int restart = 0; restart < 2; restart++) {
    check("read", read_pipe, fill_pipe, restart);
    if (!restart) drain_pipe();
    fill_up();
    check("write", write_pipe, drain_pipe, restart);
    drain_pipe();
    check("wait", wait_child, NULL, restart);
    check("open of a named pipe", open_fifo, open_other_end, restart);
    check("flock", lock_file, unlock_file, restart);
    flock(lock_descriptor, LOCK_EX);
    check("nanosleep", sleep_long, NULL, restart);
    check("clock_nanosleep, absolute", absolute_sleep, NULL, restart);
    check("poll", poll_long, NULL, restart);
    check("futex with a timeout", wait_futex, NULL, restart);
    check("sigtimedwait", wait_signal, NULL, restart);
  }
  check("futex for ever", wait_futex_for_ever, NULL, 0);
  /* A write that has moved some bytes tells how many, whatever the flag says. */
  fill_up();
  char page[4096];
  read(ends[0], page, sizeof page);
  check("a partial write", write_much, NULL, 1);
  return 0;
}
