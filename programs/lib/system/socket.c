/* Sockets: one function for each system call. */
#include <sys/socket.h>
#include <sys/syscall.h>

int socket(int family, int type, int protocol) { return (int)SYSCALL_3(SYS_socket, family, type, protocol); }

int socketpair(int family, int type, int protocol, int *pair) {
  return (int)SYSCALL_4(SYS_socketpair, family, type, protocol, pair);
}

int bind(int socket, const void *address, socklen_t length) {
  return (int)SYSCALL_3(SYS_bind, socket, address, length);
}

int listen(int socket, int backlog) { return (int)SYSCALL_2(SYS_listen, socket, backlog); }

int accept(int socket, void *address, socklen_t *length) {
  return (int)SYSCALL_3(SYS_accept, socket, address, length);
}

int accept4(int socket, void *address, socklen_t *length, int flags) {
  return (int)SYSCALL_4(SYS_accept4, socket, address, length, flags);
}

int connect(int socket, const void *address, socklen_t length) {
  return (int)SYSCALL_3(SYS_connect, socket, address, length);
}

int getsockname(int socket, void *address, socklen_t *length) {
  return (int)SYSCALL_3(SYS_getsockname, socket, address, length);
}

int getpeername(int socket, void *address, socklen_t *length) {
  return (int)SYSCALL_3(SYS_getpeername, socket, address, length);
}

int shutdown(int socket, int how) { return (int)SYSCALL_2(SYS_shutdown, socket, how); }

ssize_t sendto(int socket, const void *bytes, size_t length, int flags, const void *address,
               socklen_t address_length) {
  return SYSCALL_6(SYS_sendto, socket, bytes, length, flags, address, address_length);
}

ssize_t recvfrom(int socket, void *bytes, size_t length, int flags, void *address,
                 socklen_t *address_length) {
  return SYSCALL_6(SYS_recvfrom, socket, bytes, length, flags, address, address_length);
}

ssize_t send(int socket, const void *bytes, size_t length, int flags) {
  return sendto(socket, bytes, length, flags, NULL, 0);
}

ssize_t recv(int socket, void *bytes, size_t length, int flags) {
  return recvfrom(socket, bytes, length, flags, NULL, NULL);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
  return SYSCALL_3(SYS_sendmsg, socket, message, flags);
}

ssize_t recvmsg(int socket, struct msghdr *message, int flags) {
  return SYSCALL_3(SYS_recvmsg, socket, message, flags);
}

int sendmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags) {
  return (int)SYSCALL_4(SYS_sendmmsg, socket, messages, count, flags);
}

int recvmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags,
             const struct timespec *timeout) {
  return (int)SYSCALL_5(SYS_recvmmsg, socket, messages, count, flags, timeout);
}

int setsockopt(int socket, int level, int option, const void *value, socklen_t length) {
  return (int)SYSCALL_5(SYS_setsockopt, socket, level, option, value, length);
}

int getsockopt(int socket, int level, int option, void *value, socklen_t *length) {
  return (int)SYSCALL_5(SYS_getsockopt, socket, level, option, value, length);
}
