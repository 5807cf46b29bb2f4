/* System-call numbers of Linux riscv64 (the kernel's generic table) and the instruction that makes a call.
 *
 * Arguments go in a0..a5, the number in a7, and `ecall` traps. The kernel preserves every register but a0,
 * where it leaves the result; values from -4095 to -1 are negated error numbers. */
#pragma once

#define SYS_getcwd 17
#define SYS_eventfd2 19
#define SYS_epoll_create1 20
#define SYS_epoll_ctl 21
#define SYS_epoll_pwait 22
#define SYS_dup 23
#define SYS_dup3 24
#define SYS_fcntl 25
#define SYS_ioctl 29
#define SYS_flock 32
#define SYS_mknodat 33
#define SYS_mkdirat 34
#define SYS_unlinkat 35
#define SYS_symlinkat 36
#define SYS_linkat 37
#define SYS_umount2 39
#define SYS_mount 40
#define SYS_statfs 43
#define SYS_truncate 45
#define SYS_ftruncate 46
#define SYS_fallocate 47
#define SYS_faccessat 48
#define SYS_chdir 49
#define SYS_fchdir 50
#define SYS_fchmod 52
#define SYS_fchmodat 53
#define SYS_fchownat 54
#define SYS_fchown 55
#define SYS_openat 56
#define SYS_close 57
#define SYS_pipe2 59
#define SYS_getdents64 61
#define SYS_lseek 62
#define SYS_read 63
#define SYS_write 64
#define SYS_readv 65
#define SYS_writev 66
#define SYS_pread64 67
#define SYS_pwrite64 68
#define SYS_sendfile 71
#define SYS_pselect6 72
#define SYS_ppoll 73
#define SYS_readlinkat 78
#define SYS_newfstatat 79
#define SYS_fstat 80
#define SYS_fsync 82
#define SYS_utimensat 88
#define SYS_exit 93
#define SYS_exit_group 94
#define SYS_waitid 95
#define SYS_set_tid_address 96
#define SYS_futex 98
#define SYS_set_robust_list 99
#define SYS_get_robust_list 100
#define SYS_nanosleep 101
#define SYS_getitimer 102
#define SYS_setitimer 103
#define SYS_clock_gettime 113
#define SYS_clock_getres 114
#define SYS_clock_nanosleep 115
#define SYS_sched_setaffinity 122
#define SYS_sched_getaffinity 123
#define SYS_sched_yield 124
#define SYS_kill 129
#define SYS_tkill 130
#define SYS_tgkill 131
#define SYS_sigaltstack 132
#define SYS_rt_sigsuspend 133
#define SYS_rt_sigaction 134
#define SYS_rt_sigprocmask 135
#define SYS_rt_sigpending 136
#define SYS_rt_sigtimedwait 137
#define SYS_rt_sigqueueinfo 138
#define SYS_rt_sigreturn 139
#define SYS_setpriority 140
#define SYS_getpriority 141
#define SYS_reboot 142
#define SYS_setregid 143
#define SYS_setgid 144
#define SYS_setreuid 145
#define SYS_setuid 146
#define SYS_setresuid 147
#define SYS_getresuid 148
#define SYS_setresgid 149
#define SYS_getresgid 150
#define SYS_times 153
#define SYS_setpgid 154
#define SYS_getpgid 155
#define SYS_getsid 156
#define SYS_setsid 157
#define SYS_getgroups 158
#define SYS_setgroups 159
#define SYS_uname 160
#define SYS_getrusage 165
#define SYS_umask 166
#define SYS_prctl 167
#define SYS_gettimeofday 169
#define SYS_getpid 172
#define SYS_getppid 173
#define SYS_getuid 174
#define SYS_geteuid 175
#define SYS_getgid 176
#define SYS_getegid 177
#define SYS_gettid 178
#define SYS_sysinfo 179
#define SYS_socket 198
#define SYS_socketpair 199
#define SYS_bind 200
#define SYS_listen 201
#define SYS_accept 202
#define SYS_connect 203
#define SYS_getsockname 204
#define SYS_getpeername 205
#define SYS_sendto 206
#define SYS_recvfrom 207
#define SYS_setsockopt 208
#define SYS_getsockopt 209
#define SYS_shutdown 210
#define SYS_sendmsg 211
#define SYS_recvmsg 212
#define SYS_brk 214
#define SYS_munmap 215
#define SYS_mremap 216
#define SYS_clone 220
#define SYS_execve 221
#define SYS_mmap 222
#define SYS_mprotect 226
#define SYS_msync 227
#define SYS_madvise 233
#define SYS_accept4 242
#define SYS_recvmmsg 243
#define SYS_riscv_flush_icache 259
#define SYS_wait4 260
#define SYS_prlimit64 261
#define SYS_sendmmsg 269
#define SYS_renameat2 276
#define SYS_getrandom 278
#define SYS_memfd_create 279
#define SYS_copy_file_range 285
#define SYS_statx 291
#define SYS_faccessat2 439

/* Makes the call and returns the kernel's raw answer; does not touch errno. */
static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
  return a0;
}

/* Turns a raw answer into C's convention: -1 and errno for a failure. */
long system_result(long raw);

/* C's view of any system call: -1 with errno set on failure. Unused arguments are 0. */
long syscall(long number, long a, long b, long c, long d, long e, long f);
#define SYSCALL_0(number) syscall(number, 0, 0, 0, 0, 0, 0)
#define SYSCALL_1(number, a) syscall(number, (long)(a), 0, 0, 0, 0, 0)
#define SYSCALL_2(number, a, b) syscall(number, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYSCALL_3(number, a, b, c) syscall(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYSCALL_4(number, a, b, c, d) syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYSCALL_5(number, a, b, c, d, e) \
  syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYSCALL_6(number, a, b, c, d, e, f) \
  syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
