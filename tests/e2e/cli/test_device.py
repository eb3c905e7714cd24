# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""spindle device: presets, files, fits, pictures, and what is refused."""
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.dom.minidom

from support import SOURCE, CommandTest, main

EXAMPLES = SOURCE / "examples" / "devices"
GOOD = """[conductance]
min = "1 nS"
max = "1 uS"
[up]
model = "constant"
pulses = 10
"""


class DeviceTest(CommandTest):
    @classmethod
    def setUpClass(cls):
        """No network is needed here."""
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="spindle-device-"))

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


class List(DeviceTest):
    def test_text(self):
        out = self.spindle("device", "list").stdout
        for word in ("ag-asi", "hzo-fefet", "reram-om", "pcm-unidirectional", "98 levels"):
            self.assertIn(word, out)

    def test_json(self):
        found = {d["name"]: d for d in json.loads(self.spindle("device", "list", "--json").stdout)}
        self.assertEqual(len(found), 18)
        self.assertAlmostEqual(found["ag-asi"]["max"] * 26e6, 1)
        for device in found.values():
            self.assertTrue(device["source"])


class Show(DeviceTest):
    def test_text(self):
        out = self.spindle("device", "show", "ag-asi").stdout
        for word in ("label 2.4 (A = 0.499181)", "label -4.88", "mirrored", "3.5 % of the range", "+ pulses up",
                     "100 pulses"):
            self.assertIn(word, out)
        self.assertIn("retracing", self.spindle("device", "show", "hzo-fefet").stdout)
        self.assertIn("one direction", self.spindle("device", "show", "pcm-unidirectional").stdout)

    def test_every_preset_and_back(self):
        for device in json.loads(self.spindle("device", "list", "--json").stdout):
            first, second = self.folder / "first.toml", self.folder / "second.toml"
            shown = self.spindle("device", "show", device["name"], "-o", first, "--json").stdout
            again = self.spindle("device", "show", first, "-o", second, "--json").stdout
            self.assertEqual(json.loads(shown), json.loads(again))
            self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_json_has_the_curves(self):
        found = json.loads(self.spindle("device", "show", "epiram", "--json").stdout)
        self.assertEqual(found["up"]["pulses"], 64)
        self.assertEqual(found["down"]["label"], -0.5)
        up, down = found["curves"]["up"], found["curves"]["down"]
        self.assertEqual(up["pulses"], list(range(65)))
        self.assertAlmostEqual(up["siemens"][0] / found["min"], 1)
        self.assertAlmostEqual(up["siemens"][-1] / found["max"], 1)
        self.assertAlmostEqual(down["siemens"][0] / found["max"], 1)

    def test_example(self):
        svg = self.folder / "e.svg"
        out = self.spindle("device", "show", EXAMPLES / "filament.toml", "--svg=%s" % svg, "--devices=5").stdout
        for word in ("filament", "piecewise, 17 nodes", "correlated over 12 cells", "stuck", "retention", "endurance"):
            self.assertIn(word, out)
        text = svg.read_text()
        self.assertEqual(xml.dom.minidom.parseString(text).documentElement.tagName, "svg")
        self.assertEqual(text.count("<polyline"), 12)
        self.spindle("device", "show", EXAMPLES / "filament.toml", "--svg=%s" % svg, "--devices=5")
        self.assertEqual(text, svg.read_text())
        self.spindle("device", "show", EXAMPLES / "filament.toml", "--svg=%s" % svg, "--devices=5", "--seed=2")
        self.assertNotEqual(text, svg.read_text())


