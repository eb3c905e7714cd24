// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Windows.h"

#include <algorithm>

namespace spindle::nir {
namespace {

/// One integer per axis, from one for all or one for each.
std::optional<Shape> perAxis(const Node &node, const char *field, size_t axes, int64_t missing,
                             std::string &why) {
  const Array *a = arrayOf(node, field);
  if (!a)
    return Shape(axes, missing);
  Shape out = integersOf(*a);
  if (out.size() == 1)
    out.assign(axes, out[0]);
  if (out.size() != axes) {
    why = std::string("'") + field + "' has " + std::to_string(out.size()) + " entries, not " +
          std::to_string(axes);
    return std::nullopt;
  }
  return out;
}

} // namespace

std::optional<Shape> convInput(const Node &node) {
  const Array *declared = arrayOf(node, "input_shape"), *w = arrayOf(node, "weight");
  size_t axes = node.type == "Conv1d" ? 1 : 2;
  if (!declared || declared->values.empty() || w->shape.size() != axes + 2)
    return std::nullopt;
  Shape spatial = integersOf(*declared);
  if (spatial.size() == 1)
    spatial.assign(axes, spatial[0]);
  if (spatial.size() != axes)
    return std::nullopt;
  const Array *groups = arrayOf(node, "groups");
  int64_t count = groups ? static_cast<int64_t>(groups->values[0]) : 1;
  spatial.insert(spatial.begin(), w->shape[1] * count);
  return spatial;
}

std::optional<Shape> convShape(const Node &node, const Shape &in, std::string &why) {
  size_t axes = node.type == "Conv1d" ? 1 : 2;
  const Array &w = *arrayOf(node, "weight");
  if (w.shape.size() != axes + 2) {
    why = "'weight' has shape " + textOf(w.shape) + "; " + node.type + " needs " +
          std::to_string(axes + 2) + " dimensions (out, in / groups, kernel...)";
    return std::nullopt;
  }
  const Array *g = arrayOf(node, "groups");
  int64_t groups = g ? static_cast<int64_t>(g->values[0]) : 1;
  if (w.shape[0] % groups != 0) {
    why = std::to_string(w.shape[0]) + " output channels cannot be split into " +
          std::to_string(groups) + " groups";
    return std::nullopt;
  }
  if (in.size() != axes + 1 || in[0] != w.shape[1] * groups) {
    why = "takes " + std::to_string(w.shape[1] * groups) + " channels over " +
          std::to_string(axes) + (axes == 1 ? " axis" : " axes") + ", but is given " + textOf(in);
    return std::nullopt;
  }
  auto stride = perAxis(node, "stride", axes, 1, why);
  auto dilation = perAxis(node, "dilation", axes, 1, why);
  auto it = node.fields.find("padding");
  const auto *word = it == node.fields.end() ? nullptr : std::get_if<std::string>(&it->second);
  auto padding = word ? Shape(axes, 0) : perAxis(node, "padding", axes, 0, why);
  if (!stride || !dilation || !padding)
    return std::nullopt;
  Shape out{w.shape[0]};
  for (size_t a = 0; a < axes; ++a) {
    if (word && *word == "same") {
      if ((*stride)[a] != 1) {
        why = "padding 'same' goes with stride 1 only";
        return std::nullopt;
      }
      out.push_back(in[a + 1]);
      continue;
    }
    int64_t room = in[a + 1] + 2 * (*padding)[a] - (*dilation)[a] * (w.shape[a + 2] - 1) - 1;
    if (room < 0) {
      why = "the kernel of shape " + textOf(w.shape) + " is larger than its input " + textOf(in);
      return std::nullopt;
    }
    out.push_back(room / (*stride)[a] + 1);
  }
  return out;
}

std::optional<Shape> poolShape(const Node &node, const Shape &in, std::string &why) {
  if (in.size() != 3) {
    why = "takes (channels, height, width), but is given " + textOf(in);
    return std::nullopt;
  }
  auto kernel = perAxis(node, "kernel_size", 2, 1, why);
  if (!kernel)
    return std::nullopt;
  auto stride = arrayOf(node, "stride") ? perAxis(node, "stride", 2, 1, why) : kernel;
  auto padding = perAxis(node, "padding", 2, 0, why);
  if (!stride || !padding)
    return std::nullopt;
  Shape out{in[0]};
  for (size_t a = 0; a < 2; ++a) {
    int64_t room = in[a + 1] + 2 * (*padding)[a] - (*kernel)[a];
    if (room < 0) {
      why = "the window of " + textOf(*kernel) + " is larger than its input " + textOf(in);
      return std::nullopt;
    }
    out.push_back(room / (*stride)[a] + 1);
  }
  return out;
}

std::optional<std::pair<size_t, size_t>> flattenAxes(const Node &node, size_t rank, bool batched) {
  auto axis = [&](const char *field, int64_t missing) {
    const Array *a = arrayOf(node, field);
    int64_t v = a && a->values.size() == 1 ? static_cast<int64_t>(a->values[0]) : missing;
    if (v < 0)
      return v + static_cast<int64_t>(rank); // counted from the end: a batch axis changes nothing
    return batched ? std::max<int64_t>(0, v - 1) : v;
  };
  int64_t first = axis("start_dim", 1), last = axis("end_dim", -1);
  if (first < 0 || last < first || last >= static_cast<int64_t>(rank))
    return std::nullopt;
  return std::pair(static_cast<size_t>(first), static_cast<size_t>(last));
}

Shape flattenShape(const Shape &in, std::pair<size_t, size_t> axes) {
  Shape out(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(axes.first));
  int64_t joined = 1;
  for (size_t a = axes.first; a <= axes.second; ++a)
    joined *= in[a];
  out.push_back(joined);
  out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(axes.second) + 1, in.end());
  return out;
}

} // namespace spindle::nir
