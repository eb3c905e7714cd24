// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/ChipGraph.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>

#include <algorithm>

namespace spindle::map {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    boost::property<boost::edge_index_t, int>>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

struct Search {
  const MachineDescription &machine;
  Graph graph;
  std::vector<size_t> distance;
  std::vector<Vertex> parent;
  std::vector<int> link; // over which a vertex was found

  Search(const MachineDescription &m, Chip root)
      : machine(m), graph(m.chips().size()), distance(m.chips().size(), SIZE_MAX),
        parent(m.chips().size()), link(m.chips().size(), -1) {
    for (Vertex v = 0; v < machine.chips().size(); ++v)
      for (int l = 0; l < 6; ++l)
        if (auto to = machine.neighbour(machine.chips()[v], l))
          boost::add_edge(v, vertex(*to), l, graph);
    distance[vertex(root)] = 0;
    boost::breadth_first_search(graph, vertex(root), boost::visitor(Visitor{this}));
  }

  Vertex vertex(Chip chip) const {
    const auto &chips = machine.chips();
    return static_cast<Vertex>(std::lower_bound(chips.begin(), chips.end(), chip) - chips.begin());
  }

  struct Visitor : boost::default_bfs_visitor {
    Search *s;
    explicit Visitor(Search *search) : s(search) {}
    template <typename Edge> void tree_edge(Edge e, const Graph &g) const {
      Vertex from = boost::source(e, g), to = boost::target(e, g);
      s->distance[to] = s->distance[from] + 1;
      s->parent[to] = from;
      s->link[to] = boost::get(boost::edge_index, g, e);
    }
  };
};

} // namespace

std::vector<Chip> radialOrder(const MachineDescription &machine, Chip root) {
  if (!machine.has(root))
    return {};
  Search search(machine, root);
  std::vector<Chip> reached;
  for (Chip chip : machine.chips())
    if (search.distance[search.vertex(chip)] != SIZE_MAX)
      reached.push_back(chip);
  std::sort(reached.begin(), reached.end(), [&](Chip a, Chip b) {
    return std::pair(search.distance[search.vertex(a)], a) <
           std::pair(search.distance[search.vertex(b)], b);
  });
  return reached;
}

std::vector<Hop> shortestWay(const MachineDescription &machine, Chip from, Chip to) {
  Search search(machine, from);
  std::vector<Hop> way;
  if (search.distance[search.vertex(to)] == SIZE_MAX)
    return way;
  for (Vertex v = search.vertex(to); v != search.vertex(from); v = search.parent[v])
    way.push_back({search.link[v], machine.chips()[v]});
  std::reverse(way.begin(), way.end());
  return way;
}

} // namespace spindle::map
