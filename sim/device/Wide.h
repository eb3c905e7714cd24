// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wider vectors where the host has them. The program is built for any x86-64, whose vectors have 16
// bytes; integer loops over columns gain nearly a factor of two from 32.
#ifndef SPINDLE_SIM_DEVICE_WIDE_H
#define SPINDLE_SIM_DEVICE_WIDE_H

/// Before a function definition: compiled a second time for AVX2, chosen when the program starts.
/// For integer arithmetic only, so that every host computes the same numbers without a thought.
/// Not under the sanitizers, whose runtimes start later than the choice is made.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPINDLE_WIDE
#endif
#endif
#if !defined(SPINDLE_WIDE) && defined(__x86_64__) && defined(__gnu_linux__)
#define SPINDLE_WIDE [[gnu::target_clones("avx2", "default")]]
#elif !defined(SPINDLE_WIDE)
#define SPINDLE_WIDE
#endif

#endif // SPINDLE_SIM_DEVICE_WIDE_H
