// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a many-core machine tells of a run besides its results: what each core and each chip had to
// do, whether it would have kept up, and what its routers would have lost.
#ifndef SPINDLE_RUNTIME_MACHINE_PROVENANCE_H
#define SPINDLE_RUNTIME_MACHINE_PROVENANCE_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle {

/// What work costs a core, in cycles; docs/provenance.md says where the numbers come from.
struct CycleBudgets {
  uint64_t perMicrosecond = 200; ///< the clock
  uint64_t tick = 10;            ///< the timer, once a tick
  uint64_t neuron = 222;         ///< update of one neuron
  uint64_t send = 30;            ///< a packet that a neuron sends
  uint64_t packet = 100;         ///< a packet that comes in: interrupt and input buffer
  uint64_t row = 400;            ///< look-up, fetching a row, turning to it
  uint64_t synapse = 20;
  uint64_t inputBuffer = 256; ///< spikes that wait at a core; not cycles
};

/// Router queues of a finite length, and what follows from that. Times in cycles of a core.
struct StressOptions {
  uint64_t queue = 16;         ///< packets that wait for one output
  uint64_t link = 33;          ///< a packet occupies a link
  uint64_t wait1 = 256;        ///< a packet waits that long for its outputs
  uint64_t wait2 = 0;          ///< then that long for detours too, then it is dropped
  uint64_t reinjection = 4096; ///< dropped packets that a chip keeps, to send them again
  uint64_t check = 2000;       ///< between two looks at them
};

struct ProvenanceOptions {
  bool counts = false;
  bool cycles = false;
  double timeScale = 0; ///< wall time of a tick by its simulated time; 0: 1, more below 1 ms
  CycleBudgets budgets;
  std::optional<StressOptions> stress;
  bool any() const { return counts || cycles || stress.has_value(); }
};

/// One core's share of a node, or its delay extension. Packets and spikes differ where a packet
/// stands for several spikes.
struct CoreProvenance {
  int x = 0, y = 0, p = 0;
  std::string node;
  uint32_t lo = 0, hi = 0;
  uint32_t stages = 0, step = 0; ///< of a delay extension, in ticks
  uint64_t packetsSent = 0, spikesSent = 0;
  uint64_t packetsReceived = 0, spikesReceived = 0;
  uint64_t rows = 0;      ///< fetched, once for each spike
  uint64_t rowMisses = 0; ///< packets whose key the population table does not have
  uint64_t synapticEvents = 0;
  uint64_t ringSaturations = 0; ///< slots (per tick, neuron and type)
  // Of the cycle model:
  uint64_t cycles = 0, peakCycles = 0, peakTick = 0, peakPackets = 0;
  uint64_t overruns = 0;     ///< ticks that ended before the neurons were updated
  uint64_t lateSpikes = 0;   ///< still in the input buffer at the next tick
  uint64_t bufferLosses = 0; ///< spikes that found the input buffer full
};

struct ChipProvenance {
  int x = 0, y = 0;
  uint64_t tableHits = 0, defaultRouted = 0, unrouted = 0; ///< packets at the router
  uint64_t toCores = 0;                                    ///< copies
  std::array<uint64_t, 6> links{};                         ///< packets that left by each
  // Of the stress mode:
  uint64_t blocked = 0;      ///< had to wait for an output
  uint64_t detours = 0;      ///< sent round a blocked link
  uint64_t dropped = 0;      ///< given up by the router
  uint64_t reinjected = 0;   ///< sent again
  uint64_t lost = 0;         ///< dropped while the re-injection queue was full
  uint64_t longestQueue = 0; ///< of the re-injection
};

struct Provenance {
  uint64_t ticks = 0;
  std::vector<CoreProvenance> cores; ///< in the image's order
  std::vector<ChipProvenance> chips; ///< by x, then y; those that saw a packet or have a core
  ProvenanceOptions options;         ///< as they were in force
  uint64_t cyclesPerTick = 0;        ///< at that time scale
  double timeScaleNeeded = 0;        ///< the least at which every tick of every core fits
  uint64_t stillQueued = 0;          ///< packets that wait for re-injection at the end
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_PROVENANCE_H
