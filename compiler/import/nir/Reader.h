// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading HDF5 in a process of its own: the library has a history of memory errors on malformed
// files, so whatever happens there must not happen here.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_READER_H
#define SPINDLE_COMPILER_IMPORT_NIR_READER_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spindle::nir {

/// The flat form (Flat.h) of a NIR file, read by a child process with limits on memory, time, file
/// size and open files. Throws UserError, without the file's name, when there is none.
std::vector<std::byte> readFlat(const std::string &file);

/// The child's work: writes frames {u32 bytes, payload} of the flat form to `pipe`, no more than
/// `maxBytes`, and a frame of length 0 at the end; or a frame of length 0xffffffff, then u32 bytes
/// and a message.
void streamFile(const std::string &file, int pipe, uint64_t maxBytes);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_READER_H
