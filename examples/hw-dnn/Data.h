// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The images of a run: MNIST's four files, or digits drawn by the program.
#ifndef SPINDLE_EXAMPLES_HWDNN_DATA_H
#define SPINDLE_EXAMPLES_HWDNN_DATA_H

#include "sim/fabric/learning/Images.h"

#include <string>

namespace spindle::hwdnn {

struct Data {
  learning::Images training, test;
  std::string origin; ///< a folder, or "synthetic digits"
};

/// From `folder`; without one from $SPINDLE_SHARED_DATA/mnist or, where that is absent, synthetic
/// (20,000 and 5,000 images). Throws InputError on damaged files and on a named folder without
/// them.
Data loadData(const std::string &folder, bool synthetic);

/// Training images 1..n-10000 against n-9999..n (a sixth where there are fewer): for choosing
/// settings.
Data validationSplit(const Data &data);

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_DATA_H
