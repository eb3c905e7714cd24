// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/LearntFiles.h"

#include "runtime/io/Npy.h"
#include "runtime/probe/Names.h"

#include <map>
#include <span>

namespace spindle::probe {

std::vector<std::string> writeLearnt(const std::filesystem::path &folder, const image::Image &image,
                                     const std::vector<LearntWeights> &learnt) {
  std::vector<std::string> files;
  std::map<std::pair<uint32_t, uint32_t>, int> seen;
  for (const LearntWeights &weights : learnt) {
    int number = ++seen[{weights.source, weights.target}];
    auto nameOf = [&](uint32_t node) {
      return fileNameOf(image.meta().nodes()->Get(node)->name()->string_view());
    };
    std::string name = nameOf(weights.source) + "-" + nameOf(weights.target) +
                       (number > 1 ? "." + std::to_string(number) : "") + ".weights.npy";
    std::vector<double> rows;
    for (size_t k = 0; k < weights.weight.size(); ++k)
      rows.insert(rows.end(), {double(weights.from[k]), double(weights.to[k]), weights.weight[k]});
    int64_t shape[] = {static_cast<int64_t>(weights.weight.size()), 3};
    io::writeNpy(folder / name, io::NpyType::F64, shape, std::span<const double>(rows));
    files.push_back(name);
  }
  return files;
}

} // namespace spindle::probe
