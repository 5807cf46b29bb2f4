/* The microkernel's own interface for programs: tasks' names for ports, and messages (after Mach 3's mach/message.h and
 * mach/mach_port.h). Under a structure without it every call answers -38 (ENOSYS), which is none of the results below.
 *
 * A task has names for rights to ports: to receive from one, to send to one, to send to one once. Rights travel in messages, and
 * nowhere else but to children through special ports. All calls are about the caller's own task. */
#pragma once
#include <stdint.h>

typedef uint32_t mach_port_t;
typedef uint32_t mach_msg_return_t;
typedef uint32_t kern_return_t;

#define MACH_PORT_NULL 0u
#define MACH_PORT_DEAD 0xffffffffu

/* Rights, and what a name holds. */
#define MACH_PORT_RIGHT_SEND 0
#define MACH_PORT_RIGHT_RECEIVE 1
#define MACH_PORT_RIGHT_SEND_ONCE 2
#define MACH_PORT_RIGHT_PORT_SET 3
#define MACH_PORT_RIGHT_DEAD_NAME 4
#define MACH_PORT_TYPE_SEND (1u << 16)
#define MACH_PORT_TYPE_RECEIVE (1u << 17)
#define MACH_PORT_TYPE_SEND_ONCE (1u << 18)
#define MACH_PORT_TYPE_PORT_SET (1u << 19)
#define MACH_PORT_TYPE_DEAD_NAME (1u << 20)

/* What is to be done with a right; a receiver sees the first three, as what it was given. */
#define MACH_MSG_TYPE_MOVE_RECEIVE 16
#define MACH_MSG_TYPE_MOVE_SEND 17
#define MACH_MSG_TYPE_MOVE_SEND_ONCE 18
#define MACH_MSG_TYPE_COPY_SEND 19
#define MACH_MSG_TYPE_MAKE_SEND 20
#define MACH_MSG_TYPE_MAKE_SEND_ONCE 21
#define MACH_MSG_TYPE_PORT_RECEIVE MACH_MSG_TYPE_MOVE_RECEIVE
#define MACH_MSG_TYPE_PORT_SEND MACH_MSG_TYPE_MOVE_SEND
#define MACH_MSG_TYPE_PORT_SEND_ONCE MACH_MSG_TYPE_MOVE_SEND_ONCE

#define MACH_MSGH_BITS(remote, local) ((remote) | (local) << 8)
#define MACH_MSGH_BITS_REMOTE(bits) ((bits) & 0xff)
#define MACH_MSGH_BITS_LOCAL(bits) ((bits) >> 8 & 0xff)
#define MACH_MSGH_BITS_COMPLEX 0x80000000u

/* A message's head: where to, and a right for the answer. A receiver finds the port that it came by in `local`, the right for
 * its answer in `remote`. */
typedef struct {
  uint32_t msgh_bits;
  uint32_t msgh_size;
  mach_port_t msgh_remote_port;
  mach_port_t msgh_local_port;
  uint32_t msgh_seqno;
  int32_t msgh_id;
} mach_msg_header_t;

/* A complex message: the head, a count, descriptors of rights, then the rest. */
typedef struct {
  uint32_t msgh_descriptor_count;
} mach_msg_body_t;
typedef struct {
  mach_port_t name;
  uint32_t pad;
  uint32_t pad2 : 16;
  uint32_t disposition : 8;
  uint32_t type : 8; /* 0 */
} mach_msg_port_descriptor_t;

/* A page that came with a message, in the receiver's windows until it is given up by vm_deallocate. The kernel alone sends such messages. */
typedef struct {
  uint32_t address_low;
  uint32_t size;
  uint16_t address_high;
  uint8_t copy;
  uint8_t type; /* 1 */
} mach_msg_ool_descriptor_t;
static inline void *mach_msg_ool_address(const mach_msg_ool_descriptor_t *page) {
  return (void *)((uint64_t)page->address_high << 32 | page->address_low);
}

/* What the kernel itself sends. */
#define MACH_NOTIFY_SEND_ONCE 0107
#define MACH_NOTIFY_DEAD_NAME 0110
typedef struct {
  mach_msg_header_t not_header;
  mach_port_t not_port;
} mach_notification_t;

/* What the kernel sends to the pager of a memory object: somebody needs a page; needs more of it than its lock allows; a page was modified
 * and comes back; nobody has mapped anything of it any more. */
