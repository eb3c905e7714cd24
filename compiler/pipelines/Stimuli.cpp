// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Current and Poisson sources of an image: milliseconds and hertz become steps.
#include "compiler/codegen/Derive.h"
#include "compiler/pipelines/ImageMeta.h"
#include "sim/number/Poisson.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace spindle {

namespace {

namespace fb = image::fb;

constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

class StimulusWriter {
public:
  StimulusWriter(image::Writer &writer, snn::NetworkOp network, const transforms::Dataflow &flow)
      : writer(writer), b(writer.builder()), flow(flow),
        dt(network.getDt() ? network.getDt()->convertToDouble() * 1e3 : 0.0) {}

  FailureOr<Stimuli> write() {
    std::vector<flatbuffers::Offset<fb::CurrentSource>> currents;
    for (snn::CurrentOp current : flow.currents)
      if (failed(add(current, currents)))
        return failure();
    std::vector<flatbuffers::Offset<fb::PoissonSource>> sources;
    for (auto [object, each] : llvm::enumerate(flow.sources)) {
      snn::SourceOp source = each;
      if (source.getKind() == snn::SourceKind::Poisson &&
          failed(add(source, static_cast<uint32_t>(object), sources)))
        return failure();
    }
    Stimuli result;
    result.currents = b.CreateVector(currents);
    result.poisson = b.CreateVector(sources);
    return result;
  }

private:
  /// Milliseconds as steps.
  uint64_t steps(double ms) const {
    double count = std::round(ms / dt);
    return count < 9e18 ? static_cast<uint64_t>(count) : kNever;
  }
  /// Both are counted from the target's onset.
  static uint64_t later(uint64_t step, uint64_t onset) {
    return step > kNever - onset ? kNever : step + onset;
  }
  LogicalResult needDt(Operation *op, const Twine &who) {
    if (dt > 0.0)
      return success();
    return op->emitError() << who << ": dt is needed: pass --dt (its times and rates depend on the "
                           << "step)";
  }

  LogicalResult add(snn::CurrentOp op, std::vector<flatbuffers::Offset<fb::CurrentSource>> &list) {
    if (failed(needDt(op, "current '" + op.getName() + "'")))
      return failure();
    auto population = op.getTarget().getDefiningOp<snn::PopulationOp>();
    auto onset = static_cast<uint64_t>(population.getOnset());
    ArrayRef<int64_t> chosen = op.getNeurons().value_or(ArrayRef<int64_t>());
    fb::Blob neurons = writer.addArray(std::vector<uint32_t>(chosen.begin(), chosen.end()));
    std::vector<uint64_t> times;
    std::vector<double> amplitudes;
    if (op.getKind() == snn::CurrentKind::Step) {
      for (double ms : op.getParameters().getAs<DenseF64ArrayAttr>("times").asArrayRef())
        times.push_back(later(steps(ms), onset));
      llvm::append_range(amplitudes,
                         op.getParameters().getAs<DenseF64ArrayAttr>("amplitudes").asArrayRef());
    }
    fb::Blob timeBlob = writer.addArray(times), amplitudeBlob = writer.addArray(amplitudes);
    bool noisy = op.getKind() == snn::CurrentKind::Noisy;
    double infinity = std::numeric_limits<double>::infinity();
    list.push_back(fb::CreateCurrentSource(
        b, flow.index.lookup(op.getTarget()), static_cast<uint32_t>(op.portIndex()),
        static_cast<fb::CurrentKind>(op.getKind()), &neurons,
        later(steps(op.parameter("start")), onset),
        later(steps(op.parameter("stop", infinity)), onset),
        op.parameter(noisy ? "stdev" : "amplitude"), op.parameter(noisy ? "mean" : "offset"),
        op.parameter("frequency") * dt * 1e-3, op.parameter("phase") / 360.0,
        std::max<uint64_t>(1, steps(op.parameter("dt", dt))), &timeBlob, &amplitudeBlob,
        static_cast<uint32_t>(list.size())));
    return success();
  }

  LogicalResult add(snn::SourceOp op, uint32_t object,
                    std::vector<flatbuffers::Offset<fb::PoissonSource>> &list) {
    std::string who = ("source '" + op.getName() + "'").str();
    if (failed(needDt(op, who)))
      return failure();
    std::vector<double> means;
    if (op.getRate()) {
      means.push_back(op.getRate()->convertToDouble());
    } else {
      auto rates = transforms::readReals(*op.getRates());
      if (failed(rates))
        return op.emitError() << who << ": its rates cannot be read";
      means = std::move(*rates);
    }
    for (double &mean : means) {
      mean *= dt * 1e-3;
      if (!(mean >= 0.0 && mean <= number::PoissonTable::kMaxMean))
        return op.emitError() << who << ": " << mean << " spikes in a step, 0 to "
                              << number::PoissonTable::kMaxMean << " are possible";
    }
    uint64_t start = steps(op.getStart() ? op.getStart()->convertToDouble() : 0.0);
    uint64_t stop =
        op.getDuration() ? later(steps(op.getDuration()->convertToDouble()), start) : kNever;
    fb::Blob data = writer.addArray(means);
    auto column = fb::CreateColumn(b, &data, means.size());
    list.push_back(
        fb::CreatePoissonSource(b, flow.index.lookup(op.getPop()), object, column, start, stop));
    return success();
  }

  image::Writer &writer;
  flatbuffers::FlatBufferBuilder &b;
  const transforms::Dataflow &flow;
  double dt; ///< in milliseconds
};

} // namespace

FailureOr<Stimuli> writeStimuli(image::Writer &writer, snn::NetworkOp network,
                                const transforms::Dataflow &flow) {
  return StimulusWriter(writer, network, flow).write();
}

} // namespace spindle
