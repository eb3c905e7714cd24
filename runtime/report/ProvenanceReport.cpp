// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/ProvenanceReport.h"

#include "runtime/image/Errors.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <fstream>

namespace spindle::report {
namespace {

using nlohmann::json;

constexpr size_t kShown = 10; ///< cores in the table, and cores or chips that are complained of

std::string format(const char *text, ...) __attribute__((format(printf, 1, 2)));
std::string format(const char *text, ...) {
  char out[512];
  va_list arguments;
  va_start(arguments, text);
  std::vsnprintf(out, sizeof out, text, arguments);
  va_end(arguments);
  return out;
}

using Count = unsigned long long; // what printf knows

json toJson(const CycleBudgets &budgets) {
  return {{"cycles_per_us", budgets.perMicrosecond},
          {"tick", budgets.tick},
          {"neuron", budgets.neuron},
          {"send", budgets.send},
          {"packet", budgets.packet},
          {"row", budgets.row},
          {"synapse", budgets.synapse},
          {"input_buffer", budgets.inputBuffer}};
}

json toJson(const StressOptions &stress) {
  return {{"queue", stress.queue}, {"link", stress.link},   {"wait1", stress.wait1},
          {"wait2", stress.wait2}, {"check", stress.check}, {"reinjection", stress.reinjection}};
}

json toJson(const CoreProvenance &core, bool cycles) {
  json out = {{"x", core.x},
              {"y", core.y},
              {"p", core.p},
              {"node", core.node},
              {"lo", core.lo},
              {"hi", core.hi},
              {"packets_sent", core.packetsSent},
              {"spikes_sent", core.spikesSent},
              {"packets_received", core.packetsReceived},
              {"spikes_received", core.spikesReceived},
              {"rows", core.rows},
              {"row_misses", core.rowMisses},
              {"synaptic_events", core.synapticEvents},
              {"ring_saturations", core.ringSaturations}};
  if (core.stages > 0)
    out.update({{"stages", core.stages}, {"step", core.step}});
  if (cycles)
    out.update({{"cycles", core.cycles},
                {"peak_cycles", core.peakCycles},
                {"peak_tick", core.peakTick},
                {"peak_packets", core.peakPackets},
                {"overruns", core.overruns},
                {"late_spikes", core.lateSpikes},
                {"input_buffer_losses", core.bufferLosses}});
  return out;
}

json toJson(const ChipProvenance &chip, bool stress) {
  json out = {{"x", chip.x},
              {"y", chip.y},
              {"table_hits", chip.tableHits},
              {"default_routed", chip.defaultRouted},
              {"unrouted", chip.unrouted},
              {"to_cores", chip.toCores},
              {"links", chip.links}};
  if (stress)
    out.update({{"blocked", chip.blocked},
                {"detours", chip.detours},
                {"dropped", chip.dropped},
                {"reinjected", chip.reinjected},
                {"lost", chip.lost},
                {"longest_queue", chip.longestQueue}});
  return out;
}

/// Sums of all numbers of `parts` under the names that are counts.
json totalsOf(const json &parts, std::initializer_list<const char *> names) {
  json out = json::object();
  for (const char *name : names) {
    uint64_t sum = 0;
    for (const json &part : parts)
      sum += part.value(name, uint64_t(0));
    out[name] = sum;
  }
  return out;
}

std::string nameOf(const CoreProvenance &core) {
  return format("(%d,%d,%d) %s[%u..%u]", core.x, core.y, core.p, core.node.c_str(), core.lo,
                core.hi - 1);
}

/// One sentence for each of the first that `wrong` finds something to say of.
template <typename Part, typename Wrong>
void complain(const std::vector<Part> &parts, Wrong wrong, const char *what, std::string &out) {
  size_t said = 0, more = 0;
  for (const Part &part : parts) {
    std::string sentence = wrong(part);
    if (sentence.empty())
      continue;
    if (said < kShown)
      ++said, out += "  " + sentence + "\n";
    else
      ++more;
  }
  if (more > 0)
    out += format("  the same of %zu more %s\n", more, what);
}

void table(const Provenance &provenance, std::string &out) {
  std::vector<const CoreProvenance *> cores;
  for (const CoreProvenance &core : provenance.cores)
    cores.push_back(&core);
  auto load = [&](const CoreProvenance &core) {
    return provenance.options.cycles ? core.peakCycles : core.synapticEvents;
  };
  std::sort(cores.begin(), cores.end(),
            [&](auto *a, auto *b) { return std::pair(load(*b), a) < std::pair(load(*a), b); });
  size_t shown = std::min(cores.size(), kShown);
  out += format("%-36s %10s %10s %12s %9s %8s%s\n", shown < cores.size() ? "busiest cores" : "core",
                "sent", "received", "synapses", "saturated", "misses",
                provenance.options.cycles ? "    peak cycles" : "");
  for (size_t i = 0; i < shown; ++i) {
    const CoreProvenance &core = *cores[i];
    out += format("%-36s %10llu %10llu %12llu %9llu %8llu", nameOf(core).c_str(),
                  Count(core.packetsSent), Count(core.packetsReceived), Count(core.synapticEvents),
                  Count(core.ringSaturations), Count(core.rowMisses));
    if (provenance.options.cycles)
      out += format(" %14llu", Count(core.peakCycles));
    out += "\n";
  }
}

void routers(const Provenance &provenance, std::string &out) {
  uint64_t hits = 0, straight = 0, unrouted = 0;
  for (const ChipProvenance &chip : provenance.chips) {
    hits += chip.tableHits;
    straight += chip.defaultRouted;
    unrouted += chip.unrouted;
  }
  out += format("routers: %llu table hits, %llu default routes, %llu copies without a way\n",
                Count(hits), Count(straight), Count(unrouted));
}

void cycles(const Provenance &provenance, std::string &out) {
  out += format("cycle model: %llu cycles a tick at time scale %g; every tick of every core fits "
                "from %.4g on\n",
                Count(provenance.cyclesPerTick), provenance.options.timeScale,
                std::ceil(provenance.timeScaleNeeded * 1000) / 1000);
  auto wrong = [&](const CoreProvenance &core) -> std::string {
    if (core.overruns + core.lateSpikes + core.bufferLosses == 0)
      return "";
    return nameOf(core) +
           format(": %llu ticks overrun, %llu spikes late, %llu lost at a full input buffer; at "
                  "worst %llu cycles, in tick %llu",
                  Count(core.overruns), Count(core.lateSpikes), Count(core.bufferLosses),
                  Count(core.peakCycles), Count(core.peakTick));
  };
  complain(provenance.cores, wrong, "cores", out);
}

void stress(const Provenance &provenance, std::string &out) {
  uint64_t dropped = 0, reinjected = 0, lost = 0;
  for (const ChipProvenance &chip : provenance.chips) {
    dropped += chip.dropped;
    reinjected += chip.reinjected;
    lost += chip.lost;
  }
  out += format("stress: %llu packets dropped, %llu sent again, %llu lost for good, %llu still "
                "waiting at the end\n",
                Count(dropped), Count(reinjected), Count(lost), Count(provenance.stillQueued));
  auto wrong = [&](const ChipProvenance &chip) -> std::string {
    if (chip.dropped == 0)
      return "";
    return format("chip (%d,%d): %llu packets blocked, %llu dropped, %llu lost, up to %llu waiting "
                  "to be sent again",
                  chip.x, chip.y, Count(chip.blocked), Count(chip.dropped), Count(chip.lost),
                  Count(chip.longestQueue));
  };
  complain(provenance.chips, wrong, "chips", out);
}

} // namespace

json toJson(const Provenance &provenance) {
  bool cycles = provenance.options.cycles, stress = provenance.options.stress.has_value();
  json out, cores = json::array(), chips = json::array();
  for (const CoreProvenance &core : provenance.cores)
    cores.push_back(toJson(core, cycles));
  for (const ChipProvenance &chip : provenance.chips)
    chips.push_back(toJson(chip, stress));
  json totals = totalsOf(cores, {"packets_sent", "packets_received", "rows", "row_misses",
                                 "synaptic_events", "ring_saturations"});
  totals.update(totalsOf(chips, {"table_hits", "default_routed", "unrouted", "to_cores"}));
  if (cycles)
    totals.update(totalsOf(cores, {"cycles", "overruns", "late_spikes", "input_buffer_losses"}));
  if (stress)
    totals.update(totalsOf(chips, {"blocked", "detours", "dropped", "reinjected", "lost"}));
  out["ticks"] = provenance.ticks;
  out["totals"] = totals;
  out["cores"] = cores;
  out["chips"] = chips;
  if (cycles || stress) {
    out["budgets"] = toJson(provenance.options.budgets);
    out["time_scale"] = provenance.options.timeScale;
    out["cycles_per_tick"] = provenance.cyclesPerTick;
  }
  if (cycles)
    out["time_scale_needed"] = provenance.timeScaleNeeded;
  if (stress) {
    out["stress"] = toJson(*provenance.options.stress);
    out["stress"]["still_queued"] = provenance.stillQueued;
  }
  return out;
}

void writeProvenance(const std::filesystem::path &directory, const Provenance &provenance) {
  std::filesystem::create_directories(directory);
  std::ofstream file(directory / "provenance.json");
  file << toJson(provenance).dump(1, ' ', false, json::error_handler_t::replace) << '\n';
  file.close();
  if (!file)
    throw UserError((directory / "provenance.json").string() + ": cannot be written");
}

std::string toText(const Provenance &provenance) {
  std::string out;
  table(provenance, out);
  routers(provenance, out);
  if (provenance.options.cycles)
    cycles(provenance, out);
  if (provenance.options.stress)
    stress(provenance, out);
  return out;
}

} // namespace spindle::report
