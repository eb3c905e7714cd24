// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/MachineGraph.h"

namespace spindle::map {

uint32_t MachineGraph::addPopulation(std::string name, double packetsPerNeuron) {
  populations_.push_back({std::move(name), packetsPerNeuron, size(), 0});
  return uint32_t(populations_.size() - 1);
}

uint32_t MachineGraph::addSlice(Slice slice) {
  ++populations_.back().slices;
  return uint32_t(
      boost::add_vertex(SliceVertex{uint32_t(populations_.size() - 1), slice, 0}, graph_));
}

std::vector<uint32_t> MachineGraph::targets(uint32_t slice) const {
  auto [begin, end] = boost::adjacent_vertices(slice, graph_);
  return {begin, end};
}

std::string MachineGraph::nameOf(uint32_t slice) const {
  const Slice &s = graph_[slice].slice;
  return populationOf(slice).name + " neurons " + std::to_string(s.lo) + " to " +
         std::to_string(s.hi);
}

} // namespace spindle::map
