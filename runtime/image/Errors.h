// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The errors that a user can cause; each carries a finished sentence. The command maps them to exit
// codes.
#ifndef SPINDLE_RUNTIME_IMAGE_ERRORS_H
#define SPINDLE_RUNTIME_IMAGE_ERRORS_H

#include <stdexcept>

namespace spindle {

/// Wrong input, option or file: exit code 1.
struct UserError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A spike file or an injected value that an engine cannot take.
struct InputError : UserError {
  using UserError::UserError;
};
/// A damaged, foreign or newer image.
struct ImageError : UserError {
  using UserError::UserError;
};
/// The network does not fit the machine: exit code 2. The text names resource, needed and
/// available.
struct FitError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_IMAGE_ERRORS_H
