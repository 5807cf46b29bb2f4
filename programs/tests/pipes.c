/* Pipes: end of file, broken pipes, capacity, blocking, atomic writes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static char block[131072];

static void end_of_file(void) {
  int ends[2];
  char text[10];
  must(pipe(ends) == 0, "pipe");
  report("write", write(ends[1], "hello", 5));
  int waiting = 0;
  ioctl(ends[0], FIONREAD, &waiting);
  say("FIONREAD: %d", waiting);
  report("read less than there is", read(ends[0], text, 2));
  close(ends[1]);
  report("what was written is kept", read(ends[0], text, 10));
  report("then the end", read(ends[0], text, 10));
  report("and again", read(ends[0], text, 10));
  close(ends[0]);
  must(pipe(ends) == 0, "pipe");
  report("read from the writing end", read(ends[1], text, 1));
  report("write to the reading end", write(ends[0], text, 1));
  report("seek in a pipe", lseek(ends[0], 0, SEEK_SET));
  report("read nothing", read(ends[0], text, 0));
  report("write nothing", write(ends[1], text, 0));
}

static int write_to_broken(void *ends) {
  int descriptor = ((int *)ends)[1];
  write(descriptor, "x", 1);
  return 1;
}

static void broken(void) {
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  close(ends[0]);
  report_status("writing to a broken pipe", run(write_to_broken, ends));
  signal(SIGPIPE, SIG_IGN);
  report("the same with SIGPIPE ignored", write(ends[1], "x", 1));
  signal(SIGPIPE, SIG_DFL);
  close(ends[1]);
}

static void capacity(void) {
  int ends[2];
  must(pipe2(ends, O_NONBLOCK) == 0, "pipe2");
  char byte;
  report("read from an empty pipe", read(ends[0], &byte, 1));
  report("F_GETPIPE_SZ", fcntl(ends[0], F_GETPIPE_SZ));
  report("write 128 KiB without blocking", write(ends[1], block, sizeof block));
  report("write into a full pipe", write(ends[1], block, 1));
  report("read 1000 bytes", read(ends[0], block, 1000));
  report("write 1000 into a page that is partly read", write(ends[1], block, 1000));
  report("read the rest of a page", read(ends[0], block, 3096));
  report("write 4096, now that a page is free", write(ends[1], block, 4096));
  report("F_SETPIPE_SZ below its contents", fcntl(ends[0], F_SETPIPE_SZ, 4096));
  int waiting = 0;
  ioctl(ends[0], FIONREAD, &waiting);
  say("FIONREAD: %d", waiting);
  close(ends[0]);
  close(ends[1]);
  must(pipe2(ends, O_NONBLOCK) == 0, "pipe2");
  report("F_SETPIPE_SZ to 4096", fcntl(ends[1], F_SETPIPE_SZ, 4096));
  report("write 5000", write(ends[1], block, 5000));
  report("F_SETPIPE_SZ to 100000", fcntl(ends[1], F_SETPIPE_SZ, 100000));
  close(ends[0]);
  close(ends[1]);
}

static struct gate filled;

static int write_much(void *ends) {
  close(((int *)ends)[0]);
  ssize_t written = write(((int *)ends)[1], block, 100000);
  say("the blocked writer wrote %ld at last", written);
  return written == 100000 ? 0 : 1;
}

static void blocking_writer(void) {
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  filled = gate_make();
  pid_t writer = start(write_much, ends);
  close(ends[1]);
  say("the writer sleeps: %d", wait_for_state(writer, 'S'));
  int waiting = 0;
  ioctl(ends[0], FIONREAD, &waiting);
  say("the pipe holds %d", waiting);
  long total = 0;
  ssize_t length;
  static char to[7777];
  while ((length = read(ends[0], to, sizeof to)) > 0) total += length;
  say("read %ld in all", total);
  report_status("writer", wait_for(writer));
  close(ends[0]);
}

static int write_records(void *argument) {
  int *ends = argument;
  char record[4096];
  memset(record, 'a' + ends[2], sizeof record);
  for (int i = 0; i < 40; i++)
    if (write(ends[1], record, sizeof record) != sizeof record) return 1;
  return 0;
}

/* Writes of up to PIPE_BUF bytes are atomic: records of several writers do not mix. */
static void atomic_writes(void) {
  int ends[3];
  must(pipe(ends) == 0, "pipe");
  pid_t writers[3];
  for (ends[2] = 0; ends[2] < 3; ends[2]++) writers[ends[2]] = start(write_records, ends);
  close(ends[1]);
  int records = 0, mixed = 0, each[3] = {0, 0, 0};
  char record[4096];
  for (;;) {
    size_t have = 0;
    ssize_t length;
    while (have < sizeof record && (length = read(ends[0], record + have, sizeof record - have)) > 0)
      have += (size_t)length;
    if (have == 0) break;
    records++;
    for (size_t i = 1; i < have; i++) mixed += record[i] != record[0];
    each[record[0] - 'a']++;
  }
  for (int i = 0; i < 3; i++) wait_for(writers[i]);
  say("%d records, %d %d %d, mixed bytes %d", records, each[0], each[1], each[2], mixed);
  close(ends[0]);
}

static int hold_and_exit(void *gate) {
  gate_wait(gate);
  return 0;
}

static void inherited_ends(void) {
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  struct gate gate = gate_make();
  pid_t child = start(hold_and_exit, &gate);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  char byte;
  report("no end while a child holds the writing end", read(ends[0], &byte, 1));
  gate_open(&gate);
  wait_for(child);
  report("the end when it has gone", read(ends[0], &byte, 1));
}

int main(void) {
  end_of_file();
  broken();
  capacity();
  blocking_writer();
  atomic_writes();
  inherited_ends();
  return 0;
}
