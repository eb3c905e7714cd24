// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The random networks are what the comparisons of engines need: everything that they are said to
// have does occur, in the networks of the seeds that those comparisons use.
#include "tests/support/RandomNetwork.h"
#include "compiler/import/nir/Models.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace spindle;
using namespace spindle::test;

namespace {

/// One path between populations (or from the input): over a map, and a delay before some.
struct Path {
  std::string from, to;
  std::set<int64_t> delays; ///< steps; empty without a Delay node
};

const nir::Array &array(const nir::Node &node, const std::string &field) {
  return std::get<nir::Array>(node.fields.at(field));
}

bool isNeuron(const nir::Node &node) {
  const auto &types = nir::neuronTypes();
  return std::find(types.begin(), types.end(), node.type) != types.end();
}

std::string only(const std::multimap<std::string, std::string> &edges, const std::string &of) {
  REQUIRE(edges.count(of) == 1);
  return edges.find(of)->second;
}

std::vector<Path> pathsOf(const RandomNetwork &net) {
  std::multimap<std::string, std::string> before, after;
  for (const auto &[from, to] : net.graph.edges) {
    before.emplace(to, from);
    after.emplace(from, to);
  }
  std::vector<Path> paths;
  for (const auto &[name, node] : net.graph.nodes) {
    if (node.type != "Affine" && node.type != "Linear")
      continue;
    Path path{only(before, name), only(after, name), {}};
    if (const nir::Node &wait = net.graph.nodes.at(path.from); wait.type == "Delay") {
      for (double seconds : array(wait, "delay").values)
        path.delays.insert(std::llround(seconds / net.dt));
      path.from = only(before, path.from);
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

/// Of each kind, in how many networks it is.
struct Census {
  std::map<size_t, size_t> populations;
  std::map<std::string, size_t> types;
  size_t fanIn = 0, fanOut = 0, selfLoops = 0, longLoops = 0, perNeuron = 0, perChannel = 0,
         above64 = 0, above256 = 0, counts = 0, skips = 0;
  std::set<int64_t> delays;

  void add(const RandomNetwork &net) {
    size_t count = 0;
    bool tall = false, taller = false, varied = false;
    std::map<std::string, int64_t> order; // of populations: p0, p1, ...
    for (const auto &[name, node] : net.graph.nodes) {
      if (!isNeuron(node))
        continue;
      ++count;
      ++types[node.type];
      order[name] = std::stoll(name.substr(1));
      for (const auto &[field, value] : node.fields) {
        const nir::Array &a = std::get<nir::Array>(value);
        tall |= a.values.size() > 64;
        taller |= a.values.size() > 256;
        varied |= std::adjacent_find(a.values.begin(), a.values.end(), std::not_equal_to<>()) !=
                  a.values.end();
      }
    }
    ++populations[count];
    above64 += tall, above256 += taller, perNeuron += varied;
    addPaths(net, order);
    bool many = false;
    for (const auto &row : net.input)
      many |= std::any_of(row.begin(), row.end(), [](double v) { return v > 1; });
    counts += many;
  }

private:
  void addPaths(const RandomNetwork &net, std::map<std::string, int64_t> &order) {
    order["input"] = -1;
    std::map<std::string, std::set<std::string>> sources, targets;
    bool self = false, back = false, channels = false, skip = false;
    for (const Path &path : pathsOf(net)) {
      sources[path.to].insert(path.from);
      targets[path.from].insert(path.to);
      self |= path.from == path.to;
      back |= order.at(path.from) > order.at(path.to);
      skip |= order.at(path.from) + 1 < order.at(path.to);
      channels |= path.delays.size() > 1;
      delays.insert(path.delays.begin(), path.delays.end());
    }
    auto several = [](const auto &map) {
      return std::any_of(map.begin(), map.end(), [](auto &each) { return each.second.size() > 1; });
    };
    fanIn += several(sources), fanOut += several(targets);
    selfLoops += self, longLoops += back, skips += skip, perChannel += channels;
  }
};

} // namespace

TEST_CASE("random networks have all that they should") {
  constexpr uint64_t networks = 200;
  Census census;
  for (uint64_t seed = 1; seed <= networks; ++seed)
    census.add(randomNetwork(seed));
  REQUIRE(census.populations.size() == 6); // 1 to 6, each of them often
  CHECK(census.populations.begin()->first == 1);
  CHECK(census.populations.rbegin()->first == 6);
  for (auto [populations, count] : census.populations) {
    INFO(populations << " populations");
    CHECK(count > networks / 12);
  }
  REQUIRE(census.types.size() == nir::neuronTypes().size());
  for (const auto &[type, count] : census.types) {
    INFO(type);
    CHECK(count > networks / 12);
  }
  CHECK(census.fanIn > networks / 2);
  CHECK(census.fanOut > networks / 2);
  CHECK(census.skips > networks / 4);
  CHECK(census.selfLoops > networks / 4);
  CHECK(census.longLoops > networks / 5);
  CHECK(census.perNeuron > networks * 9 / 10);
  CHECK(census.perChannel > networks / 4);
  CHECK(census.counts > networks * 9 / 10);
  CHECK(census.above64 > networks / 5);   // several tiles of 64 columns
  CHECK(census.above256 > networks / 20); // several cores of 256 neurons
  CHECK(*census.delays.begin() == 1);
  CHECK(*census.delays.rbegin() == 40);
  CHECK(census.delays.size() == 40);
}

TEST_CASE("a seed is a network, and exact ones hold what fixed point holds") {
  RandomNetwork a = randomNetwork(5), b = randomNetwork(5), c = randomNetwork(6);
  CHECK(a.graph.edges == b.graph.edges);
  CHECK(a.input == b.input);
  CHECK((a.graph.edges != c.graph.edges || a.input != c.input));
  RandomNetworkOptions exact;
  exact.exact = true;
  std::set<double> weights;
  for (uint64_t seed = 1000; seed < 1060; ++seed)
    for (const auto &[name, node] : randomNetwork(seed, exact).graph.nodes)
      if (node.fields.count("weight"))
        for (double w : array(node, "weight").values)
          weights.insert(w);
  CHECK(weights == std::set<double>{-2, -1, 0, 1, 2, 3});
}
