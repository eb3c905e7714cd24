#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the kept corpora of the spike readers' fuzzers: a few small files of each format, made here."""
import gzip
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
}

for name, files in CORPORA.items():
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
