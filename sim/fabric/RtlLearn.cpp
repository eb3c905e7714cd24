// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/fabric/RtlLearn.h"

#include "runtime/image/Errors.h"
#include "sim/fabric/RtlBus.h"
#include "sim/fabric/RtlSources.h"

#include <algorithm>
#include <bit>
#include <string>

namespace spindle::fabric {

using device::Drive;
using device::PairArraySettings;
using device::Rounding;

namespace {

enum Space : uint32_t { Register, Row, Column, Clips };
enum Operation : uint32_t { Read = 1, ReadTransposed, Counts, Trains, Refresh };
constexpr uint32_t kCommand = 31;

size_t wholeGroups(size_t lines, uint32_t share) { return (lines + share - 1) / share * share; }

/// `width` bits at bit `at` of packed words, 32 at most.
uint32_t bitsAt(const uint32_t *words, size_t at, unsigned width) {
  uint64_t both = words[at / 32];
  if (at % 32 + width > 32)
    both |= uint64_t{words[at / 32 + 1]} << 32;
  return uint32_t(both >> (at % 32)) & uint32_t((uint64_t{1} << width) - 1);
}

int32_t signedBits(const uint32_t *words, size_t at, unsigned width) {
  auto sign = int32_t(1) << (width - 1);
  return (int32_t(bitsAt(words, at, width)) ^ sign) - sign;
}

void putHalf(uint32_t *words, size_t index, uint16_t value) {
  uint32_t shift = index % 2 * 16;
  words[index / 2] = (words[index / 2] & ~(0xffffu << shift)) | uint32_t(value) << shift;
}

PairArraySettings bare(PairArraySettings settings) {
  settings.converter = settings.transposedConverter = {};
  return settings;
}

void check(const PairArraySettings &s) {
  for (const device::ConverterSettings &c : {s.converter, s.transposedConverter})
    if (c.bits < 1 || c.bits > 24)
      throw UserError("a tile that learns has converters of 1 to 24 bits, not " +
                      std::to_string(c.bits));
  if (s.tileRows != 0 && s.tileRows < s.rows)
    throw UserError("an array in RTL is one tile: its rows are not split");
  if (s.accumulators)
    throw UserError("a tile that learns keeps no accumulators (rounding mp): use the functional "
                    "engine");
}

} // namespace

ModelSource learnSource(size_t rows, size_t columns, uint32_t share) {
  ModelSource source;
  source.top = "xb_learn";
  for (const char *name : {"RtlAbi.h", "xb_pairs_dpi.sv", "xb_line_converters.sv", "xb_learn.sv"})
    source.files.push_back({name, std::string(sourceText(name))});
  source.parameters = {{"ROWS", long(rows)}, {"COLS", long(columns)}, {"SHARE", long(share)}};
  source.shim = "#include \"RtlAbi.h\"\n" + std::string(sourceText("LearnShim.cpp.in"));
  return source;
}

RtlArray::RtlArray(const PairArraySettings &settings, const LearnTiming &timing)
    : settings_((check(settings), settings)), devices_(bare(settings)),
      rows_(wholeGroups(settings.rows, timing.share)),
      columns_(wholeGroups(settings.columns, timing.share)), share_(timing.share),
      library_(buildModel(learnSource(rows_, columns_, share_))),
      api_(reinterpret_cast<const abi::LearnApi *(*)()>(library_->symbol("spindle_model_api"))()),
      model_(api_->create()), driven_(rows_), sums_(std::max(rows_, columns_)),
      rowChances_(settings.rows), columnChances_(settings.columns) {
  makePort();
  configure(timing);
}

RtlArray::~RtlArray() { api_->destroy(model_); }

//===- The bus --------------------------------------------------------------------------------===//

void RtlArray::write(uint32_t space, uint32_t index, uint32_t word, uint32_t data) {
  in_.busValid = in_.busWrite = 1;
  in_.busAddress = bus::address(space, index, word);
  in_.busData = data;
  clock();
  in_.busValid = in_.busWrite = 0;
}

uint32_t RtlArray::get(uint32_t space, uint32_t index, uint32_t word) {
  in_.busValid = 1;
  in_.busAddress = bus::address(space, index, word);
  clock();
  in_.busValid = 0;
  return out_.busData;
}

void RtlArray::configure(const LearnTiming &t) {
  in_.handle = reinterpret_cast<uint64_t>(&port_);
  clock();
  in_.resetN = 1;
  bool bothWays = !device::isOneWay(settings_.method);
  const std::pair<uint32_t, uint32_t> registers[] = {{0, t.setup},
                                                     {1, t.integrate},
                                                     {2, t.mux},
                                                     {3, t.sample},
                                                     {4, settings_.converter.bits},
                                                     {5, settings_.converter.shift},
                                                     {16, settings_.transposedConverter.bits},
                                                     {17, settings_.transposedConverter.shift},
                                                     {18, t.inputBits},
                                                     {19, t.pulse},
                                                     {20, t.reset},
                                                     {22, bothWays ? 4u : 0u}};
  for (auto [index, value] : registers)
    write(Register, index, 0, value);
}

void RtlArray::run(uint32_t operation, size_t row) {
  write(Register, kCommand, 0, uint32_t(row) << 8 | operation);
  while (out_.busy)
    clock();
  clock(); // codes of the last converter group
}

/// Writes the inputs that differ from those that the tile holds.
void RtlArray::drive(const Drive &inputs) {
  std::vector<uint8_t> now(rows_);
  for (size_t i = 0; i < inputs.size(); ++i)
    now[inputs.rows()[i]] = inputs.inputs()[i];
  for (uint32_t r = 0; r < rows_; ++r)
    if (now[r] != driven_[r])
      write(Row, r, 0, now[r]);
  driven_ = std::move(now);
}

//===- Operations -----------------------------------------------------------------------------===//

void RtlArray::read(const Drive &inputs, std::span<int32_t> sums) {
  drive(inputs);
  run(Read);
  for (uint32_t c = 0; c < settings_.columns; ++c)
    sums[c] = int32_t(get(Column, c, 0));
}

void RtlArray::readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) {
  for (uint32_t c = 0; c < settings_.columns; ++c)
    write(Column, c, 0, uint32_t(int32_t{errors[c]}));
  run(ReadTransposed);
  for (uint32_t r = 0; r < settings_.rows; ++r)
    sums[r] = int32_t(get(Row, r, 0));
}

