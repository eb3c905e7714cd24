// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The weight shift of every synapse type (rule S5): as the machine's host chooses it for generated
// and listed synapses, and so that nothing can saturate where all weights are stored.
#include "compiler/conversion/snn-to-spinn/Synapses.h"

#include "compiler/transforms/Quantize.h"
#include "dialects/spinn/Spinn.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace spindle::spinnmap {

namespace {

constexpr double kSpikesPerSecond = 30; ///< of a source whose rate is not known
constexpr double kSigmas = 5;

double spikesPerSecond(Value source) {
  auto op = source.getDefiningOp<snn::SourceOp>();
  return op && op.getRate() ? op.getRate()->convertToDouble() : kSpikesPerSecond;
}

/// The most spikes of one source neuron in a step.
double spikesPerTick(Value source, double ticksPerSecond) {
  auto op = source.getDefiningOp<snn::SourceOp>();
  double mean = spikesPerSecond(source) / ticksPerSecond;
  if (op && op.getKind() == snn::SourceKind::Poisson)
    return std::max(1.0, std::ceil(mean + kSigmas * std::sqrt(mean)));
  return std::max(1.0, mean);
}

struct Moments {
  double mean, variance, largest;
};

/// The weights that are drawn, as the machine's port scales them.
std::vector<double> tableOf(const Generated &g) {
  std::vector<double> table = number::weightTable(g.rule.weight);
  for (double &w : table)
    w = std::ldexp(w, g.gain);
  return table;
}

Moments momentsOf(const Generated &g) {
  double sum = 0, squares = 0, largest = 0;
  std::vector<double> table = tableOf(g);
  for (double w : table) {
    sum += std::fabs(w);
    squares += w * w;
    largest = std::max(largest, std::fabs(w));
  }
  double mean = sum / table.size();
  return {mean, std::max(0.0, squares / table.size() - mean * mean), largest};
}

} // namespace

std::string weightText(double value) {
  std::string digits;
  llvm::raw_string_ostream(digits) << llvm::format("%.9g", value);
  return digits;
}

void Inputs::Load::addDelays(int64_t least, int64_t most) {
  shortest = any ? std::min(shortest, least) : least;
  longest = any ? std::max(longest, most) : most;
  any = true;
}

/// What one neuron is expected to receive in a step at the most.
double Inputs::Load::largestInput(double ticksPerSecond) const {
  double sum = (sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end())) + total;
  if (stored || shortest == longest || synapses == 0)
    return std::max(sum, biggest);
  double mean = weights / synapses;
  double variance = std::max(0.0, squares / synapses - mean * mean);
  double spikes = rates / ticksPerSecond; // in a step, of all synapses
  double upper = spikes * mean + kSigmas * std::sqrt(spikes * mean * mean + spikes * variance);
  return std::max(std::min(sum, upper), biggest);
}

void Inputs::addStored(Load &load, const Projection &p, unsigned type,
                       double ticksPerSecond) const {
  auto neurons = static_cast<size_t>(transforms::sizeOf(snn::PopulationOp(population).getPop()));
  std::vector<double> counts(neurons, 0.0);
  bool listed = isa<snn::ListAttr>(snn::ProjectOp(p.op).getMap());
  load.sums.resize(neurons);
  double biggest = 0, number = 0, sum = 0, squares = 0;
  snn::ProjectOp op = p.op;
  ArrayRef<int64_t> extra = op.getDelays().value_or(ArrayRef<int64_t>());
  for (uint64_t from = 0; from < p.synapses.sources; ++from)
    for (uint64_t k = p.synapses.rowStart[from]; k < p.synapses.rowStart[from + 1]; ++k) {
      if (typeOf(p, k) != type)
        continue;
      double weight = std::max(std::fabs(p.synapses.weight[k]), p.limit);
      if (!listed)
        load.sums[p.synapses.target[k]] += weight;
      counts[p.synapses.target[k]] += 1;
      biggest = std::max(biggest, weight);
      number += 1;
      sum += weight;
      squares += weight * weight;
      int64_t delay = op.getDelay() + (extra.empty() ? 0 : extra[from]) +
                      (p.synapses.delay.empty() ? 0 : p.synapses.delay[k]);
      load.addDelays(delay, delay);
    }
  if (number == 0)
    return;
  load.biggest = std::max(load.biggest, biggest);
  double fanIn = *std::max_element(counts.begin(), counts.end());
  if (!listed) {
    load.stored = true;
    return;
  }
  load.total += spikesPerTick(op.getSource(), ticksPerSecond) * biggest * fanIn;
  load.synapses += fanIn;
  load.weights += fanIn * sum / number;
  load.squares += fanIn * squares / number;
  load.rates += fanIn * spikesPerSecond(op.getSource());
}

