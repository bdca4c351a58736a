/* src/base/sandbox_priv.h - the two kernel gates of confine.c. */
#pragma once

#include "base/confine.h"

#include <stdbool.h>

/* gcc and clang say it differently. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NORO_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define NORO_SANITIZED 1
#endif
#endif

/* AddressSanitizer's allocator is not made for a fork while other threads allocate: a lock that one
 * of them held stays locked in the child for ever. */
#if defined(__SANITIZE_ADDRESS__)
#define NORO_FORK_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NORO_FORK_ALONE 1
#endif
#endif

/* Both return the bits that now hold for this process and what it starts; 0 where the kernel
 * refuses. */
unsigned noro_sandbox_landlock(bool may_run);
unsigned noro_sandbox_seccomp(bool may_run);
/* The same Landlock for a thread that works on files below `folder`, and on no others. */
unsigned noro_sandbox_folder(const char *folder);
/* No new sockets, no programs, no other processes, for all threads to come. */
enum noro_sandbox_may { NORO_MAY_ACCEPT = 1, NORO_MAY_CONNECT = 2 };
unsigned noro_sandbox_no_new(unsigned may);
