#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks written as text: the examples are accepted, and what they promise holds through the command."""
import json
import unittest

from support import SOURCE, CommandTest, main, read_npy

EXAMPLES = SOURCE / "examples"


class Networks(CommandTest):
    def test_examples_are_accepted(self):
        files = sorted(EXAMPLES.glob("*/*.mlir"))
        self.assertGreater(len(files), 4)
        for file in files:
            with self.subTest(file=file.name):
                self.spindle("check", file)

    def test_synfire_ring(self):
        for delay in (1, 7, 17):
            firsts = []
            for target in ("reference", "spinn"):
                out = self.folder / f"{target}{delay}"
                self.spindle("run", EXAMPLES / f"synfire/synfire_{delay}.mlir", f"--target={target}",
                            f"--input={EXAMPLES}/synfire/start.csv", "--steps=200", "--record=ring:spikes", "-o", out)
                _, (steps, neurons), values = read_npy(out / "ring.spikes.npy")
                order = [i % neurons for i in range(steps * neurons) if values[i]]
                firsts.append([i // neurons for i in range(steps * neurons) if values[i]])
                self.assertGreater(len(order), 5)
                self.assertEqual(order, [k % 20 for k in range(len(order))])
                gaps = {b - a for a, b in zip(firsts[-1][1:], firsts[-1][2:])}
                self.assertEqual(len(gaps), 1, gaps)
            self.assertEqual(firsts[0], firsts[1])

    def test_a_seed_changes_what_is_drawn(self):
        runs = []
        for seed in ("--seed=1", "--seed=1", "--seed=2"):
            out = self.folder / f"run{len(runs)}"
            self.spindle("run", EXAMPLES / "cuba/cuba.mlir", "--target=spinn", "--steps=400", seed, "-o", out)
            runs.append((out / "e.spikes.npy").read_bytes())
            self.assertGreater(json.loads((out / "run.json").read_text())["counters"]["spikes"], 0)
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])


if __name__ == "__main__":
    main()
