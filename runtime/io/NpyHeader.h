// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Python dictionary at the start of a .npy file. Private to runtime/io.
#ifndef SPINDLE_RUNTIME_IO_NPYHEADER_H
#define SPINDLE_RUNTIME_IO_NPYHEADER_H

#include "runtime/io/Npy.h"

#include <string_view>

namespace spindle::io {

struct NpyHeader {
  std::string type; ///< as written: "<f8"
  bool fortran = false;
  std::vector<int64_t> shape;
};

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`; throws InputError with a
/// reason.
NpyHeader parseNpyHeader(std::string_view text);

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_NPYHEADER_H
