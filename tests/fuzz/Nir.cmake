# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
spindle_fuzz(Nir SOURCES NirFuzz.cpp LINK spindle::nir_graph)
