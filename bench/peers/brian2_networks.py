#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The benchmark networks in Brian2's C++ standalone mode: builds a program that simulates one of them.

Each network is written the way that is fastest in Brian2: one group, one `Synapses` object, exact integration
where the equations are linear, `PoissonInput` for noise. docs/bench.md has the parameters' source.
"""
import argparse
import json
import pathlib

import numpy as np
from brian2 import (Hz, Network, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, defaultclock, device, ms, mV, prefs,
                    second, set_device)

# Cortical microcircuit of Potjans and Diesmann: L23E L23I L4E L4I L5E L5I L6E L6I.
SIZES = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
PROBABILITY = [  # [target][source]
    [.1009, .1689, .0437, .0818, .0323, 0, .0076, 0], [.1346, .1371, .0316, .0515, .0755, 0, .0042, 0],
    [.0077, .0059, .0497, .135, .0067, .0003, .0453, 0], [.0691, .0029, .0794, .1597, .0033, 0, .1057, 0],
    [.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0], [.0548, .0269, .0257, .0022, .06, .3158, .0086, 0],
    [.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252], [.0364, .001, .0034, .0005, .0277, .008, .0658, .1443]]
EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]  # Poisson in-degree, 8/s each
FULL_RATES = [0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523]  # what the down-scaling compensates for
V_MEAN = [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43]
V_DEVIATION = [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48]


def random_pairs(rng, neurons, probability):
    """Every ordered pair but (i, i) with that probability."""
    chosen = rng.random((neurons, neurons), dtype=np.float32) < probability
    np.fill_diagonal(chosen, False)
    return np.nonzero(chosen)


def cuba(rng, _):
    group = NeuronGroup(4000, """dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
                                 dge/dt = -ge / (5*ms) : volt
                                 dgi/dt = -gi / (10*ms) : volt""",
                        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="exact")
    group.v = rng.uniform(-60, -50, 4000) * mV
    source, target = random_pairs(rng, 4000, 0.02)
    objects = [group]
    for name, members, jump in (("e", source < 3200, "ge_post += 1.62*mV"), ("i", source >= 3200, "gi_post -= 9*mV")):
        synapses = Synapses(group, group, on_pre=jump, delay=0.1 * ms, name=f"synapses_{name}")
        synapses.connect(i=source[members], j=target[members])
        objects.append(synapses)
    return group, objects, [3200, 800]


def coba(rng, _):
    group = NeuronGroup(4000, """dv/dt = (-60*mV - v + ge*(0*mV - v) + gi*(-80*mV - v) + 20*mV) / (20*ms)
                                      : volt (unless refractory)
                                 dge/dt = -ge / (5*ms) : 1
                                 dgi/dt = -gi / (10*ms) : 1""",
                        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="euler")
    group.v = rng.uniform(-60, -50, 4000) * mV
    source, target = random_pairs(rng, 4000, 0.02)
    objects = [group]
    for name, members, jump in (("e", source < 3200, "ge_post += 0.4"), ("i", source >= 3200, "gi_post += 5.1")):
        synapses = Synapses(group, group, on_pre=jump, delay=0.8 * ms, name=f"synapses_{name}")
        synapses.connect(i=source[members], j=target[members])
        objects.append(synapses)
    return group, objects, [3200, 800]


def brunel(rng, _):
    group = NeuronGroup(12500, "dv/dt = -v / (20*ms) : volt (unless refractory)", threshold="v >= 20*mV",
                        reset="v = 10*mV", refractory=2 * ms, method="exact")
    target = np.repeat(np.arange(12500, dtype=np.int32), 1250)
    source = np.concatenate([rng.integers(0, 10000, (12500, 1000), dtype=np.int32),
                             rng.integers(10000, 12500, (12500, 250), dtype=np.int32)], axis=1).ravel()
    objects = [group, PoissonInput(group, "v", 1000, 20 * Hz, 0.1 * mV)]
    for name, members, jump in (("e", source < 10000, "v_post += 0.1*mV"), ("i", source >= 10000, "v_post -= 0.5*mV")):
        synapses = Synapses(group, group, on_pre=jump, delay=1.5 * ms, name=f"synapses_{name}")
        synapses.connect(i=source[members], j=target[members])
        objects.append(synapses)
    return group, objects, [10000, 2500]


def redrawn(rng, mean, deviation, count):
    """Normal numbers, drawn again while their sign is not that of the mean."""
    values = rng.normal(mean, deviation, count)
    while (wrong := values * np.sign(mean) < 0).any():
        values[wrong] = rng.normal(mean, deviation, int(wrong.sum()))
    return values


def microcircuit(rng, scale):
    """Currents in units of 1 pA * 10 ms / 250 pF = 0.04 mV; scaled as in the published down-scaling."""
    sizes = [int(n * scale) for n in SIZES]
    start = np.concatenate([[0], np.cumsum(sizes)])
    weight = 87.8 / np.sqrt(scale)
    group = NeuronGroup(int(start[-1]), """dv/dt = (-65*mV - v + (current + direct) * 0.04*mV) / (10*ms)
                                                : volt (unless refractory)
                                           dcurrent/dt = -current / (0.5*ms) : 1
                                           direct : 1 (constant)""",
                        threshold="v > -50*mV", reset="v = -65*mV", refractory=2 * ms, method="exact")
    sources, targets, weights, delays, objects = [], [], [], [], [group]
    direct = np.zeros(int(start[-1]))
    potential = np.zeros(int(start[-1]))
    for t in range(8):
        recurrent = 0.0
        for s in range(8):
            if PROBABILITY[t][s] == 0:
                continue
            pairs = SIZES[t] * SIZES[s]
            full = round(np.log(1 - PROBABILITY[t][s]) / np.log(1 - 1 / pairs))
            count = round(full * scale**2)
            factor = (2.0 if (t, s) == (0, 2) else 1.0) if s % 2 == 0 else -4.0
            recurrent += 87.8 * factor * full / SIZES[t] * FULL_RATES[s]
            sources.append(rng.integers(start[s], start[s + 1], count))
            targets.append(rng.integers(start[t], start[t + 1], count))
            weights.append(redrawn(rng, weight * factor, 0.1 * weight * abs(factor), count))
            mean, deviation = (1.5, 0.75) if s % 2 == 0 else (0.75, 0.375)
            delays.append(np.maximum(np.round(rng.normal(mean, deviation, count) * 10), 1) * 0.1)
        members = slice(int(start[t]), int(start[t + 1]))
        direct[members] = 0.5e-3 * (1 - np.sqrt(scale)) * (recurrent + 87.8 * EXTERNAL[t] * 8)
        potential[members] = rng.normal(V_MEAN[t], V_DEVIATION[t], sizes[t])
        objects.append(PoissonInput(group[int(start[t]):int(start[t + 1])], "current", round(EXTERNAL[t] * scale),
                                    8 * Hz, weight))
    group.direct = direct
    group.v = potential * mV
    synapses = Synapses(group, group, "w : 1", on_pre="current_post += w")
    synapses.connect(i=np.concatenate(sources), j=np.concatenate(targets))
    synapses.w = np.concatenate(weights)
    synapses.delay = np.concatenate(delays) * ms
    objects.append(synapses)
    return group, objects, sizes


NETWORKS = {"n1": cuba, "n2": coba, "n3": brunel, "n4": microcircuit}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--scale", type=float, default=0.1, help="of n4: fraction of neurons and of in-degrees")
    parser.add_argument("--seconds", type=float, default=1.0, help="simulated, after the warm-up")
    parser.add_argument("--warm-up", type=float, default=0.1, help="seconds simulated before, not timed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path, help="folder of the generated program")
    options = parser.parse_args()

    set_device("cpp_standalone", build_on_run=False)
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native", "-ffast-math", "-std=c++11"]
    defaultclock.dt = 0.1 * ms
    rng = np.random.default_rng(options.seed)
    group, objects, sizes = NETWORKS[options.network](rng, options.scale)
    network = Network(objects)
    network.run(options.warm_up * second, namespace={})
    spikes = SpikeMonitor(group, record=False, name="spikes")
    network.add(spikes)
    network.run(options.seconds * second, namespace={})
    device.build(directory=str(options.output), compile=True, run=False, clean=False)
    description = {"network": options.network, "seconds": options.seconds, "sizes": sizes,
                   "counts": device.get_array_filename(spikes.variables["count"])}
    (options.output / "network.json").write_text(json.dumps(description))


if __name__ == "__main__":
    main()
