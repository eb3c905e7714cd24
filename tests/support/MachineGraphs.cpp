// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/MachineGraphs.h"

#include "compiler/mapping/Rows.h"
#include "examples/microcircuit/Microcircuit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spindle::test {
namespace {

constexpr double kStep = 1e-4; // seconds
constexpr double kRate = 30;   // of neurons, where nothing is known
constexpr unsigned kSourceSlice = 256;

double packetsPerStep(double rate) { return 1 - std::exp(-rate * kStep); }

class Builder {
public:
  uint32_t population(const std::string &name, double packets, uint32_t neurons, unsigned limit) {
    uint32_t index = graph_.addPopulation(name, packets);
    for (const map::Slice &slice : map::cut(neurons, limit))
      graph_.addSlice(slice);
    sizes_.push_back(neurons);
    return index;
  }

  /// Every neuron of `target` has its own source.
  void oneToOne(uint32_t source, uint32_t target) {
    forEachPair(source, target, [&](uint32_t from, uint32_t to) {
      const map::Slice &a = graph_[from].slice, &b = graph_[to].slice;
      if (a.lo < b.hi && b.lo < a.hi)
        add(from, to, 1);
    });
  }

  /// `synapses` between random pairs.
  void random(uint32_t source, uint32_t target, double synapses) {
    if (synapses <= 0)
      return;
    forEachPair(source, target, [&](uint32_t from, uint32_t to) {
      double mean = synapses / sizes_[source] * graph_[to].slice.size() / sizes_[target];
      add(from, to, std::max(1.0, std::ceil(mean + 4 * std::sqrt(mean))));
    });
  }

  map::MachineGraph take() { return std::move(graph_); }

private:
  template <typename F> void forEachPair(uint32_t source, uint32_t target, F f) {
    map::Population a = graph_.populations()[source], b = graph_.populations()[target];
    for (uint32_t from = a.first; from < a.first + a.slices; ++from)
      for (uint32_t to = b.first; to < b.first + b.slices; ++to)
        f(from, to);
  }
  void add(uint32_t from, uint32_t to, double longestRow) {
    graph_.connect(from, to);
    graph_.addSdram(to, map::sdramBytes(std::vector<uint32_t>(graph_[from].slice.size(),
                                                              uint32_t(longestRow))));
  }

  map::MachineGraph graph_;
  std::vector<uint32_t> sizes_;
};

} // namespace

map::MachineGraph balancedNetwork() {
  constexpr unsigned kSlice = 256; // delays of 15 steps
  constexpr std::array<uint32_t, 2> kNeurons{10000, 2500};
  constexpr std::array<double, 2> kInDegree{1000, 250};
  Builder b;
  // Sources come first, as in every conversion.
  std::array<uint32_t, 2> noise, cells;
  for (int i : {0, 1})
    noise[i] =
        b.population(i ? "noise_I" : "noise_E", packetsPerStep(20000), kNeurons[i], kSourceSlice);
  for (int i : {0, 1})
    cells[i] = b.population(i ? "I" : "E", packetsPerStep(kRate), kNeurons[i], kSlice);
  for (int to : {0, 1}) {
    b.oneToOne(noise[to], cells[to]);
    for (int from : {0, 1})
      b.random(cells[from], cells[to], kInDegree[from] * kNeurons[to]);
  }
  return b.take();
}

map::MachineGraph microcircuit(double scale) {
  namespace circuit = spindle::microcircuit;
  constexpr int kCount = circuit::kPopulations;
  constexpr unsigned kSlice = 128; // delays of up to 64 steps
  Builder b;
  std::array<uint32_t, kCount> noise, cells, size;
  for (int i = 0; i < kCount; ++i) {
    size[i] = uint32_t(std::lround(circuit::kNeurons[i] * scale));
    noise[i] = b.population(std::string("noise_") + circuit::kNames[i],
                            packetsPerStep(8 * circuit::kExternal[i]), size[i], kSourceSlice);
  }
  for (int i = 0; i < kCount; ++i)
    cells[i] = b.population(circuit::kNames[i], packetsPerStep(kRate), size[i], kSlice);
  for (int to = 0; to < kCount; ++to) {
    b.oneToOne(noise[to], cells[to]);
    for (int from = 0; from < kCount; ++from)
      b.random(cells[from], cells[to], circuit::synapses(to, from) * scale * scale);
  }
  return b.take();
}

} // namespace spindle::test
