#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Spindle's many-core emulator against Brian2's C++ standalone mode, on one thread each.

Builds both programs of each network, runs them in turns (so that a disturbance of the machine meets both) and prints
the best real-time factor of each over all rounds, their ratio, and the mean rates of the populations. Needs
Debian's python3-brian; takes some minutes, most of it Brian2's compiling.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DT = 1e-4
EXAMPLES = {"n1": "cuba/cuba.mlir", "n2": "coba/coba.mlir", "n3": "brunel/brunel.mlir", "n4": None}
LIMITS = {"n1": 2.5, "n2": 2.5, "n3": 5, "n4": 20}  # what the ratio must be at least


def run(command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if result.returncode != 0:
        sys.exit(f"compare.py: {' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


class Brian2:
    def __init__(self, network, options):
        self.folder = options.output / f"brian2-{network}"
        run([sys.executable, HERE / "brian2_networks.py", network, "--scale", options.scale, "--seconds",
             options.seconds, "-o", self.folder])
        self.description = json.loads((self.folder / "network.json").read_text())

    def real_time_factor(self):
        run(["./main"], cwd=self.folder)
        seconds = float((self.folder / "results/last_run_info.txt").read_text().split()[0])
        return seconds / self.description["seconds"]

    def rates(self):
        counts = np.fromfile(self.folder / self.description["counts"], dtype=np.int32) / self.description["seconds"]
        edges = np.cumsum([0] + self.description["sizes"])
        return [float(counts[a:b].mean()) for a, b in zip(edges, edges[1:])]


class Spindle:
    def __init__(self, network, options):
        self.image = options.output / f"{network}.spn"
        self.folder = options.output / f"spindle-{network}"
        self.options = options
        if EXAMPLES[network]:
            text = options.examples / EXAMPLES[network]
        else:
            text = options.output / "microcircuit.mlir"
            run([options.bin / "make_microcircuit", options.scale, text])
        run([options.bin / "spindle", "compile", text, "--target=spinn", "-o", self.image])

    def real_time_factor(self):
        run([self.options.bin / "spindle", "run", self.image, "--steps", round(self.options.seconds / DT),
             "--threads=1", "--record=none", "--quiet", "-o", self.folder])
        return json.loads((self.folder / "timing.json").read_text())["run_seconds"] / self.options.seconds

    def rates(self, sizes):
        populations = json.loads((self.folder / "run.json").read_text())["populations"]
        names = [name for name in populations if not name.startswith("ext")]  # sources of the drive
        return [populations[name]["total"] / size / self.options.seconds for name, size in zip(names, sizes)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=[], choices=[*EXAMPLES, []], metavar="n1|n2|n3|n4",
                        help="all of them by default")
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parents[1] / "build/release/bin")
    parser.add_argument("--examples", type=pathlib.Path, default=HERE.parents[1] / "examples")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="simulated in each run")
    parser.add_argument("--scale", type=float, default=0.1, help="of n4")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="folder for the programs")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    failed = False
    for network in options.networks or EXAMPLES:
        peer, own = Brian2(network, options), Spindle(network, options)
        rounds = [(peer.real_time_factor(), own.real_time_factor()) for _ in range(options.rounds)]
        best_peer, best_own = (min(column) for column in zip(*rounds))
        ratio = best_peer / best_own
        failed |= ratio < LIMITS[network]
        print(f"{network}: Brian2 {best_peer:.4f}, Spindle {best_own:.4f}, ratio {ratio:.1f} (at least "
              f"{LIMITS[network]})")
        for name, rates in (("Brian2", peer.rates()), ("Spindle", own.rates(peer.description["sizes"]))):
            print(f"  {name:8s}" + " ".join(f"{rate:.2f}" for rate in rates) + " spikes/s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
