# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks as a person writes them, of PyNN's models: checked, compiled, run on both engines."""
import json

from support import CommandTest, main, read_npy, write_npy

# A ring of three neurons, started by an input spike, and one that is driven.
NETWORK = """
snn.network @ring attributes {dt = 1.0e-3 : f64} {
  snn.weights @w = dense<2.0> : tensor<1xf64>
  snn.weights @ring = dense<[[0.0, 0.0, 2.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]> : tensor<3x3xf64>
  snn.weights @drive = dense<0.8> : tensor<1xf64>
  %in = snn.source "in" : !snn.pop<3>
  %cells = snn.population "cells" of @IF_curr_exp {cm = 0.25 : f64, tau_refrac = 2.0 : f64,
    v_reset = -70.0 : f64} : !snn.pop<3>
  %driven = snn.population "driven" of @MODEL {} : !snn.pop<2>
  snn.project %in to %cells via @w as #snn.one_to_one forward delay 1 : !snn.pop<3> to !snn.pop<3>
  snn.project %cells to %cells port "excitatory" via @ring as #snn.dense forward delay 7
    : !snn.pop<3> to !snn.pop<3>
  snn.drive %driven port "i_source" by @drive from 0 : !snn.pop<2>
  snn.output %cells as "out" : !snn.pop<3>
}
"""
RECORD = ("--record=cells:spikes,v,v_rec,gsyn_exc_rec", "--record=driven:spikes,v_rec")


class Models(CommandTest):
    def network(self, model="IF_curr_delta"):
        path = self.folder / (model + ".mlir")
        path.write_text(NETWORK.replace("MODEL", model))
        return path

    def setUp(self):
        self.start = self.folder / "start.npy"
        write_npy(self.start, [[1, 0, 0]] + [[0, 0, 0]] * 99)

    def run_on(self, target, *more):
        out = self.folder / ("out-" + target + "".join(more))
        self.spindle("run", self.network(), "--target=" + target, "--input=%s" % self.start,
                     *RECORD, *more, "-o", out)
        return out

    def test_check_links_the_library(self):
        found = json.loads(self.spindle("check", self.network(), "--json").stdout)
        self.assertTrue(found["accepted"])

    def test_both_engines_spike_alike(self):
        spikes = {}
        for target in ("reference", "spinn"):
            out = self.run_on(target)
            spikes[target] = {node: read_npy(out / (node + ".spikes.npy"))[2]
                              for node in ("cells", "driven")}
            self.assertGreater(sum(spikes[target]["cells"]), 5)
            self.assertGreater(sum(spikes[target]["driven"]), 1)
        self.assertEqual(spikes["reference"]["cells"], spikes["spinn"]["cells"])

    def test_recorded_values_are_those_before_the_update(self):
        out = self.run_on("spinn")
        v, recorded = (read_npy(out / ("cells.%s.npy" % term)) for term in ("v", "v_rec"))
        self.assertEqual(recorded[2][:3], (-65.0, -65.0, -65.0))
        steps, neurons = v[1]
        self.assertEqual(v[2][:(steps - 1) * neurons], recorded[2][neurons:])

    def test_constants_change_the_last_places_only(self):
        ours = read_npy(self.run_on("spinn") / "cells.v_rec.npy")[2]
        out = self.run_on("spinn", "--constants=host-truncated")
        theirs = read_npy(out / "cells.v_rec.npy")[2]
        self.assertNotEqual(ours, theirs)
        self.assertLess(max(abs(a - b) for a, b in zip(ours, theirs)), 0.05)
        options = json.loads((out / "run.json").read_text())
        self.assertIn("host-truncated", json.dumps(options))

    def test_defects_of_the_machine_are_said_once(self):
        said = self.spindle("compile", self.network("IF_curr_alpha"), "--target=spinn", "-o",
                            self.folder / "alpha.spn").stderr
        self.assertEqual(said.count("'k_E' is 4.000000"), 1)
        quiet = self.spindle("compile", self.network("IF_curr_alpha"), "--target=spinn", "--quiet",
                             "-o", self.folder / "alpha.spn").stderr
        self.assertNotIn("k_E", quiet)

    def test_unknown_model(self):
        self.refused("check", self.network("IF_no_such"),
                     says=["node 'driven'", "IF_no_such", "IF_curr_exp, Izhikevich"])


if __name__ == "__main__":
    main()