#define MEMORY_OBJECT_TERMINATE 2201
#define MEMORY_OBJECT_DATA_REQUEST 2203
#define MEMORY_OBJECT_DATA_UNLOCK 2204
#define MEMORY_OBJECT_DATA_RETURN 2208
typedef struct {
  mach_msg_header_t head;
  uint64_t offset;
  uint32_t length;
  uint32_t desired_access;
} memory_object_request_t;
typedef struct {
  mach_msg_header_t head;
  mach_msg_body_t body;
  mach_msg_ool_descriptor_t page;
  uint64_t offset;
  uint32_t length;
  uint32_t pad;
} memory_object_return_t;

#define MACH_SEND_MSG 1
#define MACH_RCV_MSG 2
#define MACH_RCV_LARGE 4
#define MACH_SEND_TIMEOUT 0x10
#define MACH_RCV_TIMEOUT 0x100

#define KERN_SUCCESS 0
#define KERN_INVALID_ADDRESS 1
#define KERN_NO_SPACE 3
#define KERN_INVALID_ARGUMENT 4
#define KERN_RESOURCE_SHORTAGE 6
#define KERN_NOT_IN_SET 12
#define KERN_INVALID_NAME 15
#define KERN_INVALID_RIGHT 17
#define KERN_INVALID_VALUE 18
#define KERN_UREFS_OVERFLOW 19
#define KERN_INVALID_CAPABILITY 20
#define MACH_MSG_SUCCESS 0
#define MACH_SEND_INVALID_DATA 0x10000002
#define MACH_SEND_INVALID_DEST 0x10000003
#define MACH_SEND_TIMED_OUT 0x10000004
#define MACH_SEND_INTERRUPTED 0x10000007
#define MACH_SEND_MSG_TOO_SMALL 0x10000008
#define MACH_SEND_INVALID_REPLY 0x10000009
#define MACH_SEND_INVALID_RIGHT 0x1000000a
#define MACH_SEND_NO_BUFFER 0x1000000d
#define MACH_SEND_TOO_LARGE 0x1000000e
#define MACH_SEND_INVALID_TYPE 0x1000000f
#define MACH_SEND_INVALID_HEADER 0x10000010
#define MACH_RCV_INVALID_NAME 0x10004002
#define MACH_RCV_TIMED_OUT 0x10004003
#define MACH_RCV_TOO_LARGE 0x10004004
#define MACH_RCV_INTERRUPTED 0x10004005
#define MACH_RCV_INVALID_DATA 0x10004008
#define MACH_RCV_PORT_DIED 0x10004009
#define MACH_RCV_IN_SET 0x1000400a
#define MACH_RCV_BODY_ERROR 0x1000400c

/* Bytes of a message at most. */
#define MACH_MSG_SIZE_MAX 2024

#define MACH_CALL(number) (4096 + (number))

/* The call: its result, and a name in *value if it gives one. */
static inline uint32_t mach_call(long number, long a, long b, long c, long d, long e, long f, mach_port_t *value) {
  register long a7 __asm__("a7") = MACH_CALL(number);
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
  if (value) *value = a0 == KERN_SUCCESS ? (mach_port_t)a1 : MACH_PORT_NULL;
  return (uint32_t)a0;
}

/* Sends *message, receives into it, or both in this order. Waits for room in the port's queue, and for a message, at most
 * `timeout` milliseconds where an option says so. */
static inline mach_msg_return_t mach_msg(mach_msg_header_t *message, uint32_t option, uint32_t send_size,
                                         uint32_t receive_size, mach_port_t receive_name, uint32_t timeout) {
  return mach_call(0, (long)message, option, send_size, receive_size, receive_name, timeout, 0);
}

/* A new port: *name is its receive right. */
static inline kern_return_t mach_port_allocate(mach_port_t *name) {
  return mach_call(1, MACH_PORT_RIGHT_RECEIVE, 0, 0, 0, 0, 0, name);
}
/* A new port set: a name to receive by from any of its members. A message's msgh_local_port says which it came by. */
static inline kern_return_t mach_port_allocate_set(mach_port_t *name) {
  return mach_call(1, MACH_PORT_RIGHT_PORT_SET, 0, 0, 0, 0, 0, name);
}
/* Makes a receive right a member of a set, or of none (MACH_PORT_NULL). Members are received from by way of their set only. */
static inline kern_return_t mach_port_move_member(mach_port_t member, mach_port_t after) {
  return mach_call(17, member, after, 0, 0, 0, 0, 0);
}
/* One reference less to a send right, a send-once right or a dead name. */
static inline kern_return_t mach_port_deallocate(mach_port_t name) { return mach_call(2, name, 0, 0, 0, 0, 0, 0); }
/* Makes a right of one that the caller has, by MAKE_SEND, COPY_SEND (under the same name) or MAKE_SEND_ONCE (a new name). */
static inline kern_return_t mach_port_insert_right(mach_port_t name, int disposition, mach_port_t *made) {
  return mach_call(3, name, disposition, 0, 0, 0, 0, made);
}
/* Adds to the references of a right. -1 for a receive right: the port dies. */
static inline kern_return_t mach_port_mod_refs(mach_port_t name, int right, int delta) {
  return mach_call(4, name, right, delta, 0, 0, 0, 0);
}
/* Gives up a name with all its rights. */
static inline kern_return_t mach_port_destroy(mach_port_t name) { return mach_call(5, name, 0, 0, 0, 0, 0, 0); }
/* MACH_PORT_TYPE_* bits. */
static inline kern_return_t mach_port_type(mach_port_t name, uint32_t *type) {
  return mach_call(6, name, 0, 0, 0, 0, 0, type);
}
/* Asks for a mach_notification_t at `notify`, a receive right of the caller, when the port of `name` dies. `id` is
 * MACH_NOTIFY_DEAD_NAME. */
