// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/ChipGraph.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>

#include <algorithm>

namespace spindle::map {

ChipGraph::ChipGraph(const Machine &machine)
    : machine_(&machine),
      indexAt_(size_t(machine.size().width) * size_t(machine.size().height), kNone),
      next_(machine.chips().size()), graph_(machine.chips().size()) {
  auto at = [&](ChipId c) -> uint32_t & {
    return indexAt_[size_t(c.x) * size_t(machine.size().height) + size_t(c.y)];
  };
  for (uint32_t i = 0; i < size(); ++i)
    at(chip(i)) = i;
  for (uint32_t i = 0; i < size(); ++i)
    for (int link = 0; link < kLinks; ++link) {
      auto other = machine.along(chip(i), link);
      next_[i][size_t(link)] = other ? at(*other) : kNone;
      if (other)
        boost::add_edge(i, at(*other), Link{link}, graph_);
    }
}

uint32_t ChipGraph::index(ChipId c) const {
  return indexAt_[size_t(c.x) * size_t(machine_->size().height) + size_t(c.y)];
}

std::vector<uint32_t> ChipGraph::reachable() const {
  std::vector<int> component(size());
  int count = boost::strong_components(
      graph_, boost::make_iterator_property_map(component.begin(),
                                                boost::get(boost::vertex_index, graph_)));
  std::vector<uint64_t> cores(size_t(count), 0);
  for (uint32_t i = 0; i < size(); ++i)
    cores[size_t(component[i])] += machine_->cores(chip(i)).size();
  std::vector<uint32_t> result;
  if (size() == 0)
    return result;
  // Of groups as large the one with the first chip.
  int best = component[0];
  for (uint32_t i = 0; i < size(); ++i)
    if (cores[size_t(component[i])] > cores[size_t(best)])
      best = component[i];
  for (uint32_t i = 0; i < size(); ++i)
    if (component[i] == best)
      result.push_back(i);
  return result;
}

namespace {

struct OrderVisitor : boost::default_bfs_visitor {
  explicit OrderVisitor(std::vector<uint32_t> &order) : order(order) {}
  template <typename Vertex, typename G> void examine_vertex(Vertex v, const G &) {
    order.push_back(uint32_t(v));
  }
  std::vector<uint32_t> &order;
};

struct HopVisitor : boost::default_bfs_visitor {
  explicit HopVisitor(std::vector<uint32_t> &hops) : hops(hops) {}
  template <typename Edge, typename G> void tree_edge(Edge e, const G &g) {
    hops[boost::target(e, g)] = hops[boost::source(e, g)] + 1;
  }
  std::vector<uint32_t> &hops;
};

} // namespace

std::vector<uint32_t> ChipGraph::outward(uint32_t start) const {
  std::vector<uint32_t> order;
  boost::breadth_first_search(graph_, start, boost::visitor(OrderVisitor(order)));
  return order;
}

std::vector<uint32_t> ChipGraph::hops(uint32_t start) const {
  std::vector<uint32_t> result(size(), kNone);
  result[start] = 0;
  boost::breadth_first_search(graph_, start, boost::visitor(HopVisitor(result)));
  return result;
}

} // namespace spindle::map
