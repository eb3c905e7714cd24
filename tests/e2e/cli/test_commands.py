# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the commands do when nothing is wrong: files, forms, determinism, interruption."""
import json
import signal
import subprocess
import time

from support import (SPINDLE, CommandTest, files_of, main, population, read_npy, spikes, write_npy)

TARGETS = ("reference", "spinn", "xbar")


class Check(CommandTest):
    def test_text(self):
        out = self.spindle("check", self.net).stdout
        for word in ("hidden.lif", "LIF", "(6,)", "fc1", "Linear", "dt:", "profile: euler-value",
                     "loaded"):
            self.assertIn(word, out)

    def test_json(self):
        found = json.loads(self.spindle("check", self.net, "--json", "--dt=1e-3").stdout)
        self.assertTrue(found["accepted"])
        self.assertEqual(found["dt"], 1e-3)
        nodes = {node["name"]: node for node in found["nodes"]}
        self.assertEqual(nodes["fc1"]["input_shape"], [4])
        self.assertEqual(nodes["fc1"]["output_shape"], [6])
        self.assertEqual(found["profile"], "euler-value")

    def test_json_of_a_refusal(self):
        result = self.spindle("check", self.folder / "nan_tau.nir", "--json", expect=1)
        found = json.loads(result.stdout)
        self.assertFalse(found["accepted"])
        self.assertIn("'out'", found["error"])

    def test_dt_is_never_needed(self):
        path = self.text("nodt.mlir", population("a", 3), dt=False)
        self.assertIn("not needed", self.spindle("check", path).stdout)

    def test_image(self):
        image = self.folder / "check.spn"
        self.spindle("compile", self.net, "--dt=1e-3", "--target=xbar", "-o", image)
        self.assertIn("image for xbar", self.spindle("check", image).stdout)
        found = json.loads(self.spindle("check", image, "--json").stdout)
        self.assertEqual(found["resources"]["tiles_used"], 2)


class Compile(CommandTest):
    def emit(self, form, target):
        return self.spindle("compile", self.net, "--dt=1e-3", "--target=" + target,
                            "--emit=" + form).stdout

    def test_snn(self):
        for target in TARGETS:
            self.assertIn("snn.network", self.emit("snn", target))

    def test_emitted_network_is_the_same_network(self):
        path = self.folder / "emitted.mlir"
        self.spindle("compile", self.net, "--dt=1e-3", "--target=reference", "--emit=snn", "-o",
                     path)
        first = self.run_json(self.net, "--dt=1e-3", "--input=%s" % self.input)
        second = self.run_json(path, "--input=%s" % self.input)
        self.assertEqual(first["populations"], second["populations"])

    def test_target(self):
        self.assertIn("spinn.", self.emit("target", "spinn"))
        self.assertIn("xbar.", self.emit("target", "xbar"))
        self.assertIn("snn.", self.emit("target", "reference"))

    def test_verilog(self):
        self.assertIn("function automatic", self.emit("verilog", "xbar"))

    def test_report(self):
        spinn = json.loads(self.emit("report", "spinn"))
        self.assertGreaterEqual(spinn["resources"]["cores_used"], 2)
        xbar = json.loads(self.emit("report", "xbar"))
        self.assertEqual(xbar["resources"]["tiles_used"], 2)
        self.assertEqual(xbar["options"]["xbar"]["levels"], 32)
        reference = json.loads(self.emit("report", "reference"))
        self.assertEqual(reference["resources"]["synapses"], 4 * 6 + 6 * 6 + 6 * 3)

    def test_options_reach_the_image(self):
        report = json.loads(self.spindle(
            "compile", self.net, "--dt=1e-3", "--target=xbar", "--emit=report", "--levels=8",
            "--adc-bits=6", "--tiles=3x2", "--rows=64", "--cols=32", "--banks=4").stdout)
        resources = report["resources"]
        self.assertEqual([resources[key] for key in ("levels", "adc_bits", "rows", "cols", "banks")],
                         [8, 6, 64, 32, 4])
        self.assertEqual(resources["mesh"], [3, 2])
        report = json.loads(self.spindle("compile", self.net, "--dt=1e-3", "--target=spinn",
                                         "--emit=report", "--weight-shift=9").stdout)
        shifts = [core["weight_shifts"] for core in report["resources"]["cores"]
                  if core["node"] == "out"]
        self.assertTrue(shifts and set(sum(shifts, [])) == {9}, shifts)
        report = json.loads(self.spindle("compile", self.net, "--dt=1e-3", "--target=spinn",
                                         "--emit=report", "--neurons-per-core=4").stdout)
        self.assertEqual(sum(core["node"] == "hidden.lif"
                             for core in report["resources"]["cores"]), 2)