static inline kern_return_t mach_port_request_notification(mach_port_t name, int id, mach_port_t notify) {
  return mach_call(7, name, id, notify, 0, 0, 0, 0);
}
/* The send right to the Unix server, by which system calls are asked for: every program's first name. Who has given it up is answered EPERM
 * to every one of Linux's calls, until it comes back in a message. */
#define MACH_UNIX_SERVER 0x100u

/* Special ports: send rights, 0 to 3, that children inherit. */
#define TASK_BOOTSTRAP_PORT 0
static inline kern_return_t task_get_special_port(int which, mach_port_t *name) {
  return mach_call(8, which, 0, 0, 0, 0, 0, name);
}
static inline kern_return_t task_set_special_port(int which, mach_port_t name) {
  return mach_call(9, which, name, 0, 0, 0, 0, 0);
}
/* Messages that may wait at a port: 5, unless set (at most 16). */
static inline kern_return_t mach_port_set_qlimit(mach_port_t name, uint32_t limit) {
  return mach_call(10, name, limit, 0, 0, 0, 0, 0);
}

#define VM_PROT_READ 1
#define VM_PROT_WRITE 2
#define VM_PROT_EXECUTE 4
/* Shows a memory object, to whose port the caller has a right, in the windows of its own task: at *address, or where there is room if that is 0. Its
 * pages come from whoever has the receive right, when they are touched. Children inherit nothing of it. */
static inline kern_return_t vm_map(uint64_t *address, uint64_t size, mach_port_t object, uint64_t offset, int protection) {
  register long a7 __asm__("a7") = MACH_CALL(11);
  register long a0 __asm__("a0") = (long)*address;
  register long a1 __asm__("a1") = (long)size;
  register long a2 __asm__("a2") = object;
  register long a3 __asm__("a3") = (long)offset;
  register long a4 __asm__("a4") = protection;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7), "r"(a2), "r"(a3), "r"(a4) : "memory");
  if (a0 == KERN_SUCCESS) *address = (uint64_t)a1;
  return (kern_return_t)a0;
}
/* Gives up what vm_map has shown there, or a page that came with a message: whole ones only. */
static inline kern_return_t vm_deallocate(uint64_t address, uint64_t size) {
  return mach_call(12, (long)address, (long)size, 0, 0, 0, 0, 0);
}

/* What a pager tells the kernel. `object` is its receive right; KERN_INVALID_NAME when nobody has mapped the object. */
/* Pages that were asked for, or will be. Accesses in `lock` (VM_PROT_*) are not allowed until a lock request allows them. */
static inline kern_return_t memory_object_data_supply(mach_port_t object, uint64_t offset, const void *data, uint64_t size,
                                                      int lock) {
  return mach_call(13, object, (long)offset, (long)data, (long)size, lock, 0, 0);
}
/* There is nothing there: pages of zeros. */
static inline kern_return_t memory_object_data_unavailable(mach_port_t object, uint64_t offset, uint64_t size) {
  return mach_call(14, object, (long)offset, (long)size, 0, 0, 0, 0);
}
/* They cannot be had: whoever waits for them gets SIGBUS. */
static inline kern_return_t memory_object_data_error(mach_port_t object, uint64_t offset, uint64_t size) {
  return mach_call(15, object, (long)offset, (long)size, 0, 0, 0, 0);
}
/* Takes pages back from everybody: modified ones come as MEMORY_OBJECT_DATA_RETURN, the kernel forgets them, and `lock` is what is not allowed
 * from now on. */
#define MEMORY_OBJECT_RETURN 1
#define MEMORY_OBJECT_FLUSH 2
static inline kern_return_t memory_object_lock_request(mach_port_t object, uint64_t offset, uint64_t size, int what,
                                                       int lock) {
  return mach_call(16, object, (long)offset, (long)size, what, lock, 0, 0);
}
