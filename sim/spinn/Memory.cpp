// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Memory.h"

#include <algorithm>
#include <sys/mman.h>

namespace spindle::spinn {
namespace {
constexpr size_t kHugePage = size_t(2) << 20;
/// Pieces grow to this: small networks take little, large ones take few pieces.
constexpr size_t kLargest = size_t(16) << 20, kSmallest = size_t(64) << 10;
} // namespace

Arena::~Arena() {
  for (const Piece &piece : pieces_)
    munmap(piece.address, piece.bytes);
}

void Arena::grow(size_t words) {
  size_t wanted =
      pieces_.empty() ? std::max(kSmallest, first_) : std::min(kLargest, pieces_.back().bytes * 4);
  size_t bytes = std::max(wanted, words * sizeof(uint32_t));
  size_t page = bytes >= kHugePage / 4 ? kHugePage : size_t(4096);
  bytes = (bytes + page - 1) / page * page;
  // A huge page lies at a multiple of its size: take more than that, and give the ends back.
  size_t slack = page == kHugePage ? kHugePage : 0;
  void *raw = mmap(nullptr, bytes + slack, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED)
    throw std::bad_alloc();
  auto *begin = static_cast<std::byte *>(raw);
  size_t skip = slack ? (slack - reinterpret_cast<uintptr_t>(raw) % slack) % slack : 0;
  if (skip)
    munmap(begin, skip);
  if (slack - skip)
    munmap(begin + skip + bytes, slack - skip);
  begin += skip;
#ifdef MADV_HUGEPAGE
  if (slack)
    madvise(begin, bytes, MADV_HUGEPAGE); // a wish: without it all works, more slowly
#endif
  pieces_.push_back({begin, bytes});
  next_ = reinterpret_cast<uint32_t *>(begin);
  end_ = next_ + bytes / sizeof(uint32_t);
}

} // namespace spindle::spinn
