// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One tile of the functional model: row counters, reads and converters, accumulators, neurons,
// routes.
#ifndef SPINDLE_SIM_FABRIC_FUNCTIONALTILE_H
#define SPINDLE_SIM_FABRIC_FUNCTIONALTILE_H

#include "runtime/machine/Kernel.h"
#include "sim/fabric/FabricBase.h"
#include "sim/fabric/FabricImage.h"
#include "sim/fabric/TraceHash.h"

#include <map>

namespace spindle::fabric {

struct TileCounters {
  uint64_t reads = 0;            ///< (bank, bit plane) reads
  uint64_t adcClips = 0;         ///< conversions above full scale
  uint64_t events = 0;           ///< flits received
  uint64_t rowSaturations = 0;   ///< events lost because a row counter was full
  uint64_t countSaturations = 0; ///< neurons that emitted more than a flit can carry
};

class FunctionalTile {
public:
  FunctionalTile(const Fabric &fabric, const Tile &tile, KernelFn kernel, bool hashes);

  void reset();

  /// A flit that arrives in step `now`.
  void receive(uint32_t word, uint64_t now);

  /// Step `now`. Appends what was emitted by column, and the flits that go out.
  void step(uint64_t now, std::vector<Emission> &emissions, std::vector<uint32_t> &flits);

  TileColumn state(uint32_t term) const;
  const TileCounters &counters() const { return counters_; }
  const TraceHash &adcHash() const { return adcHash_; }
  const TraceHash &stateHash() const { return stateHash_; }

  /// Everything that changes, as bytes, and back (throws UserError on bytes that do not fit this
  /// tile, which is then in no state to run).
  void save(std::vector<std::byte> &out) const;
  void load(std::span<const std::byte> &in);

private:
  uint64_t *plane(size_t bank, size_t bit) {
    return planes_.data() + (bank * fabric_.countBits + bit) * words_;
  }
  void loadSlot(uint64_t slot);
  bool readBanks();
  void hashCodes();
  void inputFixed(uint64_t now, bool read);
  void inputReal(uint64_t now);
  void emitFrom(uint32_t column, double value, std::vector<Emission> &emissions,
                std::vector<uint32_t> &flits);
  void hashStates();
  template <typename Archive> void archive(Archive &a);

  const Fabric &fabric_;
  const Tile &tile_;
  KernelFn kernel_;
  bool hashes_, spiking_;
  uint32_t rowShift_;
  size_t words_; ///< of a row mask

  std::vector<uint8_t> counts_;                ///< [slot][row]
  std::vector<std::vector<uint16_t>> touched_; ///< rows with a count, by slot
  std::vector<uint64_t> planes_;               ///< [bank][bit] row masks of the slot being read
  std::vector<uint32_t> planesSet_;            ///< by bank: bits with a row
  std::vector<int32_t> sums_, acc_;
  std::vector<TileColumn> state_, param_;
  TileColumn input_, emitted_;
  std::vector<void *> statePointers_;
  std::vector<const void *> paramPointers_;
  TileCounters counters_;
  TraceHash adcHash_, stateHash_;
};

/// The converters of one read: adds ((code+ - code-) << adcShift) << bit to each accumulator and
/// returns how many conversions were clipped at `fullScale`. `sums` holds the positive and the
/// negative device of each column in turn.
uint32_t convert(const int32_t *sums, size_t columns, uint32_t adcShift, int32_t fullScale,
                 uint32_t bit, int32_t *acc);

/// x[c] = acc * scale >> shift, rounded to minus infinity and saturated to 32 bits.
void scaleSums(const int32_t *acc, const int32_t *scale, size_t columns, uint32_t shift,
               int32_t *x);
/// x[c] += value[c], saturated.
void addSaturated(int32_t *x, const int32_t *value, size_t columns);

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_FUNCTIONALTILE_H
