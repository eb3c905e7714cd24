// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A step of one tile. Rows that no event reached, banks and bit planes without a row cost nothing.
#include "sim/fabric/FunctionalTile.h"

#include "runtime/machine/NonZero.h"
#include "sim/fabric/Flit.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace spindle::fabric {

namespace fb = image::fb;

namespace {

struct Saver {
  std::vector<std::byte> &out;

  template <typename T> void scalar(T &value) { raw(&value, sizeof value); }
  template <typename T> void array(std::vector<T> &values) {
    raw(values.data(), values.size() * sizeof(T));
  }
  void raw(const void *data, size_t size) {
    const auto *bytes = static_cast<const std::byte *>(data);
    out.insert(out.end(), bytes, bytes + size);
  }
};

struct Loader {
  std::span<const std::byte> &in;

  template <typename T> void scalar(T &value) { raw(&value, sizeof value); }
  template <typename T> void array(std::vector<T> &values) {
    raw(values.data(), values.size() * sizeof(T));
  }
  void raw(void *data, size_t size) {
    if (in.size() < size)
      throw UserError("checkpoint: it is too short for this network");
    if (size != 0)
      std::memcpy(data, in.data(), size);
    in = in.subspan(size);
  }
};

void *pointer(TileColumn &column, bool real) {
  return real ? static_cast<void *>(column.real.data()) : static_cast<void *>(column.fixed.data());
}

} // namespace

FunctionalTile::FunctionalTile(const Fabric &fabric, const Tile &tile, KernelFn kernel, bool hashes)
    : fabric_(fabric), tile_(tile), kernel_(kernel), hashes_(hashes),
      rowShift_(uint32_t(std::countr_zero(fabric.rows))), words_(device::rowWords(fabric.rows)) {
  const fb::Model &model = *fabric.image->meta().models()->Get(tile.model);
  spiking_ = model.emit() != fb::Emit_Graded;
  size_t columns = tile.columns();
  counts_.resize(size_t(fabric.slots) * fabric.rows * tile.banks.size());
  touched_.resize(fabric.slots);
  planes_.resize(tile.banks.size() * fabric.countBits * words_);
  planesSet_.resize(tile.banks.size());
  sums_.resize(tile.devices());
  acc_.resize(columns);
  state_ = tile.init;
  param_ = tile.param;
  for (TileColumn *column : {&input_, &emitted_}) {
    column->fixed.assign(tile.real ? 0 : columns, 0);
    column->real.assign(tile.real ? columns : 0, 0.0);
  }
  for (TileColumn &column : state_)
    statePointers_.push_back(pointer(column, tile.real));
  for (TileColumn &column : param_)
    paramPointers_.push_back(pointer(column, tile.real));
  reset();
}

void FunctionalTile::reset() {
  std::fill(counts_.begin(), counts_.end(), 0);
  for (auto &rows : touched_)
    rows.clear();
  std::fill(planes_.begin(), planes_.end(), 0);
  std::fill(planesSet_.begin(), planesSet_.end(), 0);
  for (size_t k = 0; k < state_.size(); ++k) { // in place: the kernel holds pointers
    std::copy(tile_.init[k].fixed.begin(), tile_.init[k].fixed.end(), state_[k].fixed.begin());
    std::copy(tile_.init[k].real.begin(), tile_.init[k].real.end(), state_[k].real.begin());
  }
  counters_ = {};
  adcHash_ = stateHash_ = {};
}

void FunctionalTile::receive(uint32_t word, uint64_t now) {
  Flit flit{word};
  uint32_t slot = uint32_t(now + flit.delay()) & (fabric_.slots - 1);
  uint8_t &count = counts_[size_t(slot) * fabric_.rows * tile_.banks.size() + flit.row()];
  if (count == 0)
    touched_[slot].push_back(uint16_t(flit.row()));
  uint32_t sum = count + flit.count();
  uint32_t kept = std::min(sum, fabric_.maxCount());
  counters_.rowSaturations += sum - kept;
  count = uint8_t(kept);
  ++counters_.events;
}

void FunctionalTile::loadSlot(uint64_t slot) {
  uint8_t *counts = counts_.data() + size_t(slot) * fabric_.rows * tile_.banks.size();
  for (uint16_t row : touched_[slot]) {
    size_t bank = row >> rowShift_;
    uint32_t r = row & (fabric_.rows - 1);
    planesSet_[bank] |= counts[row];
    for (uint32_t bits = counts[row]; bits != 0; bits &= bits - 1)
      plane(bank, size_t(std::countr_zero(bits)))[r / 64] |= uint64_t(1) << (r % 64);
    counts[row] = 0;
  }
  touched_[slot].clear();
}

