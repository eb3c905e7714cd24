// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Loops.h"

#include <algorithm>
#include <map>
#include <vector>

namespace spindle::nir {
namespace {

using Successors = std::map<std::string, std::vector<std::string>>;

/// Tarjan's algorithm without recursion: graphs may be long chains.
std::map<std::string, int> components(const Graph &graph, const Successors &next) {
  struct Frame {
    std::string node;
    size_t child = 0;
  };
  std::map<std::string, int> index, low, component;
  std::vector<std::string> stack;
  int counter = 0, found = 0;
  for (const auto &[root, unused] : graph.nodes) {
    if (index.count(root))
      continue;
    std::vector<Frame> frames{{root}};
    while (!frames.empty()) {
      Frame &top = frames.back();
      if (top.child == 0) {
        index[top.node] = low[top.node] = counter++;
        stack.push_back(top.node);
      }
      const auto &children = next.at(top.node);
      if (top.child < children.size()) {
        const std::string &child = children[top.child++];
        if (!index.count(child))
          frames.push_back({child});
        else if (!component.count(child))
          low[top.node] = std::min(low[top.node], index[child]);
        continue;
      }
      std::string node = top.node;
      frames.pop_back();
      if (!frames.empty())
        low[frames.back().node] = std::min(low[frames.back().node], low[node]);
      if (low[node] != index[node])
        continue;
      for (bool more = true; more;) {
        component[stack.back()] = found;
        more = stack.back() != node;
        stack.pop_back();
      }
      ++found;
    }
  }
  return component;
}

/// Marks the edges of one component that lead back onto the current path.
class Search {
public:
  Search(const Successors &next, const std::map<std::string, int> &component,
         std::set<std::pair<std::string, std::string>> &back)
      : next_(next), component_(component), back_(back) {}

  void from(const std::string &root) {
    if (state_[root])
      return;
    std::vector<std::pair<std::string, size_t>> path{{root, 0}};
    state_[root] = kOnPath;
    while (!path.empty()) {
      auto &[node, child] = path.back();
      const auto &children = next_.at(node);
      if (child == children.size()) {
        state_[node] = kDone;
        path.pop_back();
        continue;
      }
      const std::string &to = children[child++];
      if (component_.at(to) != component_.at(node))
        continue;
      if (state_[to] == kOnPath)
        back_.emplace(node, to);
      else if (state_[to] == 0) {
        state_[to] = kOnPath;
        path.emplace_back(to, 0);
      }
    }
  }

private:
  enum { kOnPath = 1, kDone = 2 };
  const Successors &next_;
  const std::map<std::string, int> &component_;
  std::set<std::pair<std::string, std::string>> &back_;
  std::map<std::string, int> state_;
};

} // namespace

std::set<std::pair<std::string, std::string>> loopEdges(const Graph &graph) {
  Successors next;
  for (const auto &[name, node] : graph.nodes)
    next[name];
  for (const auto &[from, to] : graph.edges)
    next.at(from).push_back(to); // edges are sorted, so successors are
  auto component = components(graph, next);
  std::set<std::string> entered;
  for (const auto &[from, to] : graph.edges)
    if (component.at(from) != component.at(to))
      entered.insert(to);
  std::set<std::pair<std::string, std::string>> back;
  Search search(next, component, back);
  for (const std::string &name : entered)
    search.from(name);
  for (const auto &[name, node] : graph.nodes) // components that nothing enters
    search.from(name);
  return back;
}

} // namespace spindle::nir
