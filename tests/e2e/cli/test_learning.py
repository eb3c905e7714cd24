# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks that learn: weights written, repeated, compared, refused where no engine can."""
import json

from support import CommandTest, files_of, main, read_npy, spikes, write_npy

NETWORK = """
snn.network @learning attributes {dt = 1.0e-3 : f64} {
  RULES
  %in = snn.source "in" : !snn.pop<4>
  %out = snn.population "out" of @IF_curr_exp {cm = 0.2 : f64, tau_refrac = 2.0 : f64} : !snn.pop<2>
  snn.weights @drive = dense<1.0> : tensor<2x4xf32>
  snn.weights @w = dense<0.25> : tensor<2x4xf32>
  snn.project %in to %out port "excitatory" via @drive as #snn.dense forward delay 1
    : !snn.pop<4> to !snn.pop<2>
  snn.project %in to %out port "excitatory" via @w as #snn.dense forward delay DELAY learn @RULE
    with {PARAMS} : !snn.pop<4> to !snn.pop<2>
  PHASES
  snn.output %out as "out" : !snn.pop<2>
}
"""
HEBB = """
  snn.rule @hebb params(tau = 10.0 : "ms", rate = 0.02 : "weight") pre(a decay tau)
      order ["post", "pre"] tie depress
    on_pre {
      %one = arith.constant 1.0 : f64
      snn.set "a", %one
    } on_post {
      %w = snn.get "weight"
      %a = snn.get "a"
      %rate = snn.get "rate"
      %up = arith.mulf %rate, %a : f64
      %w1 = arith.addf %w, %up : f64
      snn.set "weight", %w1
    }
"""
PAIR = "SpikePairRule_AdditiveWeightDependence"


class Learning(CommandTest):
    written = 0

    def network(self, rule=PAIR, params="w_max = 0.5 : f64", rules="", phases="", delay=3):
        Learning.written += 1
        path = self.folder / ("learning%d.mlir" % Learning.written)
        path.write_text(NETWORK.replace("RULES", rules).replace("PHASES", phases)
                        .replace("RULE", rule).replace("PARAMS", params)
                        .replace("DELAY", str(delay)))
        return path

    def setUp(self):
        self.input = self.folder / "in.npy"
        # The machine learns of a spike of `out` only with the next one of `in`, the reference at once: all come last.
        write_npy(self.input, spikes(199, 4) + [[1] * 4])

    def weights(self, path, target, *more):
        out = self.folder / ("weights-" + target)
        self.spindle("run", path, "--target=" + target, "--input=%s" % self.input, "-o", out, *more)
        code, shape, values = read_npy(out / "in-out.weights.npy")
        self.assertEqual((code, shape), ("<f8", (8, 3)))
        self.assertEqual([values[0:2], values[21:23]], [(0.0, 0.0), (3.0, 1.0)])
        return values[2::3], json.loads((out / "run.json").read_text()), out

    def test_both_engines_learn_alike(self):
        for rule, params, rules in ((PAIR, "w_max = 0.5 : f64", ""),
                                    ("hebb", "rate = 0.01 : f64", HEBB)):
            path = self.network(rule, params, rules)
            (reference, _, _), (spinn, run, out) = (self.weights(path, target)
                                                    for target in ("reference", "spinn"))
            self.assertGreater(max(abs(w - 0.25) for w in reference), 0.02)
            # Some 80 times a synapse goes up and down by about 0.07; the machine rounds down the traces (by up to 2^-11)
            # and, each time, the weight (by up to 2^-12).
            for a, b in zip(reference, spinn):
                self.assertAlmostEqual(a, b, delta=0.01)
            self.assertEqual(run["counters"]["plastic_skipped"], 0)
            self.assertIn("in-out.weights.npy", run["files"])
            before = files_of(out)
            self.weights(path, "spinn", "--threads=2")
            self.assertEqual(before, files_of(out))

    def test_compare(self):
        result = self.spindle("compare", self.network(), "--input=%s" % self.input,
                              "--targets=reference,spinn")
        self.assertIn("out", result.stdout)

    def test_target_text_keeps_the_rule(self):
        text = self.spindle("compile", self.network(), "--target=spinn", "--emit=target").stdout
        self.assertIn("learn [", text)
        self.assertIn("learn @" + PAIR, text)

    def test_a_phase_without_rules_keeps_the_weights(self):
        path = self.network("hebb", "rate = 0.01 : f64", HEBB, 'snn.phase "rest" steps 0 rules []')
        for target in ("reference", "spinn"):
            values, _, _ = self.weights(path, target)
            self.assertEqual(set(values), {0.25})

    def test_refusals(self):
        for path, target, text in (
                (self.network(rule="Nothing"), "spinn", "there is no rule 'Nothing'"),
                (self.network(params="w_most = 1.0 : f64"), "spinn", "no parameter 'w_most'"),
                (self.network(), "xbar", "the fabric does not learn yet"),
                (self.network(delay=0), "reference", "at least one step of delay"),
                (self.network(params="tau_plus = 0.0 : f64"), "spinn", "not a positive time"),
                (self.network(params="tau_plus = 1.0e9 : f64"), "spinn", "does not fit")):
            expect = 2 if text == "does not fit" else 1
            result = self.spindle("compile", path, "--target=" + target, "-o",
                                  self.folder / "x.spn", expect=expect)
            self.assertIn(text, result.stderr)

    def test_a_delay_that_the_machine_skips_is_warned_of(self):
        result = self.spindle("compile", self.network(delay=16), "--target=spinn", "-o",
                              self.folder / "x.spn")
        self.assertIn("never delivers on the machine", result.stderr)


if __name__ == "__main__":
    main()
