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

/// Words that are written once and stay where they are, in large pieces for which the kernel is
/// asked for huge pages.
class Arena {
public:
  Arena() = default;
  /// The first piece has `bytes` bytes, or a few more.
  explicit Arena(size_t bytes) : first_(bytes) {}
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
    std::swap(first_, other.first_);
  }
  std::vector<Piece> pieces_;
  size_t first_ = 0;
  uint32_t *next_ = nullptr, *end_ = nullptr;
};

/// Memory that begins at a cache line: out of an arena, which frees it with all the rest, or the
/// usual one.
template <typename T> struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};
  static constexpr size_t kWords = 16; ///< of a line

  LineAllocator() = default;
  explicit LineAllocator(Arena *from) : arena(from) {}
  template <typename U> LineAllocator(const LineAllocator<U> &other) : arena(other.arena) {}
  T *allocate(size_t n) {
    size_t bytes = n * sizeof(T), words = (bytes + 63) / 64 * kWords;
    return arena ? reinterpret_cast<T *>(arena->take(words))
                 : static_cast<T *>(::operator new(bytes, kLine));
  }
  void deallocate(T *p, size_t) {
    if (!arena)
      ::operator delete(p, kLine);
  }
  friend bool operator==(LineAllocator a, LineAllocator b) { return a.arena == b.arena; }

  Arena *arena = nullptr;
};

/// A vector that begins at a cache line.
template <typename T> using Lines = std::vector<T, LineAllocator<T>>;

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_MEMORY_H
