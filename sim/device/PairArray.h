// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An array of synapse devices that learns: rows x columns synapses, each a pair of devices or one
// device against a fixed reference, with the operations of a fabric tile: read, transposed read,
// update of the whole array, program, erase, refresh of a row. All of it is integer arithmetic on
// device codes (PulseResponse.h), and all randomness is keyed by what it is for (SynapseHash.h), so
// that a model in RTL that calls these operations computes the same bits.
//
// Weight code of a synapse: w = (g+ - g-) >> 4 of a pair, (2 g - 65535) >> 4 of a single device, so
// -4096..4095 for the whole range -w_max..w_max whatever the method.
#ifndef SPINDLE_SIM_DEVICE_PAIRARRAY_H
#define SPINDLE_SIM_DEVICE_PAIRARRAY_H

#include "sim/device/ArrayKernels.h"
#include "sim/device/PulseResponse.h"
#include "sim/device/SynapseHash.h"

#include <functional>
#include <vector>

namespace spindle::device {

/// Which device of a synapse moves for a weight change of one step up (down: the mirror image).
enum class UpdateMethod : uint8_t {
  Single,    ///< the one device, up
  Both,      ///< G+ up and G- down at every pulse
  OneOfPair, ///< G+ up or G- down, by a coin: steps half as large as those of Both
  UpOnly,    ///< G+ up (for a change down: G- up); never a pulse down; needs refresh
  DownOnly   ///< G- down (for a change down: G+ down): the mirror of UpOnly
};
constexpr bool isPair(UpdateMethod m) { return m != UpdateMethod::Single; }
constexpr bool isOneWay(UpdateMethod m) {
  return m == UpdateMethod::UpOnly || m == UpdateMethod::DownOnly;
}

/// How a wished change v, in pulses, becomes a count.
enum class Rounding : uint8_t {
  Stochastic, ///< floor(v + u), u uniform, one draw per synapse
  Nearest,    ///< floor(v + 1/2)
  PulseTrain, ///< coincidences of 31 slots of random pulses on row and column (Gokmen, Vlasov 2016)
  Accumulate  ///< v is added to a digital accumulator of 16 bits, whole pulses are taken from it
};
inline constexpr uint32_t kTrainSlots = 31;

/// Rows or columns of an array: their sums fit 32 bits.
inline constexpr size_t kMaxLines = 2048;

/// A converter per column: (sum + half) >> shift, clipped to `bits` with sign. 0 bits: exact.
struct ConverterSettings {
  uint32_t bits = 0, shift = 0;
};

struct PairArraySettings {
  size_t rows = 0, columns = 0; ///< 1..kMaxLines
  UpdateMethod method = UpdateMethod::UpOnly;
  PulseResponse device;
  double cycleNoise =
      0; ///< deviation per pulse, of the full range; n pulses together: sqrt(n) of it
  uint64_t seed = 0;
  uint32_t layer = 0;                   ///< tells arrays of one seed apart
  size_t firstRow = 0, firstColumn = 0; ///< of this array in the layer; an even column
  bool transposed = false;              ///< keep a transposed copy: fast transposed reads
  bool accumulators = false;            ///< for Rounding::Accumulate
  size_t tileRows = 0;                  ///< rows whose sum is converted at once; 0: all
  ConverterSettings converter, transposedConverter;
  /// Single devices: the weight code that a read sees, by device code (65536 of them), where
  /// something stands between the two (the resistance of an access transistor). Empty: (2 g -
  /// 65535) >> 4.
  std::shared_ptr<const std::vector<int16_t>> seen;
};

/// The rows that an operation drives, by ascending number, with inputs of 1..255.
class Drive {
public:
  Drive() = default;
  explicit Drive(std::span<const uint8_t> inputs) { set(inputs); }
  void set(std::span<const uint8_t> inputs);
  void clear() { rows_.clear(), inputs_.clear(); }
  void add(uint16_t row, uint8_t input) { rows_.push_back(row), inputs_.push_back(input); }
  size_t size() const { return rows_.size(); }
  std::span<const uint16_t> rows() const { return rows_; }
  std::span<const uint8_t> inputs() const { return inputs_; }

private:
  std::vector<uint16_t> rows_;
  std::vector<uint8_t> inputs_;
};

/// One update of the whole array: synapse (r, c) wishes for x_r / 255 * factor_c * 2^-16 pulses in
/// the direction of the factor's sign. Factors beyond 2^24 in magnitude are taken as that.
struct UpdateOperation {
  uint64_t number = 0;             ///< of this update in the life of the layer: keys its draws
  std::span<const int32_t> factor; ///< by column
  Rounding rounding = Rounding::Stochastic;
  uint32_t maxPulses = 1; ///< per synapse and update, 1..kMaxPulses
  /// Pulse trains: the largest magnitude of a factor and the largest input in the whole layer, of
  /// which this array may be a part. 0: the largest of this array.
  uint32_t largestFactor = 0;
  uint8_t largestInput = 0;
};
inline constexpr uint32_t kMaxPulses = 127;

/// Refresh of one-way pairs: where both devices have travelled beyond `low` and one beyond `high`
/// (codes of travel), both are erased and their difference is written to one of them.
struct RefreshOperation {
  uint64_t number = 0;               ///< keys its draws
  uint16_t high = 58982, low = 1311; ///< 0.9 and 0.02 of the range
  /// Verified: the device is read after each pulse; while the rest is at least the next step of the
  /// nominal device a pulse is sent, then a last one with probability rest / step. Not verified: as
  /// many pulses as bring the nominal device nearest.
  bool verify = true;
};

struct ArrayCounters {
  uint64_t reads = 0, updates = 0;
  uint64_t pulses = 0;        ///< of updates, per device
  uint64_t refreshes = 0;     ///< synapses rewritten
  uint64_t resets = 0;        ///< devices erased
  uint64_t rewritePulses = 0; ///< of refreshes
  uint64_t clips = 0;         ///< conversions beyond full scale
};

/// Operations throw std::invalid_argument on rows, columns and spans that do not fit the array.
class PairArray {
public:
  /// All weights 0. Throws std::invalid_argument on settings outside their ranges.
  explicit PairArray(const PairArraySettings &settings);

