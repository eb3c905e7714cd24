// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NIR's neuron types as models in the snn dialect's own language, one per type and numeric profile.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_MODELS_H
#define SPINDLE_COMPILER_IMPORT_NIR_MODELS_H

#include <string>
#include <string_view>
#include <vector>

namespace spindle::nir {

/// The profiles, in the order in which they are listed to the user; the first one is the default.
const std::vector<std::string> &profileNames();

/// The neuron types: I, IF, LI, LIF, CubaLI, CubaLIF, Threshold.
const std::vector<std::string> &neuronTypes();

/// The text of `snn.model @<type> ...` for one of neuronTypes() in one of profileNames().
std::string modelText(std::string_view type, std::string_view profile);

/// Whether the model of `type` depends on the step.
bool needsDt(std::string_view type);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_MODELS_H
