/* Sockets: local ones, and those of the internet protocols, version 4. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_PASSCRED 16
#define SO_PEERCRED 17
#define SO_RCVTIMEO 20
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL 38
#define SO_DOMAIN 39
#define TCP_NODELAY 1

#define MSG_PEEK 0x2
#define MSG_CTRUNC 0x8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_WAITALL 0x100
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2

#define POLLRDHUP 0x2000

typedef unsigned int socklen_t;

struct sockaddr_un {
  uint16_t sun_family;
  char sun_path[108];
};

/* Port and address have their most significant byte first. */
struct sockaddr_in {
  uint16_t sin_family, sin_port;
  uint32_t sin_addr;
  char sin_zero[8];
};

struct linger {
  int l_onoff, l_linger;
};

struct ucred {
  int pid;
  unsigned int uid, gid;
};

struct msghdr {
  void *msg_name;
  socklen_t msg_namelen;
  struct iovec *msg_iov;
  size_t msg_iovlen;
  void *msg_control;
  size_t msg_controllen;
  int msg_flags;
};

struct mmsghdr {
  struct msghdr msg_hdr;
  unsigned int msg_len;
};

/* The data follow; the next element begins at a multiple of 8 bytes. */
struct cmsghdr {
  size_t cmsg_len;
  int cmsg_level, cmsg_type;
};

struct timespec;

int socket(int family, int type, int protocol);
int socketpair(int family, int type, int protocol, int *pair);
int bind(int socket, const void *address, socklen_t length);
int listen(int socket, int backlog);
int accept(int socket, void *address, socklen_t *length);
int accept4(int socket, void *address, socklen_t *length, int flags);
int connect(int socket, const void *address, socklen_t length);
int getsockname(int socket, void *address, socklen_t *length);
int getpeername(int socket, void *address, socklen_t *length);
int shutdown(int socket, int how);
ssize_t send(int socket, const void *bytes, size_t length, int flags);
ssize_t recv(int socket, void *bytes, size_t length, int flags);
ssize_t sendto(int socket, const void *bytes, size_t length, int flags, const void *address,
               socklen_t address_length);
ssize_t recvfrom(int socket, void *bytes, size_t length, int flags, void *address,
                 socklen_t *address_length);
ssize_t sendmsg(int socket, const struct msghdr *message, int flags);
ssize_t recvmsg(int socket, struct msghdr *message, int flags);
int sendmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags);
int recvmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags,
             const struct timespec *timeout);
int setsockopt(int socket, int level, int option, const void *value, socklen_t length);
int getsockopt(int socket, int level, int option, void *value, socklen_t *length);