void RtlArray::update(const Drive &inputs, const device::UpdateOperation &operation) {
  constexpr int32_t kLargest = 1 << 24;
  bool trains = operation.rounding == Rounding::PulseTrain;
  devices_.countUpdate();
  if (trains && !devices_.trainChances(inputs, operation, rowChances_, columnChances_))
    return;
  drive(inputs);
  for (uint32_t c = 0; c < settings_.columns; ++c) {
    write(Column, c, 1, uint32_t(std::clamp(operation.factor[c], -kLargest, kLargest)));
    if (trains)
      write(Column, c, 2, columnChances_[c]);
  }
  for (size_t i = 0; trains && i < inputs.size(); ++i)
    write(Row, inputs.rows()[i], 1, rowChances_[i]);
  write(Register, 21, 0, operation.maxPulses);
  bool bothWays = !device::isOneWay(settings_.method);
  write(Register, 22, 0, (bothWays ? 4u : 0u) | (operation.rounding == Rounding::Nearest));
  write(Register, 23, 0, uint32_t(operation.number));
  write(Register, 24, 0, uint32_t(operation.number >> 32));
  run(trains ? Trains : Counts);
}

void RtlArray::refreshRow(size_t row, const device::RefreshOperation &operation) {
  write(Register, 22, 0, operation.verify ? 2u : 0u);
  write(Register, 23, 0, uint32_t(operation.number));
  write(Register, 24, 0, uint32_t(operation.number >> 32));
  write(Register, 25, 0, uint32_t(operation.high) << 16 | operation.low);
  run(Refresh, row);
}

