/* Included before QuickJS's own sources. QuickJS keeps no watch over its stack where
   __wasi__ is defined, and so would end with a trap instead of a RangeError. Its
   build for Rust takes the ways of Emscripten, which it has everywhere else: only the
   headers of wasi-libc ask for __wasi__, and they are included here. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__

/* A module sees only its own stack, in linear memory. The host's, on which the
   compiled code keeps what it needs beside that, may end first: a level of JSON takes
   5 bytes there for one here. So every function that asks how deep it is takes this
   much more here, and neither stack runs far ahead of the other. */
#define FLOW_FRAME 128

static inline __attribute__((always_inline)) void *flow_stack_pointer(void)
{
    char frame[FLOW_FRAME];
    void *pointer = frame;
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}
#define __builtin_frame_address(level) flow_stack_pointer()
