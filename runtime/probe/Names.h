// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the user asks to record, by name, and the files it goes to.
#ifndef SPINDLE_RUNTIME_PROBE_NAMES_H
#define SPINDLE_RUNTIME_PROBE_NAMES_H

#include "runtime/image/Image.h"

#include <string>
#include <string_view>
#include <vector>

namespace spindle::probe {

/// A node and what of it: "spikes", states, observed values.
struct Request {
  std::string node;
  std::vector<std::string> terms;
};

/// Parses `pop:spikes,v`; without `:…` it means spikes. Throws UserError.
Request parseRequest(std::string_view text);

/// The image's outputs, their spikes.
std::vector<Request> defaultRequests(const image::Image &image);

/// Index of the node; throws UserError that lists the names there are.
uint32_t findNode(const image::Image &image, std::string_view name);

/// Index of a state or observed value; throws UserError that lists what the node has.
uint32_t findTerm(const image::Image &image, uint32_t node, std::string_view term);

/// The name as part of a file name: letters, digits, `-`, `_` and inner dots stay, the rest is %XX.
std::string fileNameOf(std::string_view node);

} // namespace spindle::probe

#endif // SPINDLE_RUNTIME_PROBE_NAMES_H