  const PairArraySettings &settings() const { return settings_; }
  size_t rows() const { return settings_.rows; }
  size_t columns() const { return settings_.columns; }

  /// Devices differ: curves(row, column, second device?, pulse) is called for each device of the
  /// array (global row and column) and gives its own curve. Not with tables (std::logic_error).
  using CurveOf = std::function<PulseCurve(size_t row, size_t column, bool second, Pulse pulse)>;
  void setCurves(const CurveOf &curves);
  /// Each device's steps are max(0.05, 1 + deviation z) times the nominal ones, z normal; up and
  /// down have their own z unless `common`.
  void spread(double deviation, bool common);

  /// Ideal programming of all synapses, row-major codes in -4096..4095 (else std::out_of_range).
  void program(std::span<const int16_t> weights);
  /// The devices themselves, row-major; `second` is ignored for single devices.
  void programDevices(std::span<const uint16_t> first, std::span<const uint16_t> second);
  /// All devices to the start of their travel; single devices and two-way pairs to the middle.
  void erase();

  /// sums[c] = sum over driven rows of x_r w_rc. `sums` has columns() elements or more.
  void read(const Drive &inputs, std::span<int32_t> sums);
  /// sums[r] = sum over columns of e_c w_rc, e in -255..255, rows() elements.
  void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums);
  void update(const Drive &inputs, const UpdateOperation &operation);
  /// `count` pulses of one synapse, in the sense of the sign; as an update of that number does it.
  void pulse(size_t row, size_t column, int32_t count, uint64_t number);
  /// Returns the pulses of the synapse that took most, -1 if none was rewritten.
  int32_t refreshRow(size_t row, const RefreshOperation &operation);

  // The parts of an update, for hardware that does the digital ones itself.

