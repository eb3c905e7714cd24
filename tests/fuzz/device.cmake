# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Readers of device files. The kept corpora are written by make_corpus.py.
spindle_fuzz(Device SOURCES DeviceFuzz.cpp LINK spindle::device)
spindle_fuzz(Curve SOURCES CurveFuzz.cpp LINK spindle::device)
