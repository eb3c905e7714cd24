// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/hw-dnn/Data.h"

#include "runtime/image/Errors.h"
#include "runtime/io/Idx.h"

#include <cstdlib>
#include <filesystem>

namespace spindle::hwdnn {

namespace fs = std::filesystem;
using learning::Images;

namespace {

Images read(const fs::path &folder, const std::string &part) {
  fs::path imageFile = io::findIdx(folder, part + "-images-idx3-ubyte");
  fs::path labelFile = io::findIdx(folder, part + "-labels-idx1-ubyte");
  io::IdxArray images = io::readIdx(imageFile), labels = io::readIdx(labelFile);
  if (images.shape.size() != 3 || images.shape[1] != 28 || images.shape[2] != 28)
    throw InputError(imageFile.string() + ": not images of 28 x 28");
  if (labels.shape.size() != 1 || labels.shape[0] != images.shape[0])
    throw InputError(labelFile.string() + ": not a label for each image");
  for (uint8_t label : labels.bytes)
    if (label > 9)
      throw InputError(labelFile.string() + ": a label above 9");
  return {28, 28, std::move(images.bytes), std::move(labels.bytes)};
}

} // namespace

Data loadData(const std::string &folder, bool synthetic) {
  fs::path place = folder;
  if (folder.empty() && !synthetic)
    if (const char *shared = std::getenv("SPINDLE_SHARED_DATA"))
      if (fs::is_directory(fs::path(shared) / "mnist"))
        place = fs::path(shared) / "mnist";
  if (place.empty() || synthetic)
    return {learning::syntheticDigits(20000, 1), learning::syntheticDigits(5000, 2),
            "synthetic digits"};
  return {read(place, "train"), read(place, "t10k"), place.string()};
}

Data validationSplit(const Data &data) {
  size_t n = data.training.count(), held = n > 60000 / 6 * 2 ? 10000 : n / 6;
  Images kept = learning::firstOf(data.training, n - held), rest{28, 28, {}, {}};
  for (size_t i = n - held; i < n; ++i) {
    auto image = data.training.at(i);
    rest.pixels.insert(rest.pixels.end(), image.begin(), image.end());
    rest.labels.push_back(data.training.labels[i]);
  }
  return {std::move(kept), std::move(rest), data.origin + ", held-out training images"};
}

} // namespace spindle::hwdnn