class Fit(DeviceTest):
    def test_the_measurement_is_what_its_generator_writes(self):
        made = subprocess.run([sys.executable, EXAMPLES / "make_curve.py"], capture_output=True, check=True).stdout
        self.assertEqual(made, (EXAMPLES / "measured.csv").read_bytes())

    def test_exponential(self):
        toml, svg = self.folder / "fit.toml", self.folder / "fit.svg"
        result = json.loads(self.spindle("device", "fit", EXAMPLES / "measured.csv", "-o", toml, "--svg=%s" % svg,
                                         "--name=mine", "--json").stdout)
        self.assertAlmostEqual(result["device"]["up"]["label"], 3.2, delta=0.15)
        self.assertAlmostEqual(result["device"]["down"]["label"], -1.4, delta=0.15)
        self.assertAlmostEqual(result["device"]["max"] * 1e6, 2, delta=0.03)
        quality = result["quality"]["exponential"]
        self.assertAlmostEqual(quality["up"]["rms_of_range"], 0.01, delta=0.002)
        self.assertGreater(quality["down"]["r_squared"], 0.998)
        self.assertEqual(quality["up"]["points"], 81)
        self.assertEqual(svg.read_text().count("<circle"), 81 + 61)
        shown = json.loads(self.spindle("device", "show", toml, "--json").stdout)
        self.assertEqual(shown["name"], "mine")
        self.assertEqual(shown["up"], result["device"]["up"])

    def test_piecewise(self):
        toml = self.folder / "steps.toml"
        out = self.spindle("device", "fit", EXAMPLES / "measured.csv", "-o", toml, "--model=piecewise", "--nodes=21").stdout
        for word in ("exponential", "piecewise, 21 nodes", "RMS", "% of the range", "R^2"):
            self.assertIn(word, out)
        self.assertEqual(json.loads(self.spindle("device", "show", toml, "--json").stdout)["up"]["model"], "piecewise")


class Refused(DeviceTest):
    def test_devices_that_are_none(self):
        self.refused("device", "show", "agasi", says=["neither a preset nor a file", "did you mean 'ag-asi'?"])
        self.refused("device", "show", "zzzzzzzz", says=["`spindle device list`"])
        self.refused("device", "show", self.folder / "absent.toml", says=["absent.toml: no such file"])
        self.refused("device", "show", "%s/" % self.folder, says=["no such file"])

    def test_bad_device_files_name_the_place(self):
        for text, says in ((GOOD + "lable = 2\n", ":7:1: unknown key 'up.lable'"),
                           (GOOD + "pulses = 3\n", ":7:10: "),
                           (GOOD.replace("uS", "V"), ":3:7: 'conductance.max': unit 'V'"),
                           (GOOD.replace("10", "0"), ":6:10: 'up.pulses': 0 is outside 1"),
                           (GOOD.replace("constant", "constnat"), "did you mean 'constant'?"),
                           ("[up]\n", "'conductance': this table is missing"),
                           ("\0", ":1:1: "), ("", "'conductance': this table is missing")):
            path = self.file("bad.toml", text)
            self.refused("device", "show", path, says=["bad.toml", says])

    def test_bad_measurements_name_the_row(self):
        for text, says in (("0,1e-6\n1,two\n", "row 2: 'two' is not a number"), ("", "no values"),
                           ("0,1\n1,2\n", "three points"), ("0,3\n1,2\n2,1\n", "only a down curve"),
                           ("up,down\n1,1\n3,2\n2,3\n", "does not fall")):
            path = self.file("bad.csv", text)
            self.refused("device", "fit", path, says=["bad.csv", says])
        self.refused("device", "fit", self.folder / "absent.csv", says=["absent.csv: no such file"])

    def test_files_that_cannot_be_written(self):
        self.refused("device", "show", "ideal", "-o", self.folder / "no" / "x.toml", says=["cannot be written"])
        self.refused("device", "show", "ideal", "--svg=%s" % (self.folder / "no" / "x.svg"), says=["cannot be written"])

    def test_usage(self):
        for arguments in (["device"], ["device", "show"], ["device", "fit"], ["device", "draw"],
                          ["device", "fit", "x.csv", "--model=cubic"], ["device", "fit", "x.csv", "--nodes=1"],
                          ["device", "show", "ideal", "--devices=5000"]):
            self.spindle(*arguments, expect=1)
        for arguments in (["device"], ["device", "list"], ["device", "show"], ["device", "fit"]):
            self.assertIn("--help", self.spindle(*arguments, "--help").stdout)


if __name__ == "__main__":
    main()
