# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of the command share: running it, .npy files, the networks they use."""
import ast
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

SPINDLE, FIXTURES, SOURCE = (pathlib.Path(argument) for argument in sys.argv[1:4])
CODES = {"|u1": "B", "|b1": "?", "<u2": "H", "<u4": "I", "<i4": "i", "<f8": "d"}


def write_npy(path, rows, code="|u1", fortran=False):
    """Rows of equal length as a two-dimensional array."""
    values = [value for row in (zip(*rows) if fortran else rows) for value in row]
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d), }" % (
        code, fortran, len(rows), len(rows[0]))
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("<%d%s" % (len(values), CODES[code]), *values))


def read_npy(path):
    """(type, shape, values in C order)"""
    data = pathlib.Path(path).read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00", path
    length = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10:10 + length].decode())
    size = 1
    for extent in header["shape"]:
        size *= extent
    values = struct.unpack("<%d%s" % (size, CODES[header["descr"]]), data[10 + length:])
    assert not header["fortran_order"]
    return header["descr"], header["shape"], values


def spikes(steps, channels, seed=7, percent=40):
    """Pseudo-random rows of 0 and 1, the same everywhere."""
    rows, state = [], seed
    for _ in range(steps):
        row = []
        for _ in range(channels):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            row.append(int((state >> 33) % 100 < percent))
        rows.append(row)
    return rows


def files_of(folder, without=("timing.json",)):
    return {path.name: path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())
            if path.name not in without}


MODEL = """
  snn.model @lif params(beta, v_threshold, v_reset = 0.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %beta = snn.get "beta"
      %a = snn.decay %v by %beta
      %v1 = arith.addf %a, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "v_threshold"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    } reset {
      %r = snn.get "v_reset"
      snn.set "v", %r
    }
"""


def network(body, dt=True):
    attributes = " attributes {dt = 1.0e-3 : f64}" if dt else ""
    return "snn.network @test" + attributes + " {" + MODEL + body + "}\n"


def population(name, size):
    return ('  %%%s = snn.population "%s" of @lif {beta = 0.9 : f64, v_threshold = 1.0 : f64} : '
            "!snn.pop<%d>\n" % (name, name, size))


class CommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="spindle-cli-"))
        subprocess.run([FIXTURES, cls.folder], check=True)
        cls.net = cls.folder / "good.nir"
        cls.input = cls.folder / "input.npy"
        write_npy(cls.input, spikes(60, 4))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def spindle(self, *arguments, expect=0, timeout=300):
        result = subprocess.run([SPINDLE, *map(str, arguments)], capture_output=True, text=True,
                                timeout=timeout)
        self.assertEqual(result.returncode, expect,
                         "%s\n%s%s" % (arguments, result.stdout, result.stderr))
        return result

    def refused(self, *arguments, code=1, says=()):
        """Exit code, and one clear error that holds every word of `says`."""
        result = self.spindle(*arguments, expect=code)
        self.assertIn("spindle: error: ", result.stderr)
        for word in says:
            self.assertIn(word, result.stderr)
        self.assertNotIn("internal", result.stderr)
        return result

    def text(self, name, body, dt=True):
        path = self.folder / name
        path.write_text(network(body, dt))
        return path

    def run_json(self, *arguments):
        return json.loads(self.spindle("run", *arguments, "--json", "--quiet").stdout)


def shared_data():
    """The folder of real networks and golden traces, or None."""
    root = os.environ.get("SPINDLE_SHARED_DATA") or SOURCE.parent / "shared" / "data"
    return pathlib.Path(root) if pathlib.Path(root).is_dir() else None


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