  /// Random bits of the synapses of a row, as Rounding::Stochastic takes them.
  void drawRow(uint64_t number, size_t row, std::span<uint16_t> bits) const;
  /// Random bits of all row ports, then all column ports, in a slot of a pulse train.
  void drawSlot(uint64_t number, uint32_t slot, std::span<uint16_t> rows,
                std::span<uint16_t> columns) const;
  /// Chances of a slot, in 2^-16, of the driven rows and of all columns; false if nothing is to do.
  bool trainChances(const Drive &inputs, const UpdateOperation &operation, std::span<uint32_t> rows,
                    std::span<uint32_t> columns) const;
  void countUpdate() { ++counters_.updates; }

  int16_t weight(size_t row, size_t column) const { return weights_[at(row, column)]; }
  uint16_t first(size_t row, size_t column) const { return first_[at(row, column)]; }
  uint16_t second(size_t row, size_t column) const;
  int16_t accumulator(size_t row, size_t column) const;
  const ArrayCounters &counters() const { return counters_; }
  /// Pulses and erasures that a device has taken (first or second of its synapse).
  uint32_t wear(size_t row, size_t column, bool second) const {
    return wear_[at(row, column) * 2 + second];
  }
  /// Other inner loops than the widest of this host; every choice gives the same bits.
  void use(const ArrayKernels &kernels) { kernels_ = &kernels; }

private:
  struct Keys {
    uint64_t coin, noise;
  };
  size_t at(size_t row, size_t column) const { return row * stride_ + column; }
  Keys keysOf(uint64_t number) const;
  template <bool Own> int32_t stepOf(size_t device, Pulse pulse, int32_t d) const;
  template <bool Own>
  void move(size_t synapse, bool second, Pulse pulse, uint32_t count, uint64_t a, uint64_t b);
  template <bool Own>
  void apply(size_t row, size_t column, bool up, uint32_t count, const Keys &keys);
  void applyAny(size_t row, size_t column, bool up, uint32_t count, const Keys &keys);
  void cache(size_t row, size_t column);
  void cacheAll();
  int32_t noiseOf(uint32_t count, uint64_t a, uint64_t b) const;
  void convert(const ConverterSettings &converter, size_t count, int32_t *sums);
  void sumRows(const Drive &inputs, size_t from, size_t to, int32_t *sums);
  void splitFactors(std::span<const int32_t> factor, uint32_t shift);
  void applyHits(size_t hits, const Drive &inputs, const UpdateOperation &operation);
  void largeFactors(const Drive &inputs, const UpdateOperation &operation);
  void updateTrains(const Drive &inputs, const UpdateOperation &operation);
  void makeTrains(const Drive &inputs, const UpdateOperation &operation);
  void updateAccumulators(const Drive &inputs, const UpdateOperation &operation);
  void prepareRows(const Drive &inputs, uint64_t key);
  uint32_t rewrite(size_t row, size_t column, const RefreshOperation &operation, uint64_t dither);
  uint32_t travelTo(size_t row, size_t column, bool second, int32_t target,
                    const RefreshOperation &operation, uint64_t dither);
  uint32_t nominalCount(int32_t target) const;

  PairArraySettings settings_;
  size_t stride_; ///< columns rounded up to a block
  const ArrayKernels *kernels_;
  std::vector<uint16_t> first_, second_;
  std::vector<int16_t> weights_, transposed_, accumulators_;
  size_t transposedStride_ = 0;
  std::vector<PulseCurve> curves_; ///< of each device up, down; empty: all as settings_.device
  std::vector<uint32_t> wear_;
  std::vector<int64_t> noise_; ///< by number of pulses: scale of normalSum, 16 bits of fraction
  std::vector<uint16_t> trajectory_; ///< travel of a nominal device after n pulses
  ArrayCounters counters_;

  // scratch of one operation
  std::vector<uint16_t> drive_, factor_;
  std::vector<int16_t> sign_, factors_;
  std::vector<uint32_t> rowKeys_, columnWords_, trains_, hits_, ports_, chances_, slots_;
  std::vector<const int16_t *> lines_;
  std::vector<int32_t> sums_, partial_;
  std::vector<uint16_t> large_;
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_PAIRARRAY_H