device::ArrayCounters RtlArray::counters() const {
  device::ArrayCounters counters = devices_.counters();
  auto *self = const_cast<RtlArray *>(this); // a status read leaves the tile as it is
  counters.clips = uint64_t{self->get(Clips, 0, 0)} + self->get(Clips, 0, 1);
  return counters;
}

//===- The devices as the RTL sees them -------------------------------------------------------===//

void RtlArray::makePort() {
  port_.owner = this;
  port_.read = [](void *owner, int transposed, const uint32_t *inputs) {
    auto &self = *static_cast<RtlArray *>(owner);
    std::fill(self.sums_.begin(), self.sums_.end(), 0);
    if (transposed) {
      std::vector<int16_t> errors;
      for (size_t c = 0; c < self.settings_.columns; ++c)
        errors.push_back(int16_t(signedBits(inputs, c * 9, 9)));
      return self.devices_.readTransposed(errors, self.sums_);
    }
    Drive drive;
    for (size_t r = 0; r < self.settings_.rows; ++r)
      if (uint32_t x = bitsAt(inputs, r * 9, 9))
        drive.add(uint16_t(r), uint8_t(x));
    self.devices_.read(drive, self.sums_);
  };
  port_.sample = [](void *owner, int transposed, int group, uint32_t *sums) {
    auto &self = *static_cast<RtlArray *>(owner);
    size_t converters = (transposed ? self.rows_ : self.columns_) / self.share_;
    for (size_t a = 0; a < converters; ++a)
      sums[a] = uint32_t(self.sums_[size_t(group) * converters + a]);
  };
  port_.draw = [](void *owner, uint64_t number, int row, uint32_t *words) {
    auto &self = *static_cast<RtlArray *>(owner);
    std::vector<uint16_t> bits(self.settings_.columns);
    self.devices_.drawRow(number, size_t(row), bits);
    for (size_t c = 0; c < bits.size(); ++c)
      putHalf(words, c, bits[c]);
  };
  port_.slot = [](void *owner, uint64_t number, int slot, uint32_t *words) {
    auto &self = *static_cast<RtlArray *>(owner);
    std::vector<uint16_t> rows(self.settings_.rows), columns(self.settings_.columns);
    self.devices_.drawSlot(number, uint32_t(slot), rows, columns);
    for (size_t r = 0; r < rows.size(); ++r)
      putHalf(words, r, rows[r]);
    for (size_t c = 0; c < columns.size(); ++c)
      putHalf(words, self.rows_ + c, columns[c]);
  };
  port_.pulse = [](void *owner, uint64_t number, int row, const uint32_t *counts) {
    auto &self = *static_cast<RtlArray *>(owner);
    for (size_t c = 0; c < self.settings_.columns; ++c)
      self.devices_.pulse(size_t(row), c, signedBits(counts, c * 8, 8), number);
  };
  port_.coincide = [](void *owner, uint64_t number, const uint32_t *rows, const uint32_t *columns,
                      const uint32_t *up, int most) {
    auto &self = *static_cast<RtlArray *>(owner);
    for (size_t r = 0; r < self.settings_.rows; ++r)
      for (size_t c = 0; c < self.settings_.columns; ++c) {
        uint32_t both = bitsAt(rows, r * 31, 31) & bitsAt(columns, c * 31, 31);
        int32_t count = std::min(std::popcount(both), most);
        self.devices_.pulse(r, c, bitsAt(up, c, 1) ? count : -count, number);
      }
  };
  port_.refresh = [](void *owner, uint64_t number, int row, int high, int low, int verify) {
    auto &self = *static_cast<RtlArray *>(owner);
    return int(self.devices_.refreshRow(size_t(row),
                                        {number, uint16_t(high), uint16_t(low), verify != 0}));
  };
}

} // namespace spindle::fabric
