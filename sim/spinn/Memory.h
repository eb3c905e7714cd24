// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory as the vector loops and the row store want it: whole cache lines, huge pages.
#ifndef SPINDLE_SIM_SPINN_MEMORY_H
#define SPINDLE_SIM_SPINN_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace spindle::spinn {

template <typename T> struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};
  LineAllocator() = default;
  template <typename U> LineAllocator(const LineAllocator<U> &) {}
  T *allocate(size_t n) { return static_cast<T *>(::operator new(n * sizeof(T), kLine)); }
  void deallocate(T *p, size_t) { ::operator delete(p, kLine); }
  friend bool operator==(LineAllocator, LineAllocator) { return true; }
};

/// A vector that begins at a cache line.
template <typename T> using Lines = std::vector<T, LineAllocator<T>>;

/// Words that are written once and stay where they are, in large pieces for which the kernel is
/// asked for huge pages.
class Arena {
public:
  Arena() = default;
  Arena(Arena &&other) noexcept { swap(other); }
  Arena &operator=(Arena &&other) noexcept {
    swap(other);
    return *this;
  }
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena();

  /// Room for `words` words in a row.
  uint32_t *take(size_t words) {
    if (words > static_cast<size_t>(end_ - next_))
      grow(words);
    return std::exchange(next_, next_ + words);
  }

private:
  struct Piece {
    void *address;
    size_t bytes;
  };
  void grow(size_t words);
  void swap(Arena &other) {
    std::swap(pieces_, other.pieces_);
    std::swap(next_, other.next_);
    std::swap(end_, other.end_);
  }
  std::vector<Piece> pieces_;
  uint32_t *next_ = nullptr, *end_ = nullptr;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_MEMORY_H
