// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/reference/Neurons.h"

#include "runtime/machine/NonZero.h"
#include "sim/number/Fixed.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spindle::reference {
namespace fb = image::fb;

namespace {

Column expand(const image::Image &image, const fb::Column &column, bool fixedPoint, uint64_t size) {
  Column out;
  auto fill = [&](auto values, auto &into) {
    if (values.size() == 1)
      into.assign(size, values[0]);
    else
      into.assign(values.begin(), values.end());
  };
  if (fixedPoint)
    fill(image.array<int32_t>(*column.data()), out.fixed);
  else
    fill(image.array<double>(*column.data()), out.real);
  return out;
}

Column blank(bool fixedPoint, uint64_t size) {
  Column out;
  if (fixedPoint)
    out.fixed.assign(size, 0);
  else
    out.real.assign(size, 0.0);
  return out;
}

/// A real in units of 1 / scale: round half to even, saturating (docs/semantics.md R5).
int32_t toFixed(double value, double scale) {
  double scaled = number::roundHalfEven(value * scale);
  if (scaled >= 2147483647.0)
    return std::numeric_limits<int32_t>::max();
  if (scaled <= -2147483648.0)
    return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(scaled);
}

} // namespace

Neurons::Neurons(const image::Image &image, uint32_t node, const KernelLibrary *kernels) {
  const fb::Node &meta = *image.meta().nodes()->Get(node);
  size_ = meta.size();
  emitKind_ = meta.emit();
  size_t ports = 1;
  if (meta.kind() == fb::NodeKind_Population) {
    const fb::Model &model = *image.meta().models()->Get(static_cast<uint32_t>(meta.model()));
    const fb::ReferenceNode &own = *image.meta().program_as_Reference()->nodes()->Get(node);
    number_ = model.number();
    onset_ = own.onset();
    if (!kernels)
      throw ImageError("the image holds populations but no kernels");
    kernel_ = kernels->find((meta.kernel() ? meta.kernel() : model.kernel())->str());
    for (const fb::Term *port : *model.input())
      scale_.push_back(std::ldexp(32768.0, port->gain()));
    for (const fb::Term *term : *model.state())
      unit_.push_back(term->number() == fb::Number_I32 ? 1.0 : 1.0 / 32768.0);
    ports = model.input() ? model.input()->size() : 0;
    if (own.param())
      for (const fb::Column *c : *own.param())
        param_.push_back(expand(image, *c, fixedPoint(), size_));
    if (own.init())
      for (const fb::Column *c : *own.init())
        initial_.push_back(expand(image, *c, fixedPoint(), size_));
  }
  state_ = initial_;
  input_.assign(ports, std::vector<double>(size_, 0.0));
  emit_ = blank(fixedPoint(), size_);
  events_.reserve(size_);
  for (Column &c : state_)
    statePointers_.push_back(c.data());
  for (Column &c : param_)
    paramPointers_.push_back(c.data());
  fixedInput_.resize(fixedPoint() ? ports : 0);
  for (size_t p = 0; p < ports; ++p) {
    if (fixedPoint())
      fixedInput_[p] = blank(true, size_);
    inputPointers_.push_back(fixedPoint() ? fixedInput_[p].data() : input_[p].data());
  }
}

void Neurons::reset() {
  for (size_t s = 0; s < state_.size(); ++s) {
    std::copy(initial_[s].real.begin(), initial_[s].real.end(), state_[s].real.begin());
    std::copy(initial_[s].fixed.begin(), initial_[s].fixed.end(), state_[s].fixed.begin());
  }
  events_.clear();
}

void Neurons::run(uint64_t now) {
  events_.clear();
  if (now >= onset_) {
    if (kernel_) {
      for (size_t p = 0; p < fixedInput_.size(); ++p)
        std::transform(input_[p].begin(), input_[p].end(), fixedInput_[p].fixed.begin(),
                       [&](double value) { return toFixed(value, scale_[p]); });
      kernel_(0, static_cast<int64_t>(size_), statePointers_.data(), paramPointers_.data(),
              inputPointers_.data(), emit_.data());
    } else {
      std::copy(input_[0].begin(), input_[0].end(), emit_.real.begin());
    }
    collect();
  }
}

void Neurons::collect() {
  if (!fixedPoint()) {
    const double *emitted = emit_.real.data();
    forEachNonZero(emitted, size_,
                   [&](size_t i) { events_.push_back({static_cast<uint32_t>(i), emitted[i]}); });
    return;
  }
  const int32_t *emitted = emit_.fixed.data();
  double unit = graded() ? 1.0 / 32768.0 : 1.0; // a power of two: exact
  forEachNonZero(emitted, size_, [&](size_t i) {
    events_.push_back({static_cast<uint32_t>(i), emitted[i] * unit});
  });
}

} // namespace spindle::reference
