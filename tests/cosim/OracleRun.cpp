// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/cosim/OracleRun.h"

#include "runtime/machine/Kernel.h"
#include "sim/spinn/SpinnMachine.h"
#include "tests/support/Engines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <tuple>

namespace spindle::oracle {
namespace {

using test::nodeIndex;
using test::termOf;

SpinnOptions optionsFor(const Network &network) {
  SpinnOptions options;
  options.neuronsPerCore = network.neuronsPerCore;
  options.hostTruncated = network.constants == Constants::HostTruncated;
  if (network.weightShift)
    options.weightShift = static_cast<int>(*network.weightShift);
  return options;
}

/// A machine that runs beside the oracle.
class Twin {
public:
  Twin(const Case &each, std::shared_ptr<const image::Image> image, const KernelLibrary &kernels,
       const MachineOptions &options)
      : case_(each), image_(std::move(image)),
        machine_(spinn::makeSpinnMachine(
            image_, options, [&](std::string_view name) { return kernels.find(name); })),
        name_(std::to_string(options.threads) + " threads, " + std::to_string(options.shards) +
              " shards") {
    for (const Node &node : each.network.nodes) {
      nodes_.push_back(nodeIndex(*image_, node.name));
      if (node.model.empty()) {
        terms_.emplace_back();
        continue;
      }
      terms_.push_back({});
      for (const char *term : {"v_rec", "gsyn_exc_rec", "gsyn_inh_rec", "v"})
        terms_.back().push_back(termOf(*image_, nodes_.back(), term));
    }
  }

  void tick(const Fed &fed) {
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
      if (!case_.network.nodes[n].model.empty() || case_.network.nodes[n].rate > 0)
        continue;
      std::vector<Event> events;
      if (auto found = fed.find(n); found != fed.end())
        for (const Emitted &e : found->second)
          events.push_back({e.neuron, static_cast<double>(e.count)});
      machine_->inject(nodes_[n], events);
    }
    machine_->step();
  }

  /// What Poisson sources drew in the last tick: only their statistics have rules.
  void addDrawn(Fed &fed) const {
    for (uint32_t n = 0; n < nodes_.size(); ++n)
      if (case_.network.nodes[n].rate > 0)
        for (const Event &e : machine_->events(nodes_[n]))
          fed[n].push_back({e.neuron, static_cast<uint32_t>(e.value)});
  }

  /// After a tick.
  void compare(const Oracle &oracle, OracleRun &run) const {
    for (uint32_t n = 0; n < nodes_.size() && run.difference.empty(); ++n) {
      compareEmitted(oracle, n, run);
      if (!terms_[n].empty())
        compareValues(oracle, n, run);
    }
  }

  /// At the end.
  void compareCounts(const Oracle &oracle, OracleRun &run) const {
    std::map<std::string, std::vector<uint64_t>> saturations; // by node, of its cores
    const Provenance provenance = machine_->provenance().value();
    for (const CoreProvenance &core : provenance.cores)
      saturations[core.node].push_back(core.ringSaturations);
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
      const std::vector<uint64_t> &wanted = oracle.saturations(n);
      const std::vector<uint64_t> &got = saturations[case_.network.nodes[n].name];
      for (size_t c = 0; c < wanted.size(); ++c)
        expect(run, c < got.size() ? got[c] : ~uint64_t(0), wanted[c],
               "saturated slots of core " + std::to_string(c) + " of '" +
                   case_.network.nodes[n].name + "'");
    }
    auto counters = machine_->counters();
    expect(run, counters.at("row_misses"), 0, "row misses");
    expect(run, counters.at("unrouted"), 0, "unrouted packets");
  }

