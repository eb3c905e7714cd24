# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real networks and golden rasters, through the command; whatever the folders and the manifest list."""
import json
import sys

from support import CommandTest, main, shared_data

DATA = shared_data()


class SharedData(CommandTest):
    def manifest(self):
        return json.loads((DATA / "nir-golden" / "manifest.json").read_text())

    def test_check_never_crashes(self):
        networks = sorted((DATA / "nir").glob("*.nir"))
        self.assertTrue(networks)
        loaded = 0
        for network in networks:
            with self.subTest(network=network.name):
                for form in ([], ["--json"]):
                    result = self.spindle("check", network, *form, expect=None)
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    if result.returncode:
                        self.assertIn("spindle: error: ", result.stderr)
                        self.assertIn(network.name, result.stderr)
                        self.assertIn("node '", result.stderr)
                loaded += result.returncode == 0
        self.assertGreaterEqual(loaded, round(len(networks) * 21 / 24))

    def spindle(self, *arguments, expect=0, timeout=300):
        if expect is not None:
            return super().spindle(*arguments, expect=expect, timeout=timeout)
        import subprocess
        from support import SPINDLE
        return subprocess.run([SPINDLE, *map(str, arguments)], capture_output=True, text=True,
                              timeout=timeout)

    def test_golden_rasters(self):
        rasters = [entry for entry in self.manifest()
                   if entry["quantity"] == "spikes" and entry["file"].endswith(".npy")]
        self.assertTrue(rasters)
        for entry in rasters:
            with self.subTest(file=entry["file"]):
                found = json.loads(self.spindle(
                    "compare", DATA / "nir" / entry["nir"], "--targets=reference", "--json",
                    "--quiet", "--dt=%r" % entry["dt"], "--profile=" + entry["profile"],
                    "--input=%s" % (DATA / "nir-golden" / entry["input"]), "--against=%s:%s" %
                    (entry["node"], DATA / "nir-golden" / entry["file"])).stdout)["against"]
                self.assertEqual(found["engines"][0]["shift"], 0)
                self.assertEqual(found["engines"][0]["difference"]["mismatches"], 0)
                self.assertGreater(found["spikes"], 0)

    def test_braille_on_every_engine(self):
        entry = next(entry for entry in self.manifest() if entry["nir"].startswith("braille"))
        found = json.loads(self.spindle(
            "compare", DATA / "nir" / entry["nir"], "--json", "--quiet", "--dt=%r" % entry["dt"],
            "--input=%s" % (DATA / "nir-golden" / entry["input"]),
            "--targets=reference,spinn,xbar,xbar-rtl").stdout)
        for target in found["targets"]:
            for line in target["classes"]:
                self.assertEqual(line["reference"], line["target"], target["target"])
            self.assertEqual(target.get("attribution", {"unexplained": 0})["unexplained"], 0)
        functional, rtl = found["targets"][2:]
        self.assertEqual(functional["populations"], rtl["populations"])

    def test_cnn_answers_alike(self):
        network = DATA / "nir" / "cnn_sinabs.nir"
        frames = DATA / "nir-golden" / "nmnist_sample_frames_1ms_u8.npy"
        for target in ("reference", "spinn", "xbar"):
            record = self.run_json(network, "--input=%s" % frames, "--target=" + target)
            self.assertEqual(record["outputs"][0]["class"], 4, target)


if __name__ == "__main__":
    if DATA is None:
        print("SKIPPED: no shared data (SPINDLE_SHARED_DATA)")
        sys.exit(77)
    main()