class Run(CommandTest):
    def run_to(self, name, *arguments):
        folder = self.folder / name
        self.spindle("run", *arguments, "-o", folder)
        return files_of(folder)

    def test_same_bytes(self):
        """Two runs, one and two threads, network and image."""
        for target in TARGETS:
            with self.subTest(target=target):
                common = ["--input=%s" % self.input, "--record=hidden.lif:spikes,v",
                          "--record=out:spikes,v"]
                net = [self.net, "--dt=1e-3", "--target=" + target]
                first = self.run_to(target + "1", *net, *common, "--threads=1")
                self.assertIn("run.json", first)
                self.assertIn("hidden.lif.v.npy", first)
                self.assertEqual(first, self.run_to(target + "2", *net, *common, "--threads=1"))
                self.assertEqual(first, self.run_to(target + "3", *net, *common, "--threads=2"))
                image = self.folder / (target + ".spn")
                for threads in (1, 2):
                    self.spindle("compile", *net, "-o", image, "--threads=%d" % threads)
                    self.assertEqual(first, self.run_to("%s-%d" % (target, threads), image,
                                                        *common))

    def test_files(self):
        folder = self.folder / "files"
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o", folder,
                     "--record=hidden.lif:spikes,v", "--record=out")
        self.assertEqual(set(path.name for path in folder.iterdir()),
                         {"run.json", "timing.json", "spikes.h5", "hidden.lif.spikes.npy",
                          "hidden.lif.v.npy", "out.spikes.npy"})
        kind, shape, values = read_npy(folder / "hidden.lif.spikes.npy")
        self.assertEqual((kind, shape), ("|u1", (60, 6)))
        record = json.loads((folder / "run.json").read_text())
        self.assertEqual(record["populations"]["hidden.lif"]["total"], sum(values))
        bare = self.folder / "bare"
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o", bare, "--quiet", "--record=none")
        self.assertEqual(sorted(file.name for file in bare.iterdir()), ["run.json", "timing.json"])
        unrecorded = json.loads((bare / "run.json").read_text())
        self.assertEqual(unrecorded["populations"], record["populations"])
        self.assertGreater(sum(values), 0)
        self.assertEqual(read_npy(folder / "hidden.lif.v.npy")[:2], ("<f8", (60, 6)))
        self.assertEqual((folder / "spikes.h5").read_bytes()[:4], b"\x89HDF")

    def test_provenance(self):
        """The accounts agree with the counters, change nothing else, and do not depend on threads."""
        net = [self.net, "--dt=1e-3", "--target=spinn", "--input=%s" % self.input]
        asked = ["--provenance", "--cycles=neuron=500", "--stress=queue=4,wait1=100",
                 "--time-scale=0.5"]
        plain = self.run_to("plain", *net)
        first = self.run_to("told1", *net, *asked, "--threads=1")
        self.assertEqual(first, self.run_to("told2", *net, *asked, "--threads=2"))
        for name in plain:
            if name != "run.json":
                self.assertEqual(plain[name], first[name], name)
        record, told = json.loads(first["run.json"]), json.loads(first["provenance.json"])
        self.assertIn("provenance.json", record["files"])
        for ours, theirs in (("packets", "packets_sent"), ("synaptic_events", "synaptic_events"),
                             ("ring_saturations", "ring_saturations")):
            self.assertEqual(record["counters"][ours], told["totals"][theirs])
        self.assertGreater(told["totals"]["packets_sent"], 0)
        self.assertEqual(told["cycles_per_tick"], 100000)
        self.assertEqual(told["budgets"]["neuron"], 500)
        self.assertEqual(told["stress"]["queue"], 4)
        text = self.spindle("run", *net, *asked).stdout
        for word in ("busiest cores" if len(told["cores"]) > 10 else "core ", "cycle model: 100000",
                     "stress: ", "table hits"):
            self.assertIn(word, text)

    def test_reference_against_arithmetic(self):
        """The network of the text form, recomputed here in Python."""
        weights = [[0.6, 0.25], [0.13, 0.7], [0.35, 0.35]]
        text = ", ".join("[" + ", ".join(map(str, row)) + "]" for row in weights)
        path = self.text("tiny.mlir", '  snn.weights @w = dense<[%s]> : tensor<3x2xf64>\n'
                         '  %%in = snn.source "in" : !snn.pop<2>\n' % text + population("hid", 3) +
                         "  snn.project %in to %hid via @w as #snn.dense forward delay 0 : "
                         "!snn.pop<2> to !snn.pop<3>\n  snn.output %hid as \"o\" : !snn.pop<3>\n")
        rows = spikes(50, 2, seed=3)
        write_npy(self.folder / "two.npy", rows)
        folder = self.folder / "tiny"
        self.spindle("run", path, "--input=%s" % (self.folder / "two.npy"), "-o", folder)
        v, expected = [0.0] * 3, []
        for row in rows:
            for n in range(3):
                x = 0.0
                for channel, z in enumerate(row):
                    x += z * weights[n][channel]
                v[n] = v[n] * 0.9 + x
                expected.append(int(v[n] > 1.0))
                if expected[-1]:
                    v[n] = 0.0
        self.assertEqual(list(read_npy(folder / "hid.spikes.npy")[2]), expected)
        self.assertGreater(sum(expected), 5)

    def test_class_line(self):
        folder = self.folder / "class"
        out = self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o",
                           folder).stdout
        values = read_npy(folder / "out.spikes.npy")[2]
        sums = [sum(values[n::3]) for n in range(3)]
        self.assertIn("class %d (output)" % sums.index(max(sums)), out)
        record = json.loads((folder / "run.json").read_text())
        self.assertEqual(record["outputs"][0]["class"], sums.index(max(sums)))

    def test_latency(self):
        for target, latency in (("reference", 0), ("spinn", 2), ("xbar", 2)):
            record = self.run_json(self.net, "--dt=1e-3", "--input=%s" % self.input,
                                   "--target=" + target)
            self.assertEqual(record["outputs"][0]["latency"], latency)

    def test_options_in_force(self):
        record = self.run_json(self.net, "--dt=1ms", "--input=%s" % self.input, "--target=xbar",
                               "--levels=9", "--seed=5", "--profile=euler-subtract")
        self.assertEqual(record["compile"]["dt"], 1e-3)
        self.assertEqual(record["compile"]["profile"], "euler-subtract")
        self.assertEqual(record["compile"]["xbar"]["levels"], 9)
        self.assertEqual(record["options"]["seed"], 5)

    def test_fortran_order(self):
        path = self.folder / "fortran.npy"
        write_npy(path, spikes(60, 4), fortran=True)
        self.assertEqual(
            self.run_json(self.net, "--dt=1e-3", "--input=%s" % path)["populations"],
            self.run_json(self.net, "--dt=1e-3", "--input=%s" % self.input)["populations"])

    def test_number_of_steps(self):
        net = [self.net, "--dt=1e-3"]
        for more, steps in ((["--steps=100"], 100), (["--steps=10"], 10), (["--for=25ms"], 25),
                            ([], 60)):
            self.assertEqual(self.run_json(*net, "--input=%s" % self.input, *more)["steps"], steps)
        silent = self.run_json(*net, "--steps=20")
        self.assertEqual(silent["steps"], 20)
        self.assertEqual(silent["populations"]["out"]["total"], 0)

    def test_network_without_a_source(self):
        path = self.text("driven.mlir", "  snn.weights @b = dense<0.3> : tensor<3xf64>\n" +
                         population("a", 3) + "  snn.drive %a by @b from 0 : !snn.pop<3>\n"
                         '  snn.output %a as "o" : !snn.pop<3>\n')
        totals = [self.run_json(path, "--steps=50", "--target=" + target)["populations"]["a"]
                  ["total"] for target in TARGETS]
        self.assertGreater(totals[0], 20)
        self.assertEqual(totals, [totals[0]] * 3)
        self.refused("run", path, "--input=%s" % self.input, says=["no source"])

    def test_two_sources(self):
        link = ("  snn.project %%%s to %%hid as #snn.one_to_one forward delay 0 : !snn.pop<3> to "
                "!snn.pop<3>\n")
        path = self.text("two.mlir", '  %left = snn.source "left" : !snn.pop<3>\n'
                         '  %right = snn.source "right" : !snn.pop<3>\n' + population("hid", 3) +
                         link % "left" + link % "right")
        three, silent = self.folder / "three.npy", self.folder / "silent.npy"
        write_npy(three, spikes(30, 3))
        write_npy(silent, [[0, 0, 0]] * 30)
        self.refused("run", path, "--input=%s" % three, says=["2 sources", "'left'", "'right'"])
        left = self.run_json(path, "--input=left:%s" % three, "--input=right:%s" % silent)
        right = self.run_json(path, "--input=right:%s" % three)
        self.assertEqual(left["populations"]["hid"], right["populations"]["hid"])
        self.assertGreater(left["populations"]["left"]["total"], 0)

    def test_raw(self):
        folder = self.folder / "raw"
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "--target=spinn",
                     "--record=out:v", "--raw", "-o", folder)
        raw = read_npy(folder / "out.v.npy")
        self.assertEqual(raw[0], "<i4")
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "--target=spinn",
                     "--record=out:v", "-o", folder)
        self.assertEqual([value / 32768 for value in raw[2]],
                         list(read_npy(folder / "out.v.npy")[2]))

    def test_quiet_and_plain_output(self):
        result = self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "--quiet",
                              "-o", self.folder / "quiet")
        self.assertEqual((result.stdout, result.stderr), ("", ""))
        result = self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input)
        self.assertNotIn("\r", result.stderr)  # no bar where there is no terminal
        self.assertIn("profile euler-value", result.stderr)

    def test_interrupt(self):
        folder = self.folder / "interrupted"
        process = subprocess.Popen([SPINDLE, "run", self.net, "--dt=1e-3", "--steps=2000000000",
                                    "-o", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        record = json.loads((folder / "run.json").read_text())
        self.assertTrue(record["interrupted"])
        self.assertGreater(record["steps"], 0)
        self.assertEqual(read_npy(folder / "out.spikes.npy")[1], (record["steps"], 3))


class Compare(CommandTest):
    def compare(self, *arguments):
        return json.loads(self.spindle("compare", self.net, "--dt=1e-3", "--input=%s" % self.input,
                                       "--json", "--quiet", *arguments).stdout)

    def test_table(self):
        found = self.compare("--targets=reference,spinn,xbar")
        self.assertEqual([target["target"] for target in found["targets"]], list(TARGETS))
        for target in found["targets"]:
            names = [line["name"] for line in target["populations"]]
            self.assertEqual(sorted(names), ["hidden.lif", "out"])
            for line in target["populations"]:
                self.assertEqual(line["difference"]["compared"], 60 * (6 if "." in line["name"] else 3))
        self.assertEqual(sum(line["difference"]["mismatches"]
                             for line in found["targets"][0]["populations"]), 0)
        for target in found["targets"][1:]:
            effects = {effect["cause"]: effect for effect in target["attribution"]["effects"]}
            self.assertEqual(effects["retiming"]["mismatches"], 0)
            self.assertEqual(target["attribution"]["unexplained"], 0)

    def test_coarse_weights_are_the_cause(self):
        target = self.compare("--targets=xbar", "--levels=2", "--adc-bits=16")["targets"][0]
        attribution = target["attribution"]
        self.assertGreater(attribution["mismatches"], 0)
        effects = {effect["cause"]: effect for effect in attribution["effects"]}
        weights = effects["weight quantisation (2 levels)"]
        self.assertGreater(weights["explains"], 0)
        self.assertGreater(weights["removes"], 0)
        self.assertLess(weights["without"], attribution["mismatches"])
        self.assertEqual(effects["converters (16 bits)"]["mismatches"], 0)
        # Wide converters were wide already: switching their loss off changes nothing.
        self.assertEqual(effects["converters (16 bits)"]["without"], attribution["mismatches"])
        self.assertEqual(effects["converters (16 bits)"]["removes"], 0)
        self.assertNotIn("without", effects["retiming"])
        self.assertEqual(attribution["unexplained"], 0)

    def test_against_finds_the_shift(self):
        folder = self.folder / "golden"
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o", folder)
        golden = folder / "out.spikes.npy"
        found = self.compare("--targets=reference", "--against=out:%s" % golden)["against"]
        self.assertEqual(found["engines"][0]["shift"], 0)
        self.assertEqual(found["engines"][0]["difference"]["mismatches"], 0)
        values = read_npy(golden)[2]
        rows = [values[3 * step:3 * step + 3] for step in range(60)]
        late = self.folder / "late.npy"
        write_npy(late, [[0, 0, 0]] + rows)
        for against in (late, "out:%s" % late):
            found = self.compare("--targets=reference", "--against=%s" % against)["against"]
            self.assertEqual(found["engines"][0]["shift"], -1)
            self.assertEqual(found["engines"][0]["difference"]["mismatches"], 0)

    def test_rtl_equals_the_functional_model(self):
        found = self.compare("--targets=xbar,xbar-rtl")
        functional, rtl = found["targets"]
        self.assertEqual(rtl["engine"], "rtl")
        self.assertEqual(functional["populations"], rtl["populations"])
        self.assertEqual(rtl["functional_mismatches"], 0)
        self.assertNotIn("functional_mismatches", functional)
        folders = []
        for engine in ("functional", "rtl"):
            folders.append(self.folder / engine)
            self.spindle("run", self.net, "--dt=1e-3", "--target=xbar", "--engine=" + engine,
                         "--input=%s" % self.input, "--record=out:spikes,v", "-o", folders[-1])
        first, second = (files_of(folder, ("timing.json", "run.json")) for folder in folders)
        self.assertEqual(first, second)


if __name__ == "__main__":
    main()
