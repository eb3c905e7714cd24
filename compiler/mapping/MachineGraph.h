// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is mapped: slices of populations, what they take, and who sends to whom.
#ifndef SPINDLE_COMPILER_MAPPING_MACHINEGRAPH_H
#define SPINDLE_COMPILER_MAPPING_MACHINEGRAPH_H

#include "compiler/mapping/Partition.h"

#include <boost/graph/adjacency_list.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace spindle::map {

/// A slice, which takes one core.
struct SliceVertex {
  uint32_t population = 0;
  Slice slice;
  uint64_t sdramBytes = 0; ///< of its rows
};

/// What all slices of a node have in common.
struct Population {
  std::string name;
  double packets = 0; ///< expected per tick and neuron
  uint32_t first = 0, slices = 0;
};

/// A pair of slices is connected once, however many projections there are between them.
class MachineGraph {
public:
  using Graph = boost::adjacency_list<boost::setS, boost::vecS, boost::directedS, SliceVertex>;

  uint32_t addPopulation(std::string name, double packetsPerNeuron);
  /// A slice of the population added last; slices are added in order of their neurons.
  uint32_t addSlice(Slice slice);
  /// `source` sends to `target`: at least one synapse leads there.
  void connect(uint32_t source, uint32_t target) { boost::add_edge(source, target, graph_); }
  /// Rows of that many bytes stand in the SDRAM of the chip of `slice`.
  void addSdram(uint32_t slice, uint64_t bytes) { graph_[slice].sdramBytes += bytes; }

  const Graph &graph() const { return graph_; }
  uint32_t size() const { return uint32_t(boost::num_vertices(graph_)); }
  const SliceVertex &operator[](uint32_t slice) const { return graph_[slice]; }
  const std::vector<Population> &populations() const { return populations_; }
  const Population &populationOf(uint32_t slice) const {
    return populations_[graph_[slice].population];
  }
  /// Slices that `slice` sends to, ascending.
  std::vector<uint32_t> targets(uint32_t slice) const;
  bool sends(uint32_t slice) const { return boost::out_degree(slice, graph_) != 0; }
  /// Expected per tick, of all its neurons.
  double packets(uint32_t slice) const {
    return populationOf(slice).packets * graph_[slice].slice.size();
  }
  /// "pop neurons 256 to 512"
  std::string nameOf(uint32_t slice) const;

private:
  Graph graph_;
  std::vector<Population> populations_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MACHINEGRAPH_H
