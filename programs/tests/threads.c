/* Threads: creating and joining, shared memory, mutexes, conditions, thread-local variables, identity. */
#include <errno.h>
#include <futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <testing.h>
#include <thread.h>
#include <unistd.h>

#define THREADS 4

static mutex_t lock;
static long counter;
static _Thread_local int own = 100;

static void *count(void *rounds) {
  for (long i = 0; i < (long)rounds; i++) {
    mutex_lock(&lock);
    counter++;
    mutex_unlock(&lock);
  }
  return rounds;
}

static void run_threads(void *(*function)(void *), void *argument, void **results) {
  thread_t *threads[THREADS];
  for (int i = 0; i < THREADS; i++) must(thread_create(&threads[i], function, argument) == 0, "thread");
  for (int i = 0; i < THREADS; i++) thread_join(threads[i], results ? &results[i] : NULL);
}

static void counting(void) {
  void *results[THREADS];
  run_threads(count, (void *)2000, results);
  say("counted to %ld, results %ld %ld %ld %ld", counter, (long)results[0], (long)results[1],
      (long)results[2], (long)results[3]);
}

static long atomic_counter;

static void *count_atomically(void *rounds) {
  for (long i = 0; i < (long)rounds; i++) __atomic_fetch_add(&atomic_counter, 1, __ATOMIC_RELAXED);
  return NULL;
}

