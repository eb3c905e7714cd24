// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An owner for HDF5's identifiers.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_HDF5_H
#define SPINDLE_COMPILER_IMPORT_NIR_HDF5_H

#include <hdf5.h>

#include <utility>

namespace spindle::nir {

/// Closes what it holds; false when the call that made it failed.
class Handle {
public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle &&other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle(const Handle &) = delete;
  Handle &operator=(const Handle &) = delete;
  Handle &operator=(Handle &&) = delete;
  ~Handle() {
    if (id_ >= 0)
      close_(id_);
  }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

private:
  hid_t id_;
  Close close_;
};

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_HDF5_H
