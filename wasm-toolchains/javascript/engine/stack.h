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
