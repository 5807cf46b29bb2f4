/* Code in memory that is mapped more than once, moved, taken away, or shared by processes, and that changes. */
#include <fcntl.h>
#include <generated_code.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096UL
#define ALL (PROT_READ | PROT_WRITE | PROT_EXEC)

static char *map(int rights, int flags, int file) {
  char *area = mmap(NULL, PAGE, rights, flags, file, 0);
  must(area != MAP_FAILED, "mmap");
  return area;
}

static char *private(void) { return map(ALL, MAP_PRIVATE | MAP_ANONYMOUS, -1); }

static long result(void *code) {
  see_code();
  return call(code, OFTEN) / OFTEN;
}

/* One page, written by one address and executed by two others. */
static void views(void) {
  int file = memfd_create("code", 0);
  must(file >= 0 && ftruncate(file, PAGE) == 0, "memfd_create");
  char *written = map(PROT_READ | PROT_WRITE, MAP_SHARED, file);
  char *executed = map(PROT_READ | PROT_EXEC, MAP_SHARED, file);
  char *also = map(PROT_READ | PROT_EXEC, MAP_SHARED, file);
  long sums[4];
  for (int i = 0; i < 4; i++) {
    write_multiply(written, 1 + i);
    sums[i] = result(i % 2 ? executed : also) + result(executed);
  }
  say("written by another address: %ld %ld %ld %ld", sums[0], sums[1], sums[2], sums[3]);
  char word[4];
  const unsigned int step = add_step(50);
  memcpy(word, &step, sizeof step);
  must(pwrite(file, word, sizeof word, 4) == 4, "pwrite");
  say("written by its descriptor: %ld", result(executed));
  close(file);
}

/* Other code comes to the same address. */
static void moved(void) {
  char *at = private();
  write_multiply(at, 3);
  long before = result(at);
  char *other = private();
  write_multiply(other, 4);
  long elsewhere = result(other);
  must(mremap(other, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) == at, "mremap");
  long after = result(at);
  say("moved onto other code: %ld %ld %ld", before, elsewhere, after);
  mmap(at, PAGE, ALL, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  write_multiply(at, 5);
  say("mapped anew: %ld", result(at));
  madvise(at, PAGE, MADV_DONTNEED);
  write_multiply(at, 6);
  say("given back and written: %ld", result(at));
}

static void call_it(void *at) { call(at, 1); }

static void taken_away(void) {
  char *at = private();
  write_multiply(at, 7);
  long before = result(at);
  mprotect(at, PAGE, PROT_READ | PROT_WRITE);
  report_fault("not executable", catch_fault(call_it, at), at);
  mprotect(at, PAGE, ALL);
  long after = result(at);
  munmap(at, PAGE);
  report_fault("unmapped", catch_fault(call_it, at), at);
  say("before and after: %ld %ld", before, after);
}

/* A child changes its own copy. */
static char *copied;

static int change_copy(void *unused) {
  (void)unused;
  long before = result(copied);
  change_step(copied, 9);
  say("  the child: %ld, then %ld", before, result(copied));
  return 0;
}

static void copies(void) {
  copied = private();
  write_multiply(copied, 8);
  long before = result(copied);
  report_status("the child", run(change_copy, NULL));
  say("the parent: %ld, then %ld", before, result(copied));
  change_step(copied, 10);
  report_status("another", run(change_copy, NULL));
  say("the parent: %ld", result(copied));
}

/* Two processes, one of which writes what the other executes. */
static struct gate go, back;
static char *shared;

static int execute_shared(void *unused) {
  (void)unused;
  for (int i = 0; i < 4; i++) {
    gate_wait(&go);
    say("  the child executes: %ld", result(shared));
    gate_open(&back);
  }
  return 0;
}

static void take_turns(const char *what, pid_t child, char *written, int first) {
  for (int i = 0; i < 4; i++) {
    change_step(written, first + i);
    gate_open(&go);
    gate_wait(&back);
  }
  say("%s: the writer executes %ld", what, result(written));
  report_status("the child", wait_for(child));
}

static void two_processes(void) {
  go = gate_make(), back = gate_make();
  shared = map(ALL, MAP_SHARED | MAP_ANONYMOUS, -1);
  write_multiply(shared, 0);
  result(shared);
  take_turns("shared memory", start(execute_shared, NULL), shared, 31);
}

static int execute_file(void *unused) {
  int file = open("code", O_RDONLY);
  shared = map(PROT_READ | PROT_EXEC, MAP_SHARED, file);
  close(file);
  return execute_shared(unused);
}

static void file(void) {
  int file = open("code", O_RDWR | O_CREAT, 0700);
  char page[PAGE];
  memset(page, 0, PAGE);
  write_multiply(page, 0);
  must(write(file, page, PAGE) == (ssize_t)PAGE, "write");
  char *written = map(ALL, MAP_SHARED, file);
  take_turns("a file", start(execute_file, NULL), written, 41);
  close(file);
}

int main(void) {
  enter_scratch("code-mappings");
  views();
  moved();
  taken_away();
  copies();
  two_processes();
  file();
  return 0;
}
