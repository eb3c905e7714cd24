// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Stress.h"

#include <algorithm>

namespace spindle::spinn {

Stress::Stress(const StressOptions &options, uint64_t core, const Ways &ways, Mesh mesh)
    : options_(options), core_(core), ways_(ways), mesh_(mesh) {}

uint32_t Stress::chipAt(ChipAt at) {
  auto [place, added] = index_.try_emplace(at, static_cast<uint32_t>(chips_.size()));
  if (added) {
    chips_.emplace_back();
    chips_.back().at = at;
  }
  return place->second;
}

void Stress::push(const Event &event) {
  events_.push(event);
  ++order_;
}

void Stress::tick(std::span<const Spike> spikes, std::span<const uint64_t> at,
                  uint64_t cyclesPerTick) {
  for (const Spike &spike : spikes)
    if (const std::vector<Hop> &hops = ways_.hops(spike.source); !hops.empty())
      push({begin_ + at[spike.source], order_, spike.source, 0, kNone, chipAt(hops[0].chip)});
  begin_ += cyclesPerTick;
  while (!events_.empty() && events_.top().time < begin_) {
    Event event = events_.top();
    events_.pop();
    event.hop == kNone ? check(event) : route(event);
  }
}

/// From when on the queue of an output has room. The last packet in it leaves at busyUntil.
uint64_t Stress::opens(const Chip &chip, int output) const {
  uint64_t full = (options_.queue - 1) * service(output);
  uint64_t until = chip.busyUntil[static_cast<size_t>(output)];
  return until - std::min(until, full);
}

/// The first of the two links that lead round a blocked one; kNone if it is missing.
int Stress::wayRound(const Chip &chip, int link) const {
  int first = (link + 1) % kLinks;
  auto by = mesh_.along(chip.at, first);
  return by && mesh_.along(*by, (link + kLinks - 1) % kLinks) ? first : kNone;
}

uint32_t Stress::outputsOf(const Event &event) const {
  if (event.detour != kNone)
    return uint32_t(1) << event.detour;
  const Hop &hop = ways_.hops(event.source)[static_cast<size_t>(event.hop)];
  uint32_t outputs = hop.route;
  for (int link = 0; link < kLinks; ++link)
    if (hop.next[static_cast<size_t>(link)] < 0)
      outputs &= ~(uint32_t(1) << link);
  return outputs & ((uint32_t(1) << kOutputs) - 1);
}

/// From when on all outputs that a packet needs have room, or ways round them.
uint64_t Stress::opens(const Chip &chip, const Event &event, bool detours) const {
  uint64_t latest = 0;
  for (uint32_t left = outputsOf(event); left != 0; left &= left - 1) {
    int output = std::countr_zero(left);
    uint64_t from = opens(chip, output);
    if (detours && output < kLinks && event.detour == kNone)
      if (int round = wayRound(chip, output); round != kNone)
        from = std::min(from, opens(chip, round));
    latest = std::max(latest, from);
  }
  return latest;
}

void Stress::route(const Event &event) {
  Chip &chip = chips_[event.chip];
  uint64_t time = std::max(event.time, chip.free), all = opens(chip, event, false);
  if (all <= time)
    return send(event, time);
  ++chip.blocked;
  if (all <= time + options_.wait1)
    return send(event, all);
  time += options_.wait1;
  if (options_.wait2 > 0)
    if (uint64_t some = std::max(time, opens(chip, event, true)); some <= time + options_.wait2)
      return send(event, some);
  drop(event, time + options_.wait2);
}

/// All copies leave at once; round a link whose queue is full.
void Stress::send(const Event &event, uint64_t time) {
  chips_[event.chip].free = time + 1;
  for (uint32_t left = outputsOf(event); left != 0; left &= left - 1) {
    int output = std::countr_zero(left);
    if (output < kLinks)
      pass(event, output, time);
    else
      occupy(event.chip, output, time);
  }
}

void Stress::pass(const Event &event, int link, uint64_t time) {
  Event next = event;
  next.order = order_;
  next.detour = kNone;
  int by = link;
  if (event.detour == kNone) {
    next.hop =
        ways_.hops(event.source)[static_cast<size_t>(event.hop)].next[static_cast<size_t>(link)];
    if (opens(chips_[event.chip], link) > time) {
      by = wayRound(chips_[event.chip], link);
      next.detour = (link + kLinks - 1) % kLinks;
      ++chips_[event.chip].detours;
    }
  }
  next.time = occupy(event.chip, by, time);
  next.chip = chipAt(*mesh_.along(chips_[event.chip].at, by));
  push(next);
}

/// When the packet has left.
uint64_t Stress::occupy(uint32_t chip, int output, uint64_t time) {
  uint64_t &until = chips_[chip].busyUntil[static_cast<size_t>(output)];
  until = std::max(until, time) + service(output);
  return until;
}

void Stress::drop(const Event &event, uint64_t time) {
  Chip &chip = chips_[event.chip];
  ++chip.dropped;
  chip.free = time;
  if (chip.again.size() >= options_.reinjection) {
    ++chip.lost;
    return;
  }
  chip.again.push_back(event);
  chip.longest = std::max<uint64_t>(chip.longest, chip.again.size());
  if (!chip.checking)
    push({time + options_.check, order_, 0, kNone, kNone, event.chip});
  chip.checking = true;
}

/// Sends again what the outputs take, if the router has nothing else to do.
void Stress::check(const Event &event) {
  uint64_t time = event.time;
  if (chips_[event.chip].free <= time)
    while (!chips_[event.chip].again.empty()) {
      Event first = chips_[event.chip].again.front();
      if (opens(chips_[event.chip], first, false) > time)
        break;
      chips_[event.chip].again.pop_front();
      ++chips_[event.chip].reinjected;
      send(first, time++);
    }
  chips_[event.chip].checking = !chips_[event.chip].again.empty();
  if (chips_[event.chip].checking)
    push({event.time + options_.check, order_, 0, kNone, kNone, event.chip});
}

uint64_t Stress::addTo(const std::function<ChipProvenance &(ChipAt)> &chipOf) const {
  uint64_t queued = 0;
  for (const Chip &chip : chips_) {
    ChipProvenance &out = chipOf(chip.at);
    out.blocked += chip.blocked;
    out.detours += chip.detours;
    out.dropped += chip.dropped;
    out.reinjected += chip.reinjected;
    out.lost += chip.lost;
    out.longestQueue = std::max(out.longestQueue, chip.longest);
    queued += chip.again.size();
  }
  return queued;
}

} // namespace spindle::spinn
