// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The step of a neuron model as a compiled function, and the library that compiles it at load.
#ifndef SPINDLE_RUNTIME_MACHINE_KERNEL_H
#define SPINDLE_RUNTIME_MACHINE_KERNEL_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace spindle {

/// One step of neurons [begin, end) of one population: update, emit, reset, after.
///
/// Each table holds one pointer per term, in the order of image::Model; each pointer is a column
/// with one element per neuron (params are expanded to full columns by the machine). Elements are
/// double where the model's number is F64, else int32_t (S1615) or uint32_t (U032). `emit` receives
/// per neuron: a double (F64 models: 0/1, a count, or the graded value) or an int32_t (0/1, a
/// count, or the raw graded value).
using KernelFn = void (*)(int64_t begin, int64_t end, void *const *state, const void *const *param,
                          const void *const *input, void *emit);

/// The same for populations of the many-core machine whose neurons emit spikes, one at most: a
/// kernel that transfers the sums of the ring by itself (docs/semantics.md S2, S3). `begin` and
/// `end` are multiples of kRingLanes. `sums` holds a row of uint32_t per synapse type, of which are
/// left what was above 0xffff, else 0; null, which only kernels of at most kMostAbsent types take,
/// where nothing has arrived. After them, room for kRingLanes words, which are 0 if nothing was
/// left. `emit`: one bit per neuron, in words of kRingLanes bits.
using RingKernelFn = KernelFn;
constexpr unsigned kRingLanes = 16; ///< as codegen::kLanes
constexpr size_t kMostAbsent = 2;   ///< as codegen::kMostAbsentTypes

/// Kernels of one image: verified LLVM bitcode, compiled for this host. Thread-safe after load.
class KernelLibrary {
public:
  /// Compiles `bitcode`. Throws ImageError when the module is malformed, does not verify, or
  /// declares a function outside the permitted list (an image may not call into the process).
  static std::shared_ptr<KernelLibrary> load(std::span<const std::byte> bitcode);
  virtual ~KernelLibrary() = default;
  /// The function of that symbol; throws ImageError when there is none.
  virtual KernelFn find(std::string_view symbol) const = 0;
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_KERNEL_H
