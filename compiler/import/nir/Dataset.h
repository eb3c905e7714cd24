// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One dataset of a NIR file, read by the child process: what is not plain numbers or strings,
// stored in the file itself, is refused.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_DATASET_H
#define SPINDLE_COMPILER_IMPORT_NIR_DATASET_H

#include "compiler/import/nir/Hdf5.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spindle::nir {

class Dataset {
public:
  /// `where` begins the message of every UserError: "node 'fc1': 'weight'".
  Dataset(hid_t parent, const std::string &name, std::string where);

  bool isString() const { return isString_; }
  bool real() const { return real_; }
  bool single() const { return single_; }
  const std::vector<int64_t> &shape() const { return shape_; }
  uint64_t size() const { return size_; }

  std::vector<double> numbers() const;
  std::vector<std::string> strings() const;

private:
  [[noreturn]] void refuse(const std::string &why) const;
  void checkStorage() const;
  void checkType();
  void checkShape();

  std::string where_;
  Handle set_, type_;
  std::vector<int64_t> shape_;
  uint64_t size_ = 1;
  bool isString_ = false, real_ = false, single_ = false, boolean_ = false;
};

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_DATASET_H
