/* Limits on resources, and what has been used of them. */
#pragma once

#include <sys/time.h>
#include <sys/types.h>

#define RLIMIT_CPU 0
#define RLIMIT_FSIZE 1
#define RLIMIT_DATA 2
#define RLIMIT_STACK 3
#define RLIMIT_CORE 4
#define RLIMIT_NPROC 6
#define RLIMIT_NOFILE 7
#define RLIMIT_AS 9
#define RLIM_INFINITY (~0UL)
#define RUSAGE_SELF 0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD 1

struct rlimit {
  unsigned long rlim_cur;
  unsigned long rlim_max;
};

struct rusage {
  struct timeval ru_utime;
  struct timeval ru_stime;
  long ru_maxrss; /* kilobytes */
  long ru_ixrss, ru_idrss, ru_isrss;
  long ru_minflt, ru_majflt;
  long ru_nswap;
  long ru_inblock, ru_oublock;
  long ru_msgsnd, ru_msgrcv;
  long ru_nsignals;
  long ru_nvcsw, ru_nivcsw;
};

int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
int prlimit(pid_t process, int resource, const struct rlimit *wanted, struct rlimit *old);
int getrusage(int who, struct rusage *usage);
int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int nice);
#define PRIO_PROCESS 0