  /// At the end: the weights of every projection that learns.
  void compareLearnt(const Oracle &oracle, OracleRun &run) const {
    const Network &network = case_.network;
    std::vector<LearntWeights> learnt = machine_->learnt();
    size_t next = 0;
    for (uint32_t p = 0; p < network.projections.size(); ++p) {
      const Projection &projection = network.projections[p];
      if (projection.rule < 0)
        continue;
      if (next == learnt.size()) {
        expect(run, learnt.size(), next + 1, "projections that learn");
        return;
      }
      const LearntWeights &got = learnt[next++];
      std::vector<std::tuple<uint32_t, uint32_t, double>> left, right;
      for (size_t k = 0; k < got.weight.size(); ++k)
        left.emplace_back(got.from[k], got.to[k], std::fabs(got.weight[k]));
      std::vector<uint16_t> words = oracle.weights(p);
      bool conductance =
          modelOf(network.nodes[projection.target].model).input == Input::Conductance;
      int places = static_cast<int>(oracle.shift(projection.target, projection.receptor)) - 15 -
                   (conductance ? 10 : 0);
      for (size_t k = 0; k < words.size(); ++k)
        right.emplace_back(projection.synapses[k].from, projection.synapses[k].to,
                           std::ldexp(words[k], places));
      std::sort(left.begin(), left.end()), std::sort(right.begin(), right.end());
      if (left != right && run.difference.empty())
        run.difference = name_ + ": learnt weights of projection " + std::to_string(p);
      run.values += right.size();
    }
  }

private:
  void expect(OracleRun &run, uint64_t got, uint64_t wanted, const std::string &what) const {
    if (got != wanted && run.difference.empty())
      run.difference = name_ + ": " + what + ": " + std::to_string(got) + ", by the rules " +
                       std::to_string(wanted);
    ++run.values;
  }

  std::string place(uint32_t node) const {
    return name_ + ", tick " + std::to_string(machine_->now() - 1) + ", '" +
           case_.network.nodes[node].name + "' (" + case_.network.nodes[node].model + ")";
  }

  void compareEmitted(const Oracle &oracle, uint32_t n, OracleRun &run) const {
    auto got = machine_->events(nodes_[n]);
    const auto &wanted = oracle.emitted(n);
    bool equal = got.size() == wanted.size();
    for (size_t i = 0; equal && i < got.size(); ++i)
      equal = got[i].neuron == wanted[i].neuron && got[i].value == wanted[i].count;
    if (!equal)
      run.difference = place(n) + " emits " + std::to_string(got.size()) +
                       " events, by the rules " + std::to_string(wanted.size());
    run.values += wanted.size();
  }

  void compareValues(const Oracle &oracle, uint32_t n, OracleRun &run) const {
    uint32_t size = case_.network.nodes[n].size;
    std::vector<int32_t> column(size);
    const char *names[] = {"v_rec", "gsyn_exc_rec", "gsyn_inh_rec", "v"};
    for (size_t k = 0; k < terms_[n].size(); ++k) {
      machine_->observeRaw(nodes_[n], terms_[n][k], column);
      for (uint32_t i = 0; i < size && run.difference.empty(); ++i) {
        const Neuron &neuron = oracle.neuron(n, i);
        const Recorded &r = neuron.recorded();
        const Accum wanted = std::array<Accum, 4>{r.v, r.exc, r.inh, neuron.v()}[k];
        if (column[i] != wanted)
          run.difference = place(n) + " neuron " + std::to_string(i) + " " + names[k] + ": " +
                           std::to_string(column[i]) + ", by the rules " + std::to_string(wanted);
      }
      run.values += size;
    }
  }

  const Case &case_;
  std::shared_ptr<const image::Image> image_;
  std::unique_ptr<Machine> machine_;
  std::string name_;
  std::vector<uint32_t> nodes_;
  std::vector<std::vector<uint32_t>> terms_;
};

} // namespace

OracleRun compareWithOracle(const Case &each, uint64_t variant) {
  auto image = test::compileText(textOf(each.network), optionsFor(each.network));
  MachineOptions one, many;
  one.provenance.counts = many.provenance.counts = true;
  one.shards = static_cast<int>(std::array<unsigned, 3>{0, 3, 2}[variant % 3]);
  many.threads = 2, many.allThreads = true;
  many.shards = static_cast<int>(std::array<unsigned, 4>{0, 2, 5, 3}[variant % 4]);
  auto kernels =
      KernelLibrary::load(image->bytes(*image->meta().kernels())); // compiled once for both
  Twin twins[] = {{each, image, *kernels, one}, {each, image, *kernels, many}};
  Oracle oracle(each.network);
  OracleRun run;
  for (const Fed &fed : each.input) {
    for (Twin &twin : twins)
      twin.tick(fed);
    Fed all = fed;
    twins[0].addDrawn(all);
    oracle.tick(all);
    for (const Twin &twin : twins)
      twin.compare(oracle, run);
    if (!run.difference.empty())
      break;
  }
  for (const Twin &twin : twins) {
    twin.compareCounts(oracle, run);
    twin.compareLearnt(oracle, run);
  }
  run.witnessed = oracle.witnessed();
  return run;
}

} // namespace spindle::oracle