/// False when no row was driven, and so all accumulators are 0.
bool FunctionalTile::readBanks() {
  std::fill(acc_.begin(), acc_.end(), 0);
  bool any = false;
  for (size_t bank = 0; bank < planesSet_.size(); ++bank) {
    any |= planesSet_[bank] != 0;
    for (uint32_t bits = planesSet_[bank]; bits != 0; bits &= bits - 1) {
      uint32_t bit = uint32_t(std::countr_zero(bits));
      uint64_t *rows = plane(bank, bit);
      tile_.banks[bank].read({rows, words_}, sums_);
      std::fill(rows, rows + words_, 0);
      ++counters_.reads;
      if (hashes_)
        hashCodes();
      counters_.adcClips += convert(sums_.data(), tile_.columns(), tile_.adcShift,
                                    fabric_.fullScale(), bit, acc_.data());
    }
    planesSet_[bank] = 0;
  }
  return any;
}

void FunctionalTile::hashCodes() {
  for (int32_t sum : sums_)
    adcHash_.add(uint32_t(std::min(sum >> tile_.adcShift, fabric_.fullScale())));
}

void FunctionalTile::inputFixed(uint64_t now, bool read) {
  int32_t *x = input_.fixed.data();
  if (read)
    scaleSums(acc_.data(), tile_.scale.data(), tile_.columns(), tile_.scaleShift, x);
  else
    std::fill(input_.fixed.begin(), input_.fixed.end(), 0);
  for (const TileDrive &drive : tile_.drives)
    if (now >= drive.from)
      addSaturated(x, drive.values.fixed.data(), tile_.columns());
}

void FunctionalTile::inputReal(uint64_t now) {
  double *x = input_.real.data();
  for (size_t c = 0; c < tile_.columns(); ++c)
    x[c] = double(acc_[c]) * tile_.scaleReal[c];
  for (const TileDrive &drive : tile_.drives)
    if (now >= drive.from)
      for (size_t c = 0; c < tile_.columns(); ++c)
        x[c] += drive.values.real[c];
}

void FunctionalTile::emitFrom(uint32_t column, double value, std::vector<Emission> &emissions,
                              std::vector<uint32_t> &flits) {
  emissions.push_back({column, value});
  uint32_t begin = tile_.routeStart[column], end = tile_.routeStart[column + 1];
  if (!spiking_ || begin == end || !(value > 0))
    return;
  uint32_t count = uint32_t(std::min<double>(value, fabric_.maxCount()));
  counters_.countSaturations += value > fabric_.maxCount();
  for (uint32_t r = begin; r < end; ++r)
    flits.push_back(tile_.routes[r] | count);
}

void FunctionalTile::step(uint64_t now, std::vector<Emission> &emissions,
                          std::vector<uint32_t> &flits) {
  if (now < tile_.onset)
    return;
  loadSlot(now & (fabric_.slots - 1));
  bool read = readBanks();
  if (tile_.real)
    inputReal(now);
  else
    inputFixed(now, read);
  const void *input = pointer(input_, tile_.real);
  kernel_(0, int64_t(tile_.columns()), statePointers_.data(), paramPointers_.data(), &input,
          pointer(emitted_, tile_.real));
  if (tile_.real) {
    forEachNonZero(emitted_.real.data(), tile_.columns(),
                   [&](size_t c) { emitFrom(uint32_t(c), emitted_.real[c], emissions, flits); });
  } else {
    double unit = spiking_ ? 1.0 : 1.0 / 32768.0; // a power of two: exact
    forEachNonZero(emitted_.fixed.data(), tile_.columns(), [&](size_t c) {
      emitFrom(uint32_t(c), emitted_.fixed[c] * unit, emissions, flits);
    });
  }
  if (hashes_)
    hashStates();
}

void FunctionalTile::hashStates() {
  for (size_t c = 0; c < tile_.columns(); ++c)
    for (const TileColumn &column : state_) {
      if (tile_.real)
        stateHash_.add(std::bit_cast<uint64_t>(column.real[c]));
      else
        stateHash_.add(uint32_t(column.fixed[c]));
    }
}

TileColumn FunctionalTile::state(uint32_t term) const { return state_[term]; }

template <typename Archive> void FunctionalTile::archive(Archive &a) {
  a.array(counts_);
  for (TileColumn &column : state_) {
    a.array(column.fixed);
    a.array(column.real);
  }
  a.scalar(counters_);
  a.scalar(adcHash_);
  a.scalar(stateHash_);
}

void FunctionalTile::save(std::vector<std::byte> &out) const {
  Saver saver{out};
  const_cast<FunctionalTile *>(this)->archive(saver);
}

void FunctionalTile::load(std::span<const std::byte> &in) {
  Loader loader{in};
  archive(loader);
  size_t rows = fabric_.rows * tile_.banks.size();
  for (size_t slot = 0; slot < touched_.size(); ++slot) {
    touched_[slot].clear();
    for (size_t row = 0; row < rows; ++row)
      if (uint8_t count = counts_[slot * rows + row]) {
        if (count > fabric_.maxCount())
          throw UserError("checkpoint: it is damaged");
        touched_[slot].push_back(uint16_t(row));
      }
  }
}

} // namespace spindle::fabric
