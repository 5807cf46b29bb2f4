/* Locks: records with fcntl (of a process), whole files with flock (of an open file). */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <testing.h>
#include <unistd.h>

static int file;

static long lock(int command, short type, off_t start, off_t length) {
  struct flock wanted = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(file, command, &wanted);
}

static void who(const char *what, off_t start, off_t length, short type) {
  struct flock found = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(file, F_GETLK, &found) < 0) report(what, -1);
  else if (found.l_type == F_UNLCK) say("%s: free", what);
  else
    say("%s: type %d, from %ld, length %ld, by my parent: %d", what, found.l_type, found.l_start, found.l_len,
        found.l_pid == getppid());
}

static int look(void *unused) {
  (void)unused;
  who("write 0..9", 0, 10, F_WRLCK);
  who("write 10..19", 10, 10, F_WRLCK);
  who("read 20..29", 20, 10, F_RDLCK);
  who("write 20..29", 20, 10, F_WRLCK);
  who("write all", 0, 0, F_WRLCK);
  report("take what is taken", lock(F_SETLK, F_WRLCK, 5, 1));
  report("take what is free", lock(F_SETLK, F_WRLCK, 10, 10));
  report("read what is read", lock(F_SETLK, F_RDLCK, 20, 5));
  report("write what is read", lock(F_SETLK, F_WRLCK, 20, 5));
  return 0;
}

static void records(void) {
  report("write lock 0..9", lock(F_SETLK, F_WRLCK, 0, 10));
  report("read lock 20..29", lock(F_SETLK, F_RDLCK, 20, 10));
  run(look, NULL);
  report("the child's locks are gone with it", lock(F_SETLK, F_WRLCK, 0, 0));
  report("unlock the middle", lock(F_SETLK, F_UNLCK, 40, 20));
  say("then a child finds");
  run(look, NULL);
  report("unlock all", lock(F_SETLK, F_UNLCK, 0, 0));
  report("a bad range", lock(F_SETLK, F_WRLCK, -5, 2));
  report("a bad type", lock(F_SETLK, 9, 0, 0));
}

static int check_free(void *unused) {
  (void)unused;
  return lock(F_SETLK, F_WRLCK, 0, 0) == 0 ? 1 : 2;
}

static void lost_by_closing(void) {
  lock(F_SETLK, F_WRLCK, 0, 10);
  report_status("held", run(check_free, NULL));
  int other = open("lock", O_RDWR);
  close(other);
  report_status("closing any descriptor of the file loses it", run(check_free, NULL));
}

static struct gate waiting;

static int wait_for_lock(void *unused) {
  (void)unused;
  gate_open(&waiting);
  report("the child waited for it", lock(F_SETLKW, F_WRLCK, 0, 10));
  return 0;
}

static void blocking(void) {
  waiting = gate_make();
  lock(F_SETLK, F_WRLCK, 0, 10);
  pid_t child = start(wait_for_lock, NULL);
  gate_wait(&waiting);
  say("it sleeps: %d", wait_for_state(child, 'S'));
  say("unlocking");
  lock(F_SETLK, F_UNLCK, 0, 10);
  wait_for(child);
}

static int take_other_way(void *unused) {
  (void)unused;
  lock(F_SETLK, F_WRLCK, 10, 10);
  gate_open(&waiting);
  return lock(F_SETLKW, F_WRLCK, 0, 10) == 0 ? 1 : 2;
}

static void deadlock(void) {
  lock(F_SETLK, F_WRLCK, 0, 10);
  pid_t child = start(take_other_way, NULL);
  gate_wait(&waiting);
  wait_for_state(child, 'S');
  report("two that wait for each other", lock(F_SETLKW, F_WRLCK, 10, 10));
  lock(F_SETLK, F_UNLCK, 0, 10);
  report_status("the other gets it", wait_for(child));
}

static int try_flock(void *unused) {
  (void)unused;
  int other = open("lock", O_RDWR);
  report("  exclusive", flock(other, LOCK_EX | LOCK_NB));
  report("  shared", flock(other, LOCK_SH | LOCK_NB));
  report("  through the inherited descriptor", flock(file, LOCK_EX | LOCK_NB));
  return 0;
}

static void whole_files(void) {
  report("flock shared", flock(file, LOCK_SH));
  say("another process:");
  run(try_flock, NULL);
  say("exclusive by us: %d; another process:", flock(file, LOCK_EX));
  run(try_flock, NULL);
  int other = open("lock", O_RDWR), copy = dup(file);
  report("a second open in the same process", flock(other, LOCK_EX | LOCK_NB));
  close(file);
  report("still held by the duplicate", flock(other, LOCK_EX | LOCK_NB));
  close(copy);
  report("free when the last has closed", flock(other, LOCK_EX | LOCK_NB));
  file = other;
  report("flock and record locks do not see each other", lock(F_SETLK, F_WRLCK, 0, 0));
  report("unlock", flock(file, LOCK_UN));
  report("a bad operation", flock(file, 0));
  report("a bad descriptor", flock(99, LOCK_SH));
}

int main(void) {
  enter_scratch("file-locks");
  write_file("lock", "");
  file = open("lock", O_RDWR);
  records();
  lost_by_closing();
  blocking();
  deadlock();
  whole_files();
  return 0;
}
