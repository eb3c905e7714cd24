// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The widest vectors of the host for integer loops; sim/device/Wide.h is its like with AVX2 alone.
#ifndef SPINDLE_SIM_NUMBER_WIDE_H
#define SPINDLE_SIM_NUMBER_WIDE_H

/// Before a function definition: compiled for AVX-512 and AVX2 too, chosen when the program starts.
/// Not under the sanitizers, whose runtimes start later than the choice is made.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPINDLE_WIDEST
#endif
#endif
#if !defined(SPINDLE_WIDEST) && defined(__x86_64__) && defined(__gnu_linux__)
#define SPINDLE_WIDEST_IS_CLONED
#define SPINDLE_WIDEST [[gnu::target_clones("avx512f", "avx2", "default")]]
#elif !defined(SPINDLE_WIDEST)
#define SPINDLE_WIDEST
#endif

#endif // SPINDLE_SIM_NUMBER_WIDE_H
