# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""hw-dnn: what it prints and keeps, that results depend on the seed alone, and what is refused."""
import gzip
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

HW_DNN = sys.argv[1]


def idx(shape, data):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(data)


def write_images(folder, part, count, seed):
    """Class k is a bright band of two rows at 2 k + 4, with noise."""
    draw = random.Random(seed)
    pixels, labels = bytearray(), bytearray()
    for _ in range(count):
        label = draw.randrange(10)
        labels.append(label)
        for y in range(28):
            band = y // 2 == label + 2
            pixels += bytes(draw.randrange(150, 256) if band and draw.random() < 0.7 else 0 for _ in range(28))
    (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx((count, 28, 28), pixels)))
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx((count,), labels))


class HwDnn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hw-dnn-"))
        write_images(cls.folder, "train", 600, 1)
        write_images(cls.folder, "t10k", 200, 2)

    def run_it(self, *arguments, code=0, data=True):
        command = [HW_DNN, *arguments] + (["--data", str(self.folder)] if data else [])
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def results(self, *arguments):
        return [json.loads(line) for line in self.run_it("--json", *arguments).stdout.splitlines()]

    def test_trains(self):
        for method in ("U1", "U2", "U2A", "U3", "U3c", "U4", "U4c"):
            (result,) = self.results("--method", method, "--seeds=2")
            self.assertEqual(len(result["accuracy"]), 2)
            self.assertGreater(min(result["accuracy"]), 80)
            self.assertGreater(min(result["pulses"]), 0)

    def test_text(self):
        out = self.run_it("--controls", "--seeds=2").stdout
        for word in ("U3c SR1 2/2", "U2A", "P=128", "accuracy", "±", "resets"):
            self.assertIn(word, out)

    def test_same_whatever_the_threads(self):
        one = self.results("--seeds=4", "--c2c=0.01", "--d2d=0.2")
        self.assertEqual(one, self.results("--seeds=4", "--c2c=0.01", "--d2d=0.2", "--threads=3"))
        self.assertNotEqual(one[0]["pulses"][0], one[0]["pulses"][1])

    def test_lists_and_device(self):
        self.assertEqual(len(self.results("--eta=0.01,0.02", "--w-max=1,2", "--validate")), 4)
        (result,) = self.results("--device=epiram", "--method=U2A")
        self.assertIn("device=epiram", result["run"])

    def test_keeps_and_resumes(self):
        keep = self.folder / "kept"
        first = self.results("--seeds=2", "--keep", str(keep))
        self.assertEqual(len(keep.read_text().splitlines()), 2)
        self.assertEqual(first, self.results("--seeds=2", "--keep", str(keep)))
        self.assertEqual(len(keep.read_text().splitlines()), 2)

    def test_tables(self):
        pages = self.folder / "pages"
        self.run_it("--tables", str(pages), "--only=variation", "--seeds=2")
        self.assertIn("Variation of devices", (pages / "hw-dnn-tables.md").read_text())
        xml.dom.minidom.parse(str(pages / "hw-dnn" / "variation.svg"))

    def test_refused(self):
        for arguments, words in (
            (["--method=U9"], "--method=U9"),
            (["--rounding=X"], "--rounding=X"),
            (["--labels=2/x"], "'x' is not a number"),
            (["--labels=12"], "--labels"),
            (["--device=none"], "--device=none"),
            (["--neurosim=none"], "ag-asi"),
            (["--pulses=0"], "--pulses"),
            (["--only=methods,all", "--tables=x"], "--only"),
            (["--keep", str(self.folder / "t10k-labels-idx1-ubyte")], "not a file of kept results"),
            (["--nonsense"], "--nonsense"),
        ):
            self.assertIn(words, self.run_it(*arguments, code=1).stderr, arguments)

    def test_refused_data(self):
        empty = self.folder / "empty"
        empty.mkdir()
        done = self.run_it("--data", str(empty), code=1, data=False)
        self.assertIn("train-images-idx3-ubyte: no such file", done.stderr)
        (empty / "train-images-idx3-ubyte").write_bytes(b"nonsense")
        (empty / "train-labels-idx1-ubyte").write_bytes(idx((1,), b"\1"))
        self.assertIn("is not an IDX file", self.run_it("--data", str(empty), code=1, data=False).stderr)

    def test_help(self):
        self.assertIn("--rounding", self.run_it("--help", data=False).stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
