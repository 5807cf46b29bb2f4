/* Named pipes: readers and writers meet at open. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static int open_for_writing(void *unused) {
  (void)unused;
  int to = open("fifo", O_WRONLY);
  say("the writer has opened it");
  return write(to, "through the fifo", 16) == 16 ? 0 : 1;
}

static void rendezvous(void) {
  pid_t writer = start(open_for_writing, NULL);
  say("the writer waits for a reader: %d", wait_for_state(writer, 'S'));
  int from = open("fifo", O_RDONLY);
  char text[32];
  memset(text, 0, sizeof text);
  report_status("writer", wait_for(writer));
  report("read", read(from, text, 31));
  say("text: %s", text);
  report("the end when the writer has gone", read(from, text, 31));
  close(from);
}

static void without_blocking(void) {
  report("open for writing without a reader", open("fifo", O_WRONLY | O_NONBLOCK));
  int from = open("fifo", O_RDONLY | O_NONBLOCK);
  char byte;
  report_ok("open for reading without a writer", from);
  report("read without a writer", read(from, &byte, 1));
  int to = open("fifo", O_WRONLY | O_NONBLOCK);
  report_ok("now a writer may open it", to);
  report("read, empty", read(from, &byte, 1));
  report("write", write(to, "x", 1));
  report("read", read(from, &byte, 1));
  close(to);
  close(from);
  int both = open("fifo", O_RDWR);
  report_ok("open for both does not wait", both);
  close(both);
}

static void as_a_file(void) {
  struct stat status;
  report("mkfifo again", mkfifo("fifo", 0600));
  stat("fifo", &status);
  say("mode %o, size %ld", status.st_mode, status.st_size);
  report("truncate", truncate("fifo", 0));
  int both = open("fifo", O_RDWR);
  write(both, "data", 4);
  close(both);
  both = open("fifo", O_RDWR | O_NONBLOCK);
  char byte;
  report("data is gone when all have closed", read(both, &byte, 1));
  close(both);
  report("unlink", unlink("fifo"));
  report_ok("mknod", mknod("second", S_IFIFO | 0644, 0));
}

int main(void) {
  enter_scratch("fifos");
  report("mkfifo", mkfifo("fifo", 0640));
  rendezvous();
  without_blocking();
  as_a_file();
  return 0;
}
