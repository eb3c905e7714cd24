# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Configuration of the lit tests. Tools: spindle-opt, spindle, FileCheck, not, split-file.
import os
import shutil

import lit.formats

config.name = "spindle"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.spindle_obj

path = [config.spindle_bin, config.llvm_bin, "/usr/lib/llvm-19/bin", os.environ["PATH"]]
config.environment["PATH"] = os.pathsep.join(path)
for name in ("HOME", "XDG_CACHE_HOME", "SPINDLE_CACHE", "CCACHE_DIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# SPINDLE_ROUNDTRIP=1: every module is also printed and parsed again before it is used.
roundtrip = os.environ.get("SPINDLE_ROUNDTRIP") == "1"
config.substitutions.append(
    ("%spindle-opt", "spindle-opt --verify-roundtrip" if roundtrip else "spindle-opt"))

for tool in ("verilator", "iverilog", "yosys"):
    if shutil.which(tool):
        config.available_features.add(tool)
