// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/stimulus/Stimulus.h"

namespace spindle::stimulus {

namespace fb = image::fb;

std::vector<CurrentInput> currentsOf(const image::Image &image, uint64_t seed) {
  std::vector<CurrentInput> list;
  if (!image.meta().currents())
    return list;
  for (const fb::CurrentSource *source : *image.meta().currents()) {
    CurrentInput input{source->node(), source->port(), {}, {}};
    number::Current &c = input.current;
    c.kind = static_cast<number::CurrentKind>(source->kind());
    c.start = source->start(), c.stop = source->stop();
    c.amplitude = source->amplitude(), c.offset = source->offset();
    c.frequency = source->frequency(), c.phase = source->phase();
    c.hold = source->hold();
    auto times = image.array<uint64_t>(*source->times());
    auto amplitudes = image.array<double>(*source->amplitudes());
    auto neurons = image.array<uint32_t>(*source->neurons());
    c.times.assign(times.begin(), times.end());
    c.amplitudes.assign(amplitudes.begin(), amplitudes.end());
    c.seed = seed, c.object = source->object();
    input.neurons.assign(neurons.begin(), neurons.end());
    list.push_back(std::move(input));
  }
  return list;
}

std::vector<PoissonInput> poissonOf(const image::Image &image, uint64_t seed) {
  std::vector<PoissonInput> list;
  if (!image.meta().poisson())
    return list;
  for (const fb::PoissonSource *source : *image.meta().poisson()) {
    auto size = static_cast<uint32_t>(image.meta().nodes()->Get(source->node())->size());
    list.push_back({source->node(), source->start(), source->stop(),
                    number::Poisson(seed, source->object(), size,
                                    image.array<double>(*source->mean()->data())),
                    std::vector<uint16_t>(size)});
  }
  return list;
}

} // namespace spindle::stimulus