Inputs::Load Inputs::loadOf(unsigned type, double ticksPerSecond) const {
  Load load;
  for (const Projection &p : projections)
    addStored(load, p, type, ticksPerSecond);
  for (const Generated &g : drawn) {
    if (g.type != type)
      continue;
    Moments weight = momentsOf(g);
    double fanIn = g.fanIn();
    load.biggest = std::max(load.biggest, weight.largest);
    load.total +=
        spikesPerTick(snn::ProjectOp(g.op).getSource(), ticksPerSecond) * weight.largest * fanIn;
    load.synapses += fanIn;
    load.weights += fanIn * weight.mean;
    load.squares += fanIn * (weight.variance + weight.mean * weight.mean);
    load.rates += fanIn * spikesPerSecond(snn::ProjectOp(g.op).getSource());
    load.addDelays(transforms::minDelay(g.op), transforms::maxDelay(g.op));
  }
  return load;
}

/// The shift that the population or a projection of the type asks for, or -1.
FailureOr<int> Inputs::requestedShift(unsigned type) const {
  int wanted = -1;
  snn::PopulationOp own = population; // accessors of operations are not const
  Operation *first = nullptr;
  auto ask = [&](Operation *op) {
    Attribute attr = op->getAttr("weight_shift");
    if (!attr)
      return success();
    auto number = dyn_cast<IntegerAttr>(attr);
    int64_t value = number ? number.getInt() : -1;
    if (value < 0 || value > spinn::kMaxShift)
      return LogicalResult(op->emitError()
                           << "weight_shift is a number from 0 to " << spinn::kMaxShift);
    if (wanted >= 0 && wanted != value && first != own.getOperation())
      return LogicalResult(op->emitError() << "node '" << own.getName() << "': weight_shift "
                                           << value << ", another projection of the same "
                                           << "synapse type asks for " << wanted);
    if (wanted < 0 || first == own.getOperation()) {
      wanted = static_cast<int>(value);
      first = op;
    }
    return success();
  };
  if (failed(ask(own)))
    return failure();
  for (const Projection &p : projections) {
    bool ofType = false;
    for (uint64_t k = 0; !ofType && k < p.synapses.synapses(); ++k)
      ofType = typeOf(p, k) == type;
    if (ofType && failed(ask(p.op)))
      return failure();
  }
  for (const Generated &g : drawn)
    if (g.type == type && failed(ask(g.op)))
      return failure();
  return wanted;
}

LogicalResult Inputs::checkWeights(unsigned type, double biggest, bool fixed) const {
  int chosen = shift[type];
  if (std::nearbyint(std::ldexp(biggest, 15 - chosen)) <= 65535.0)
    return success();
  return snn::PopulationOp(population).emitError()
         << "does not fit: node '" << snn::PopulationOp(population).getName()
         << "' has a weight of " << weightText(biggest) << ", a synapse with weight shift "
         << chosen << " holds up to " << weightText(std::ldexp(65535.0, chosen - 15))
         << (fixed ? " (choose a larger shift, or let it be chosen)"
                   : " (scale weights and thresholds down)");
}

/// Generated and listed weights that become 0; in maps from elsewhere small weights are no
/// surprise.
void Inputs::warnOfVanished(unsigned type) const {
  auto warn = [&](snn::ProjectOp op, double part) {
    if (part <= 0)
      return;
    op.emitWarning() << "'" << snn::nodeName(op.getSource()) << "' to '"
                     << snn::nodeName(op.getTarget()) << "': " << weightText(100 * part)
                     << " % of the weights are below half of the smallest step "
                     << weightText(std::ldexp(1.0, shift[type] - 15))
                     << " and vanish (a smaller weight_shift keeps them)";
  };
  auto vanishes = [&](double w) { return w != 0 && weightBits(w, shift[type]) == 0; };
  for (const Generated &g : drawn)
    if (g.type == type) {
      std::vector<double> table = tableOf(g);
      warn(g.op, double(std::count_if(table.begin(), table.end(), vanishes)) / table.size());
    }
  for (const Projection &p : projections) {
    double vanished = 0;
    if (isa<snn::ListAttr>(snn::ProjectOp(p.op).getMap()))
      for (uint64_t k = 0; k < p.synapses.synapses(); ++k)
        vanished += typeOf(p, k) == type && vanishes(p.synapses.weight[k]);
    if (vanished > 0)
      warn(p.op, vanished / double(p.synapses.synapses()));
  }
}

LogicalResult Inputs::chooseShifts(int fixedShift, double dt) {
  double ticksPerSecond = dt > 0 ? 1.0 / dt : 1000.0;
  for (unsigned type = 0; type < types(); ++type) {
    Load load = loadOf(type, ticksPerSecond);
    FailureOr<int> wanted = fixedShift >= 0 ? FailureOr<int>(fixedShift) : requestedShift(type);
    if (failed(wanted))
      return failure();
    shift.push_back(*wanted >= 0 ? *wanted
                                 : std::min<int>(weightShift(load.largestInput(ticksPerSecond)),
                                                 spinn::kMaxShift));
    if (failed(checkWeights(type, load.biggest, *wanted >= 0)))
      return failure();
    warnOfVanished(type);
  }
  return success();
}

} // namespace spindle::spinnmap
