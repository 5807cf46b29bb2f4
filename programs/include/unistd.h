/* Processes, files and identity: the POSIX face of the system calls. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define SEEK_DATA 3
#define SEEK_HOLE 4

ssize_t read(int descriptor, void *to, size_t length);
ssize_t write(int descriptor, const void *from, size_t length);
ssize_t pread(int descriptor, void *to, size_t length, off_t offset);
ssize_t pwrite(int descriptor, const void *from, size_t length, off_t offset);
off_t lseek(int descriptor, off_t offset, int whence);
int close(int descriptor);
int dup(int descriptor);
int dup2(int descriptor, int wanted);
int dup3(int descriptor, int wanted, int flags);
int pipe(int ends[2]);
int pipe2(int ends[2], int flags);
int isatty(int descriptor);
int fsync(int descriptor);
int truncate(const char *path, off_t length);
int ftruncate(int descriptor, off_t length);

int access(const char *path, int mode);
int faccessat(int directory, const char *path, int mode, int flags);
int link(const char *from, const char *to);
int symlink(const char *target, const char *path);
ssize_t readlink(const char *path, char *to, size_t size);
int unlink(const char *path);
int unlinkat(int directory, const char *path, int flags);
int rmdir(const char *path);
int chdir(const char *path);
int fchdir(int descriptor);
char *getcwd(char *to, size_t size);
int chown(const char *path, uid_t user, gid_t group);
int fchown(int descriptor, uid_t user, gid_t group);
int lchown(const char *path, uid_t user, gid_t group);

pid_t fork(void);
/* The child borrows the parent's memory and stack: until it calls execve or _exit it must not return. */
pid_t vfork(void) __attribute__((returns_twice));
int execve(const char *path, char *const arguments[], char *const environment[]);
int execv(const char *path, char *const arguments[]);
/* Looks `file` up in PATH when it holds no slash; a file that is no program is given to /bin/sh. */
int execvp(const char *file, char *const arguments[]);
_Noreturn void _exit(int status);

pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgid(pid_t process);
pid_t getpgrp(void);
int setpgid(pid_t process, pid_t group);
pid_t getsid(pid_t process);
pid_t setsid(void);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t user);
int setgid(gid_t group);
int seteuid(uid_t user);
int setegid(gid_t group);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int getgroups(int size, gid_t list[]);
int setgroups(size_t size, const gid_t list[]);

unsigned int sleep(unsigned int seconds);
unsigned int alarm(unsigned int seconds);
int pause(void);

/* The first address after the program's data; sbrk returns the old break, or (void *)-1. */
int brk(void *address);
void *sbrk(intptr_t increment);

/* Options of a command line, as POSIX's getopt; see lib/stdlib/getopt.c. */
extern char *optarg;
extern int optind, optopt;
int getopt(int count, char *const arguments[], const char *options);
