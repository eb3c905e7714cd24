#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
<<<<<<< HEAD
"""Writes the kept corpora of the spike readers' fuzzers: a few small files of each format, made here."""
import gzip
=======
"""Writes the kept corpora of the fuzzers of spike and device files: a few small files of each format, made here."""
>>>>>>> 42c76f3 (Device: files in TOML, measured curves in CSV, and fits of them)
import pathlib
import struct

ROOT = pathlib.Path(__file__).parent / "corpus"


def npy(descr, shape, data, version=1, order="False"):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    size = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + size + header + data


def idx(shape, data):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + data


def record(x, y, polarity, time):
    word = polarity << 23 | time
    return bytes([x, y, word >> 16, word >> 8 & 255, word & 255])


RANGE = b"[conductance]\nmin = 1e-9\nmax = \"1 uS\"\n"

CORPORA = {
    "Npy": {
        "u1": npy("|u1", "(2, 4)", bytes(range(8))),
        "f8": npy("<f8", "(1, 2, 3, 4)", struct.pack("<24d", *range(24))),
        "flat": npy("|u1", "(2, 24)", bytes(48), version=2),
        "line": npy("<i2", "(3,)", struct.pack("<3h", 0, -1, 300), version=3),
        "fortran": npy("<u2", "(2, 4)", struct.pack("<8H", *range(8)), order="True"),
        "bool": npy("|b1", "(4, 1)", b"\0\1\1\0"),
    },
    "Csv": {
        "steps": b"t,id\n0,1\n2,3\n2,3\n",
        "bare": b"0 1\n2 3\n",
        "seconds": b"t_s,id\r\n0.001,1\r\n0.0030,3\r\n",
        "camera": b"t,x,y,p\n10,1,2,0\n900,3,0,1\n1500,0,0,0\n3000,1,1,1\n",
        "camera_ms": b"t_ms;x;y;p\n0.5;1;2;0\n9.5;1;2;0\n",
        "camera_steps": b"# remark\nstep,x,y,p\n0,1,2,0\n5,3,0,1\n",
    },
    "Idx": {
        "labels": idx((3,), b"\1\2\3"),
        "images": idx((2, 3, 4), bytes(range(24))),
        "packed": gzip.compress(idx((40, 5), bytes(200)), mtime=0),
        "empty": idx((0, 28, 28), b""),
    },
    "Nmnist": {
        "short": record(1, 2, 0, 10) + record(3, 0, 1, 900) + record(0, 0, 0, 2500),
        "wide": b"".join(record(i % 34, i * 7 % 34, i % 2, 100 * i) for i in range(40)),
        "late": record(0, 0, 1, 0) + record(1, 1, 0, 0x7FFFFF),
    },
    "Device": {
        "exponential": b"name = 'x'\n[conductance]\nr_on = '26 MOhm'\non_off = 12.5\nlevels = 98\n[up]\n"
                       b"model = 'exponential'\npulses = 97\nlabel = 2.4\n[down]\nmodel = 'exponential'\npulses = 9\n"
                       b"curvature = -0.5\nvoltage = '-2 V'\nwidth = '1 us'\n[cycle]\nsigma = '3 %'\n",
        "linear": RANGE + b"[up]\nmodel = 'linear'\nstep = 0.1\nslope = 0.5\n[down]\nmodel = 'soft-bounds'\npulses = 9\n"
                          b"[erase]\nlevel = 0.1\n[stuck]\noff = 0.1\n[endurance]\nthreshold = 3\nexponent = 1\nend = 'on'\n",
        "bent": RANGE + b"[up]\nmodel = 'exp-step'\nstep = 0.1\namplitude = -2\nrate = 3\n[down]\nmodel = 'pow-step'\n"
                        b"step = 0.1\nexponent = 2\n[retention]\nlaw = 'pcm'\nprogramming_error = true\n",
        "steps": RANGE + b"[up]\nmodel = 'piecewise'\nsteps = [0.1, 0.2, 0]\n[[variation]]\nparameter = 'step'\nsigma = 1\n"
                         b"low = -1\nhigh = 2\ngradient_rows = 0.1\ncorrelation_length = 3\ncorrelated_share = 0.5\n",
        "measured": RANGE + b"[up]\nmodel = 'piecewise'\nmeasured = 'm.csv'\nnodes = 5\n[write_verify]\niterations = 3\n"
                            b"\n---\n0,1\n1,2\n2,2.5\n3,2.5\n",
    },
    "Curve": {
        "single": b"pulse,conductance_uS\n0,1\n1,2\n2,2.5\n5,2.6\n",
        "pair": b"up_nS;down_nS\n1;9\n3;5\n6;2\n8;1\n9;\n",
        "three": b"# remark\r\n0,1e-6,9e-6\r\n1,3e-6,4e-6\r\n2,3e-6,4.5e-6\r\n4,8e-6,1e-6\r\n",
    },
}

for name, files in CORPORA.items():
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
