/* Who a process is: its ids, its group and session, and the user it acts for. */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

pid_t getpid(void) { return (pid_t)SYSCALL_0(SYS_getpid); }
pid_t getppid(void) { return (pid_t)SYSCALL_0(SYS_getppid); }
pid_t gettid(void) { return (pid_t)SYSCALL_0(SYS_gettid); }

pid_t getpgid(pid_t process) { return (pid_t)SYSCALL_1(SYS_getpgid, process); }
pid_t getpgrp(void) { return getpgid(0); }
int setpgid(pid_t process, pid_t group) { return (int)SYSCALL_2(SYS_setpgid, process, group); }
pid_t getsid(pid_t process) { return (pid_t)SYSCALL_1(SYS_getsid, process); }
pid_t setsid(void) { return (pid_t)SYSCALL_0(SYS_setsid); }

uid_t getuid(void) { return (uid_t)SYSCALL_0(SYS_getuid); }
uid_t geteuid(void) { return (uid_t)SYSCALL_0(SYS_geteuid); }
gid_t getgid(void) { return (gid_t)SYSCALL_0(SYS_getgid); }
gid_t getegid(void) { return (gid_t)SYSCALL_0(SYS_getegid); }
int setuid(uid_t user) { return (int)SYSCALL_1(SYS_setuid, user); }
int setgid(gid_t group) { return (int)SYSCALL_1(SYS_setgid, group); }
int setresuid(uid_t real, uid_t effective, uid_t saved) {
  return (int)SYSCALL_3(SYS_setresuid, real, effective, saved);
}
int setresgid(gid_t real, gid_t effective, gid_t saved) {
  return (int)SYSCALL_3(SYS_setresgid, real, effective, saved);
}
/* -1 leaves an id as it is. */
int seteuid(uid_t user) { return setresuid(-1U, user, -1U); }
int setegid(gid_t group) { return setresgid(-1U, group, -1U); }
int getgroups(int size, gid_t list[]) { return (int)SYSCALL_2(SYS_getgroups, size, list); }
int setgroups(size_t size, const gid_t list[]) { return (int)SYSCALL_2(SYS_setgroups, size, list); }

int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  return (int)SYSCALL_5(SYS_prctl, option, a, b, c, d);
}

int uname(struct utsname *name) { return (int)SYSCALL_1(SYS_uname, name); }