static void *exchange(void *rounds) {
  /* The same with load-reserved and store-conditional. */
  for (long i = 0; i < (long)rounds; i++) {
    long old = __atomic_load_n(&atomic_counter, __ATOMIC_RELAXED);
    while (
        !__atomic_compare_exchange_n(&atomic_counter, &old, old + 1, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      continue;
  }
  return NULL;
}

static void atomics(void) {
  run_threads(count_atomically, (void *)5000, NULL);
  say("atomic addition: %ld", atomic_counter);
  run_threads(exchange, (void *)5000, NULL);
  say("compare and exchange: %ld", atomic_counter);
}

/* ---- a bounded buffer ---- */

static int buffer[4], filled, first;
static long produced, consumed, sum;
static condition_t not_full, not_empty;

static void *produce(void *items) {
  for (long i = 0; i < (long)items; i++) {
    mutex_lock(&lock);
    while (filled == 4) condition_wait(&not_full, &lock);
    buffer[(first + filled++) % 4] = (int)++produced;
    mutex_unlock(&lock);
    condition_signal(&not_empty);
  }
  return NULL;
}

static void *consume(void *items) {
  for (long i = 0; i < (long)items; i++) {
    mutex_lock(&lock);
    while (filled == 0) condition_wait(&not_empty, &lock);
    sum += buffer[first];
    first = (first + 1) % 4;
    filled--;
    consumed++;
    mutex_unlock(&lock);
    condition_signal(&not_full);
  }
  return NULL;
}

static void producers_and_consumers(void) {
  thread_t *threads[4];
  thread_create(&threads[0], produce, (void *)500);
  thread_create(&threads[1], consume, (void *)300);
  thread_create(&threads[2], produce, (void *)100);
  thread_create(&threads[3], consume, (void *)300);
  for (int i = 0; i < 4; i++) thread_join(threads[i], NULL);
  say("produced %ld, consumed %ld, sum %ld", produced, consumed, sum);
  struct timespec soon = {0, 20000000};
  mutex_lock(&lock);
  say("a condition with a time limit: %s",
      condition_wait_for(&not_empty, &lock, &soon) == ETIMEDOUT ? "ETIMEDOUT" : "?");
  say("the mutex is held again: %s", mutex_try_lock(&lock) == EBUSY ? "EBUSY" : "?");
  mutex_unlock(&lock);
}

static void *use_own(void *value) {
  int before = own;
  own = (int)(long)value;
  for (int i = 0; i < 20; i++) {
    own++;
    sched_yield();
  }
  errno = own;
  sched_yield();
  return (void *)(long)(before * 1000 + errno - (int)(long)value);
}

static void thread_local_variables(void) {
  void *results[THREADS];
  run_threads(use_own, (void *)7, results);
  say("each thread begins with 100 and counts its own 20: %ld %ld %ld %ld; mine stays %d", (long)results[0],
      (long)results[1], (long)results[2], (long)results[3], own);
}

static void *identity(void *process) {
  return (void *)(long)(getpid() == *(pid_t *)process && gettid() != getpid() &&
                        thread_id(thread_self()) == gettid());
}

static void identities(void) {
  pid_t process = getpid();
  thread_t *thread;
  void *result;
  thread_create(&thread, identity, &process);
  thread_join(thread, &result);
  say("one process, another thread id: %ld; the first thread's is the process's: %d", (long)result,
      gettid() == process);
}

static void *exit_deep(void *unused) {
  (void)unused;
  thread_exit((void *)55);
}

static volatile int handler_thread;
static void on_signal(int signal) { (void)signal, handler_thread = gettid(); }

static void *take_signal(void *unused) {
  (void)unused;
  while (!handler_thread) sched_yield();
  return (void *)(long)(handler_thread == gettid());
}

static void directed_signals(void) {
  thread_t *thread;
  void *result;
  thread_create(&thread, exit_deep, NULL);
  thread_join(thread, &result);
  say("thread_exit: %ld", (long)result);
  signal(SIGUSR1, on_signal);
  thread_create(&thread, take_signal, NULL);
  tgkill(getpid(), thread_id(thread), SIGUSR1);
  thread_join(thread, &result);
  say("tgkill reaches the thread it names: %ld", (long)result);
  report("tgkill to a thread of another process", tgkill(1, gettid(), 0));
  report("tkill to nobody", SYSCALL_2(SYS_tkill, 0x3ffffff, 0));
  /* A signal for the process goes to a thread that does not block it. */
  handler_thread = 0;
  sigset_t usr1 = 1UL << (SIGUSR1 - 1), none = 0;
  thread_create(&thread, take_signal, NULL);
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  kill(getpid(), SIGUSR1);
  thread_join(thread, &result);
  sigprocmask(SIG_SETMASK, &none, NULL);
  say("a blocked thread leaves it to another: %ld", (long)result);
}

static void *wait_for_ever(void *unused) {
  for (;;) pause();
  return unused;
}

static void *exit_process(void *unused) {
  (void)unused;
  exit(23);
}

static int end_by_thread(void *unused) {
  (void)unused;
  thread_t *thread;
  for (int i = 0; i < 3; i++) thread_create(&thread, wait_for_ever, NULL);
  thread_create(&thread, exit_process, NULL);
  for (;;) pause();
  return 0;
}

static void *end_later(void *unused) {
  (void)unused;
  sleep_milliseconds(30);
  exit(31);
}

static int end_first_thread(void *unused) {
  (void)unused;
  thread_t *thread;
  thread_create(&thread, end_later, NULL);
  system_call(SYS_exit, 9, 0, 0, 0, 0, 0);
  return 0;
}

static int fault_in_thread(void *unused) {
  (void)unused;
  thread_t *thread;
  thread_create(&thread, (void *(*)(void *))nowhere(), NULL);
  for (;;) pause();
  return 0;
}

static void *fork_here(void *unused) {
  (void)unused;
  pid_t child = fork();
  if (child == 0) _exit(gettid() == getpid() ? 44 : 45);
  return (void *)(long)wait_for(child);
}

static void ends(void) {
  report_status("exit in a thread ends all", run(end_by_thread, NULL));
  report_status("the process lives on when its first thread ends", run(end_first_thread, NULL));
  report_status("a fault in a thread kills all", run(fault_in_thread, NULL));
  thread_t *thread;
  void *status;
  thread_create(&thread, fork_here, NULL);
  thread_join(thread, &status);
  report_status("fork in a thread copies only that thread", (int)(long)status);
}

int main(void) {
  counting();
  atomics();
  producers_and_consumers();
  thread_local_variables();
  identities();
  directed_signals();
  ends();
  return 0;
}
