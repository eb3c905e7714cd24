#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the dependency rules between folders: what each may include, and that the arrows have no cycle.

A file may include headers of its own folder, of folders that its rule names, and of what the rules of those
folders name is *not* inherited: every arrow is written down here. Prints each violation as file:line; exit 1.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder: (folders it may include, may it include MLIR)
RULES = {
    "dialects/snn": ([], True),
    "dialects/spinn": ([], True),
    "dialects/xbar": ([], True),
    "sim/number": ([], False),
    "sim/device": (["sim/number"], False),
    "runtime/image": ([], False),
    "runtime/machine": (["runtime/image"], False),
    "runtime/io": (["runtime/image", "runtime/machine"], False),
    "runtime/probe": (["runtime/image", "runtime/machine", "runtime/io"], False),
    "runtime/report": (["runtime/image", "runtime/machine", "runtime/io", "runtime/probe"], False),
    "sim/network": (["runtime/image", "sim/number"], False),
    "sim/stimulus": (["runtime/image", "sim/number"], False),
    "sim/reference": (["runtime/image", "runtime/machine", "runtime/probe", "sim/network", "sim/number", "sim/device",
                       "sim/stimulus"], False),
    "sim/spinn": (["runtime/image", "runtime/machine", "runtime/probe", "sim/network", "sim/number", "sim/device",
                   "sim/stimulus"], False),
    "sim/fabric": (["runtime/image", "runtime/machine", "runtime/probe", "sim/number", "sim/device"], False),
    "compiler/builder": ([], False),
    "compiler/import": (["dialects/snn", "runtime/image"], True),
    "compiler/transforms": (["dialects/snn", "sim/number", "sim/device"], True),
    "compiler/models": (["dialects/snn"], True),
    "compiler/mapping": ([], False),
    "compiler/codegen": (["dialects/snn", "sim/number", "sim/device"], True),
    "compiler/codegen/cpu": (["dialects/snn", "compiler/codegen"], True),
    "compiler/codegen/verilog": (["dialects/snn", "compiler/codegen"], True),
    "compiler/conversion/snn-to-spinn": (
        ["dialects/snn", "dialects/spinn", "compiler/mapping", "compiler/transforms", "compiler/codegen",
         "sim/number", "sim/device"], True),
    "compiler/conversion/snn-to-xbar": (
        ["dialects/snn", "dialects/xbar", "compiler/mapping", "compiler/transforms", "compiler/codegen",
         "sim/number", "sim/device"], True),
    "compiler/pipelines": (
        ["dialects/snn", "dialects/spinn", "dialects/xbar", "compiler/transforms", "compiler/codegen",
         "compiler/codegen/cpu", "compiler/codegen/verilog", "compiler/conversion/snn-to-spinn",
         "compiler/conversion/snn-to-xbar", "runtime/image", "sim/number", "sim/device"], True),
}
FREE = ("tools", "tests", "bench", "examples")  # may include everything
# compiler/import may not see HDF5's header outside its reader and writer; that is reviewed, not checked here.


def folder_of(path: str):
    """The longest rule that `path` lies in; None for FREE folders."""
    if path.split("/")[0] in FREE:
        return None
    hits = [f for f in RULES if path == f or path.startswith(f + "/")]
    return max(hits, key=len) if hits else ""


def cycle():
    """A cycle among the rules, as a list of folders, or None."""
    state = {}

    def visit(folder, path):
        state[folder] = 1
        for target in RULES[folder][0]:
            if state.get(target) == 1:
                return path + [target]
            if target not in state:
                found = visit(target, path + [target])
                if found:
                    return found
        state[folder] = 2
        return None

    for folder in RULES:
        if folder not in state:
            found = visit(folder, [folder])
            if found:
                return found
    return None


def main() -> int:
    bad = []
    found = cycle()
    if found:
        bad.append("the rules have a cycle: " + " -> ".join(found))
    include = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
    files = [p for top in ("dialects", "compiler", "runtime", "sim", "tools", "tests", "bench", "examples")
             for ext in ("*.h", "*.cpp") for p in sorted((ROOT / top).rglob(ext))]
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        here = folder_of(name)
        if here == "":
            bad.append(f"{name}: its folder has no rule in tools/check_includes.py")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = include.match(line)
            if not match:
                continue
            header = match.group(2)
            if header.startswith(("../", "./")):
                bad.append(f"{name}:{number}: '{header}': include paths start at the root")
            if here is None:
                continue
            if header.startswith("mlir/") and not RULES[here][1]:
                bad.append(f"{name}:{number}: '{header}': {here} includes no MLIR")
            if header.split("/")[0] in ("dialects", "compiler", "runtime", "sim", "tools", "tests", "bench", "rtl"):
                there = folder_of(header)
                if there is None or (there != here and there not in RULES[here][0]):
                    bad.append(f"{name}:{number}: '{header}': {here} may not include {there or header}")
    print("\n".join(bad) if bad else f"{len(files)} files keep the include rules")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
