/* What the conformance programs in tests/ are made of. Each prints a transcript that is the same on every
 * machine with the same system: no process ids, addresses or times. */
#pragma once

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Prints one line with one write, so that lines of several processes do not mix, and a fork copies no
 * buffer. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints "what: 17", or "what: ENOENT" when the result is negative and errno says why. */
void report(const char *what, long result);
/* The same, with "ok" instead of numbers that mean nothing, such as a descriptor. */
void report_ok(const char *what, long result);
/* Prints "what: exit 3", "what: killed by SIGKILL", "what: stopped by SIGSTOP" or "what: continued". */
void report_status(const char *what, int wait_status);
/* Ends the program with a message when something goes wrong that is not what is being tested. */
void must(int condition, const char *what);

/* Runs action(argument) in a child; its result is the exit status. Returns the process. */
pid_t start(int (*action)(void *), void *argument);
/* The same, and waits; returns what wait said. */
int run(int (*action)(void *), void *argument);
int wait_for(pid_t process);

/* A gate between processes: it is closed, until somebody opens it, once for each that waits. */
struct gate {
  int ends[2];
};
struct gate gate_make(void);
void gate_open(struct gate *gate);
void gate_wait(struct gate *gate);

/* Goes to an empty directory of its own, below /tmp. */
void enter_scratch(const char *name);
/* Makes a file with this text. */
void write_file(const char *path, const char *text);
/* The text of a small file; stands until the next call. */
const char *read_file(const char *path);

/* What happened to action(argument): signal 0 if nothing. The program goes on either way. */
struct fault {
  int signal, code;
  void *address;
  unsigned long pc;
};
struct fault catch_fault(void (*action)(void *), void *argument);
void report_fault(const char *what, struct fault fault, const void *expected_address);
/* An address where nothing is mapped. */
void *nowhere(void);
/* One read or one write of the byte at an address. */
void touch_read(void *address);
void touch_write(void *address);

long milliseconds(void); /* of the monotonic clock */
void sleep_milliseconds(long time);
/* Waits until a process's state in /proc is this letter, such as S or Z; gives up after some seconds. */
int wait_for_state(pid_t process, char state);
