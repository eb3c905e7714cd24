// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spiking content-addressable memory of the hippocampus: the network as text, and recordings of
// it from a real machine.
#ifndef SPINDLE_TESTS_SUPPORT_CAM_H
#define SPINDLE_TESTS_SUPPORT_CAM_H

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace spindle::test {

/// A recording: which neurons of which population spiked in which step. The columns INcue and
/// INcont are the stimulus.
struct CamRecording {
  unsigned cues = 0, contents = 0;
  std::vector<std::string> columns; ///< without the time
  std::vector<std::map<std::string, std::set<uint32_t>>> steps;
};

/// Reads a table; the sizes are those of `cues` and `contents`, or what the table shows where they
/// are 0.
CamRecording readCam(const std::filesystem::path &file, unsigned cues = 0, unsigned contents = 0);

/// The network; its nodes have the names of the columns.
std::string camText(unsigned cues, unsigned contents);

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_CAM_H
