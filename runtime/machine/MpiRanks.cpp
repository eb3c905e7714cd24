// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranks by MPI, where the build has it (SPINDLE_HAS_MPI).
#include "runtime/machine/Ranks.h"

#ifdef SPINDLE_HAS_MPI
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace spindle {
namespace {

void check(int result) {
  if (result != MPI_SUCCESS)
    throw std::runtime_error("MPI: a call failed with code " + std::to_string(result));
}

class MpiRanks final : public Ranks {
public:
  MpiRanks() {
    int size, rank;
    check(MPI_Comm_size(MPI_COMM_WORLD, &size));
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    count_ = static_cast<uint32_t>(size);
    rank_ = static_cast<uint32_t>(rank);
  }
  uint32_t count() const override { return count_; }
  uint32_t rank() const override { return rank_; }

  std::vector<uint32_t> gather(std::span<const uint32_t> mine) const override {
    int size = static_cast<int>(mine.size());
    std::vector<int> sizes(count_), starts(count_);
    check(MPI_Allgather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD));
    int total = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      starts[i] = total;
      total += sizes[i];
    }
    std::vector<uint32_t> all(static_cast<size_t>(total));
    check(MPI_Allgatherv(mine.data(), size, MPI_UINT32_T, all.data(), sizes.data(), starts.data(),
                         MPI_UINT32_T, MPI_COMM_WORLD));
    return all;
  }
  void sum(std::span<uint32_t> values) const override {
    add(values.data(), values.size(), MPI_UINT32_T);
  }
  void sum(std::span<uint64_t> values) const override {
    add(values.data(), values.size(), MPI_UINT64_T);
  }
  void abort(int code) const override { MPI_Abort(MPI_COMM_WORLD, code); }

private:
  template <typename T> void add(T *values, size_t count, MPI_Datatype type) const {
    constexpr size_t kAtOnce = size_t(1) << 24;
    for (size_t i = 0; i < count; i += kAtOnce)
      check(MPI_Allreduce(MPI_IN_PLACE, values + i, static_cast<int>(std::min(kAtOnce, count - i)),
                          type, MPI_SUM, MPI_COMM_WORLD));
  }
  uint32_t count_, rank_;
};

/// Started by a launcher of OpenMPI or MPICH, as more than one.
bool startedTogether() {
  for (const char *name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char *value = std::getenv(name))
      return std::atoi(value) > 1;
  return false;
}

} // namespace

std::shared_ptr<const Ranks> startedRanks() {
  static std::shared_ptr<const Ranks> ranks = []() -> std::shared_ptr<const Ranks> {
    if (!startedTogether())
      return nullptr;
    int provided;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
    std::atexit([] { MPI_Finalize(); });
    return std::make_shared<MpiRanks>();
  }();
  return ranks;
}

} // namespace spindle

#else

namespace spindle {
std::shared_ptr<const Ranks> startedRanks() { return nullptr; }
} // namespace spindle

#endif
