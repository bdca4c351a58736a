/*
 * src/base/siphash.h - SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed 64-bit hash that who
 * does not know the key cannot steer; for tables and cookies, not for signatures.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t noro_siphash(const uint8_t key[16], const void *bytes, size_t n);
