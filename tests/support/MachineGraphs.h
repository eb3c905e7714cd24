// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The shapes of well-known networks, as the mapping sees them: slices, traffic, expected rows.
#ifndef SPINDLE_TESTS_SUPPORT_MACHINEGRAPHS_H
#define SPINDLE_TESTS_SUPPORT_MACHINEGRAPHS_H

#include "compiler/mapping/MachineGraph.h"

namespace spindle::test {

/// Brunel's balanced network: 12,500 neurons, each with its own Poisson source.
map::MachineGraph balancedNetwork();

/// The cortical microcircuit of 77,169 neurons at `scale` of 1, each with its own Poisson source.
map::MachineGraph microcircuit(double scale);

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_MACHINEGRAPHS_H
