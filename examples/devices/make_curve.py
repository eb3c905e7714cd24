#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_curve.py > measured.csv: 80 pulses up and 60 down of a device with labels 3.2 and -1.4, 40 nS to 2 uS, as a parameter analyser
might have recorded it: noise of 1 % of the range at each point. Synthetic; the same bytes on every machine."""
import math


def curvature(label):
    """Of a positive label, by bisection (docs/devices.md)."""
    low, high = math.log(1e-3), math.log(1e4)
    for _ in range(64):
        a = math.exp((low + high) / 2)
        k = 1 - math.exp(-1 / a)
        low, high = ((low + high) / 2, high) if 10 / 0.98995 * (1 / k - a + a * math.log(a * k)) > label else (low, (low + high) / 2)
    return math.exp((low + high) / 2)


def noise(state=[12345]):
    """About normal, from twelve numbers of a small generator."""
    total = 0
    for _ in range(12):
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        total += (state[0] >> 33) / 2**31
    return total - 6


def curve(label, pulses):
    a = curvature(label)
    return [(1 - math.exp(-n / pulses / a)) / (1 - math.exp(-1 / a)) for n in range(pulses + 1)]


low, high = 40.0, 2000.0
up = [low + (high - low) * (x + 0.01 * noise()) for x in curve(3.2, 80)]
down = [high - (high - low) * (x + 0.01 * noise()) for x in curve(1.4, 60)]
print("# Synthetic, written by make_curve.py: conductance after n pulses up from the lowest, and down from the highest state.")
print("pulse,up_nS,down_nS")
for n, g in enumerate(up):
    print(f"{n},{max(g, 0):.2f},{max(down[n], 0):.2f}" if n < len(down) else f"{n},{max(g, 0):.2f},")
