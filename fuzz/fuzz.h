/* fuzz/fuzz.h - the one entry that libFuzzer, AFL++ and replay.c call. Each target asserts
 * something. */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
