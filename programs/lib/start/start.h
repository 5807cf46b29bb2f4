/* What happens before main, and after it; private to the library. */
#pragma once

#include <stddef.h>

/* Gives the first thread its thread-local variables. */
void thread_local_start(void);
/* Bytes that thread_local_place needs. */
size_t thread_local_size(void);
/* Lays a thread's control block and thread-local variables out in `area` (zeroed, 16-byte aligned);
 * returns the value for its tp register. */
void *thread_local_place(void *area);
/* Writes out every stream; absent from programs that use none. */
void flush_all_streams(void) __attribute__((weak));
