// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Dataset.h"

#include "compiler/import/nir/Flat.h"
#include "runtime/image/Errors.h"

#include <cstring>
#include <utility>

namespace spindle::nir {

Dataset::Dataset(hid_t parent, const std::string &name, std::string where)
    : where_(std::move(where)), set_(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose),
      type_(set_.valid() ? H5Dget_type(set_) : -1, H5Tclose) {
  if (!set_.valid() || !type_.valid())
    refuse("cannot be read: the file is damaged");
  checkShape();
  checkType();
  checkStorage();
}

void Dataset::refuse(const std::string &why) const { throw UserError(where_ + " " + why); }

void Dataset::checkShape() {
  Handle space(H5Dget_space(set_), H5Sclose);
  int rank = space.valid() ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL)
    refuse("is empty; a value is needed");
  if (rank > static_cast<int>(kMaxRank))
    refuse("has " + std::to_string(rank) + " dimensions; at most 8 are read");
  std::vector<hsize_t> dims(static_cast<size_t>(rank) + 1);
  if (H5Sget_simple_extent_dims(space, dims.data(), nullptr) != rank)
    refuse("cannot be read: the file is damaged");
  dims.resize(static_cast<size_t>(rank));
  bool large = false;
  for (hsize_t d : dims) {
    shape_.push_back(static_cast<int64_t>(d));
    if (d != 0 && size_ > ~uint64_t{0} / d)
      large = true;
    else
      size_ *= d;
    large |= d > kMaxElements;
  }
  if (large || size_ > kMaxElements) {
    std::string text;
    for (hsize_t d : dims)
      text += (text.empty() ? "" : "x") + std::to_string(d);
    refuse("has " + text + " elements; at most 2^28 = 268435456 are read from one dataset");
  }
}

void Dataset::checkType() {
  if (H5Tcommitted(type_) != 0)
    refuse("has a named data type; plain numbers or text are needed");
  switch (H5Tget_class(type_)) {
  case H5T_STRING:
    isString_ = true;
    if (H5Tis_variable_str(type_) <= 0 && H5Tget_size(type_) > kMaxString)
      refuse("is a text of more than 64 KiB");
    return;
  case H5T_INTEGER:
    if (H5Tget_size(type_) > 8)
      refuse("holds integers of more than 64 bits");
    return;
  case H5T_FLOAT:
    real_ = true;
    for (hid_t known : {H5T_IEEE_F32LE, H5T_IEEE_F32BE})
      single_ |= H5Tequal(type_, known) > 0;
    for (hid_t known : {H5T_IEEE_F64LE, H5T_IEEE_F64BE})
      if (H5Tequal(type_, known) > 0)
        return;
    if (!single_)
      refuse("holds floating-point numbers that are neither float32 nor float64; "
             "convert them to one of these");
    return;
  case H5T_ENUM: { // how booleans are written
    Handle base(H5Tget_super(type_), H5Tclose);
    boolean_ = base.valid() && H5Tget_class(base) == H5T_INTEGER && H5Tget_size(base) == 1;
    if (boolean_)
      return;
    break;
  }
  default:
    break;
  }
  refuse("has a data type that NIR does not use (compound, reference, opaque, ragged, …); "
         "numbers or text are needed");
}

void Dataset::checkStorage() const {
  Handle plist(H5Dget_create_plist(set_), H5Pclose);
  if (!plist.valid())
    refuse("cannot be read: the file is damaged");
  H5D_layout_t layout = H5Pget_layout(plist);
  if (layout == H5D_VIRTUAL || H5Pget_external_count(plist) != 0)
    refuse("lies in another file; only what the file holds itself is read");
  if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
    refuse("cannot be read: the file is damaged");
  int filters = H5Pget_nfilters(plist);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, config = 0;
    size_t values = 0;
    char name[64];
    H5Z_filter_t filter = H5Pget_filter2(plist, static_cast<unsigned>(i), &flags, &values, nullptr,
                                         sizeof name, name, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE)
      refuse("is compressed with filter " + std::to_string(filter) +
             "; only deflate and shuffle are read (write it without, or with gzip)");
  }
  if (size_ > 0 && H5Dget_storage_size(set_) == 0)
    refuse("has a size but no data");
}

std::vector<double> Dataset::numbers() const {
  std::vector<double> out(size_);
  if (size_ == 0)
    return out;
  herr_t status = -1;
  if (boolean_) { // HDF5 converts no enumeration to a number
    std::vector<signed char> bytes(size_);
    status = H5Dread(set_, type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    out.assign(bytes.begin(), bytes.end());
  } else {
    status = H5Dread(set_, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data());
  }
  if (status < 0)
    refuse("cannot be read: the file is truncated or damaged");
  return out;
}

std::vector<std::string> Dataset::strings() const {
  std::vector<std::string> out;
  if (size_ == 0)
    return out;
  if (size_ > 2 * uint64_t{kMaxEdges})
    refuse("has " + std::to_string(size_) + " texts; at most 8000000 are read");
  Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_cset(memory, H5Tget_cset(type_));
  if (H5Tis_variable_str(type_) > 0) {
    H5Tset_size(memory, H5T_VARIABLE);
    std::vector<char *> texts(size_);
    if (H5Dread(set_, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()) < 0)
      refuse("cannot be read: the file is truncated or damaged");
    for (const char *text : texts) // not given back: the process ends soon
      out.emplace_back(text ? std::string(text, strnlen(text, kMaxString + 1)) : std::string());
  } else {
    size_t width = H5Tget_size(type_);
    if (width * size_ > kMaxElements)
      refuse("has more text than is read");
    H5Tset_size(memory, width + 1); // room for the terminator
    std::vector<char> texts((width + 1) * size_);
    if (H5Dread(set_, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()) < 0)
      refuse("cannot be read: the file is truncated or damaged");
    for (uint64_t i = 0; i < size_; ++i) {
      const char *text = texts.data() + i * (width + 1);
      out.emplace_back(text, strnlen(text, width));
    }
  }
  for (const std::string &text : out)
    if (text.size() > kMaxString)
      refuse("holds a text of more than 64 KiB");
  return out;
}

} // namespace spindle::nir
