// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expansion of the maps to synapses. Each map is a visitor that calls back once per non-zero entry;
// it runs twice, to count and to fill, so that no intermediate list is needed.
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Generated.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

using namespace mlir;
using namespace spindle;
using namespace spindle::snn;
using namespace spindle::transforms;

namespace {

/// Called with the column (the map's input), the row (its output), the weight and the delay.
using Visit = llvm::function_ref<void(uint64_t in, uint64_t out, double weight, uint32_t delay)>;

InFlightDiagnostic fail(ProjectOp op) {
  return op.emitError() << "'" << nodeName(op.getSource()) << "' to '" << nodeName(op.getTarget())
                        << "': ";
}

uint64_t product(std::initializer_list<uint64_t> factors) {
  uint64_t result = 1;
  for (uint64_t f : factors)
    if (__builtin_mul_overflow(result, f, &result))
      return std::numeric_limits<uint64_t>::max();
  return result;
}

/// A spatial map with one axis is treated as one with two, the first of length 1.
struct Grid {
  int64_t channels, height, width;
};
Grid grid(Value pop) {
  ArrayRef<int64_t> s = shapeOf(pop);
  return s.size() == 2 ? Grid{s[0], 1, s[1]} : Grid{s[0], s[1], s[2]};
}

struct Window {
  int64_t kernel[2], stride[2], before[2], dilation[2];
};

/// Calls `visit(inY, inX, k)` for the positions of the window at (y, x) that lie inside `in`;
/// k counts through the kernel in row-major order.
void overWindow(const Window &w, const Grid &in, int64_t y, int64_t x,
                llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  for (int64_t ky = 0; ky < w.kernel[0]; ++ky) {
    int64_t iy = y * w.stride[0] - w.before[0] + ky * w.dilation[0];
    if (iy < 0 || iy >= in.height)
      continue;
    for (int64_t kx = 0; kx < w.kernel[1]; ++kx) {
      int64_t ix = x * w.stride[1] - w.before[1] + kx * w.dilation[1];
      if (ix >= 0 && ix < in.width)
        visit(iy, ix, ky * w.kernel[1] + kx);
    }
  }
}

class Expander {
public:
  explicit Expander(ProjectOp op) : op(op) {
    bool forward = op.getDirection() == Direction::Forward;
    from = forward ? op.getSource() : op.getTarget();
    to = forward ? op.getTarget() : op.getSource();
    fromCount = forward ? op.sourceCount() : op.targetCount();
    toCount = forward ? op.targetCount() : op.sourceCount();
    listed = isa<GeneratedAttr, ListAttr>(op.getMap());
  }

  FailureOr<Connectivity> run() {
    if (failed(prepare()))
      return failure();
    Connectivity c;
    c.sources = sizeOf(op.getSource());
    c.targets = sizeOf(op.getTarget());
    if (c.targets > std::numeric_limits<uint32_t>::max() || c.sources >= kMaxSynapses * 16)
      return fail(op) << "a population of this size cannot be expanded";
    magnitude = isMagnitude(op);
    count(c);
    if (c.rowStart.back() > kMaxSynapses)
      return tooMany(c.rowStart.back());
    fill(c);
    if (failed(sortRows(c)))
      return failure();
    return c;
  }

private:
  LogicalResult prepare() {
    return llvm::TypeSwitch<Attribute, LogicalResult>(op.getMap())
        .Case([&](DenseAttr) { return load(); })
        .Case([&](OneToOneAttr) { return op.getWeights() ? load() : success(); })
        .Case([&](ConvAttr) { return prepareConv(); })
        .Case([&](PoolAttr pool) {
          return bound(product({uint64_t(sizeOf(to)), uint64_t(pool.getKernel()[0]),
                                uint64_t(pool.getKernel()[1])}));
        })
        .Case([&](GeneratedAttr) { return prepareGenerated(); })
        .Case([&](ListAttr list) { return prepareList(list); })
        .Default([&](Attribute) { return fail(op) << "an unknown map"; });
  }

  LogicalResult load() {
    auto storage = SymbolTable::lookupNearestSymbolFrom<WeightsOp>(op, op.getWeightsAttr());
    if (!storage)
      return fail(op) << "there are no weights '" << *op.getWeights() << "'";
    shape = llvm::to_vector(cast<ShapedType>(storage.getValue().getType()).getShape());
    if (isa<DenseAttr>(op.getMap()))
      if (auto elements = dyn_cast<SparseElementsAttr>(storage.getValue()))
        return loadSparse(elements);
    if (failed(bound(cast<ShapedType>(storage.getValue().getType()).getNumElements())))
      return failure();
    auto values = readReals(storage.getValue());
    if (failed(values))
      return fail(op) << "the values of weights '" << *op.getWeights() << "' are not available";
    weights = std::move(*values);
    return checkFinite(weights);
  }

  LogicalResult loadSparse(SparseElementsAttr elements) {
    auto raw = readReals(elements.getValues());
    if (failed(raw))
      return fail(op) << "the values of weights '" << *op.getWeights() << "' are not available";
    weights = std::move(*raw);
    auto indices = elements.getIndices();
    uint64_t count = indices.getNumElements() / 2;
    positions.reserve(indices.getNumElements());
    for (const APInt &i : indices.getValues<APInt>())
      positions.push_back(i.getZExtValue());
    weights.resize(count, weights.empty() ? 0.0 : weights.front()); // a splat holds one value
    sparse = true;
    return checkFinite(weights);
  }

  LogicalResult prepareConv() {
    if (failed(load()))
      return failure();
    uint64_t perOutput = 1;
    for (int64_t extent : ArrayRef<int64_t>(shape).drop_front())
      perOutput = product({perOutput, uint64_t(extent)});
    return bound(product({uint64_t(sizeOf(to)), perOutput}));
  }

  LogicalResult prepareGenerated() {
    FailureOr<number::ConnectionRule> rule = connectionRule(op);
    if (failed(rule))
      return failure();
    connections.emplace(std::move(*rule));
    if (failed(checkFinite(connections->weights())))
      return failure();
    double expected = connections->synapses();
    return expected > double(kMaxSynapses) ? tooMany(uint64_t(expected)) : success();
  }

  LogicalResult prepareList(ListAttr list) {
    if (!isResolved(op))
      return fail(op) << "connections are not resolved (run snn-resolve-connections first)";
    return checkFinite(list.getWeights().asArrayRef());
  }

  LogicalResult tooMany(uint64_t n) {
    return fail(op) << "does not fit: the projection expands to " << n << " synapses, at most "
                    << kMaxSynapses << " are possible; split the population";
  }
  LogicalResult bound(uint64_t n) {
    // Zeros may be dropped later, hence the wider bound on what is only visited.
    return n > 16 * kMaxSynapses ? tooMany(n) : success();
  }

  LogicalResult checkFinite(ArrayRef<double> values) {
    for (double v : values)
      if (!std::isfinite(v))
        return fail(op) << "a weight is not a finite number";
    return success();
  }

  void visit(Visit emit) {
    llvm::TypeSwitch<Attribute>(op.getMap())
        .Case([&](DenseAttr) { visitDense(emit); })
        .Case([&](OneToOneAttr) { visitOneToOne(emit); })
        .Case([&](ConvAttr conv) { visitConv(conv, emit); })
        .Case([&](PoolAttr pool) { visitPool(pool, emit); })
        .Case([&](GeneratedAttr generated) { visitGenerated(generated, emit); })
        .Case([&](ListAttr list) { visitList(list, emit); });
  }

  void visitDense(Visit emit) {
    if (sparse) {
      for (size_t k = 0; k < weights.size(); ++k)
        emit(positions[2 * k + 1], positions[2 * k], weights[k], 0);
      return;
    }
    uint64_t columns = fromCount, rows = toCount;
    for (uint64_t o = 0, k = 0; o < rows; ++o)
      for (uint64_t i = 0; i < columns; ++i, ++k)
        emit(i, o, weights[k], 0);
  }

  void visitOneToOne(Visit emit) {
    for (uint64_t i = 0; i < fromCount; ++i)
      emit(i, i, weights.empty() ? 1.0 : weights[weights.size() == 1 ? 0 : i], 0);
  }

  void visitConv(ConvAttr conv, Visit emit) {
    Grid in = grid(from), out = grid(to);
    bool flat = conv.getStride().size() == 1;
    auto axis = [&](int a, auto get, int64_t absent) {
      return flat && a == 0 ? absent : get(flat ? 0 : a);
    };
    Window w;
    for (int a = 0; a < 2; ++a) {
      w.kernel[a] = axis(a, [&](int k) { return shape[k + 2]; }, 1);
      w.stride[a] = axis(a, [&](int k) { return conv.getStride()[k]; }, 1);
      w.before[a] = axis(a, [&](int k) { return conv.getPadding()[2 * k]; }, 0);
      w.dilation[a] = axis(a, [&](int k) { return conv.getDilation()[k]; }, 1);
    }
    int64_t inPerGroup = shape[1], outPerGroup = out.channels / conv.getGroups();
    int64_t kernelSize = w.kernel[0] * w.kernel[1];
    for (int64_t co = 0; co < out.channels; ++co)
      for (int64_t y = 0; y < out.height; ++y)
        for (int64_t x = 0; x < out.width; ++x)
          for (int64_t c = 0; c < inPerGroup; ++c) {
            int64_t ci = co / outPerGroup * inPerGroup + c;
            const double *kernel = weights.data() + (co * inPerGroup + c) * kernelSize;
            overWindow(w, in, y, x, [&](int64_t iy, int64_t ix, int64_t k) {
              emit((ci * in.height + iy) * in.width + ix, (co * out.height + y) * out.width + x,
                   kernel[k], 0);
            });
          }
  }

  void visitPool(PoolAttr pool, Visit emit) {
    Grid in = grid(from), out = grid(to);
    Window w;
    for (int a = 0; a < 2; ++a) {
      w.kernel[a] = pool.getKernel()[a];
      w.stride[a] = pool.getStride()[a];
      w.before[a] = pool.getPadding()[a];
      w.dilation[a] = 1;
    }
    double weight = pool.getKind() == PoolKind::Avg ? 1.0 / double(w.kernel[0] * w.kernel[1]) : 1.0;
    for (int64_t c = 0; c < out.channels; ++c)
      for (int64_t y = 0; y < out.height; ++y)
        for (int64_t x = 0; x < out.width; ++x)
          overWindow(w, in, y, x, [&](int64_t iy, int64_t ix, int64_t) {
            emit((c * in.height + iy) * in.width + ix, (c * out.height + y) * out.width + x, weight,
                 0);
          });
  }

  void visitGenerated(GeneratedAttr generated, Visit emit) {
    std::vector<number::Drawn> row;
    bool drawn = static_cast<bool>(generated.getDelay());
    for (uint32_t s = 0; s < fromCount; ++s) {
      connections->row(s, row);
      for (const number::Drawn &d : row)
        emit(s, d.target, connections->weights()[d.weight], drawn ? d.delay : 0);
    }
  }

  void visitList(ListAttr list, Visit emit) {
    ArrayRef<double> values = list.getWeights();
    for (size_t i = 0; i < values.size(); ++i)
      emit(list.getSources()[i], list.getTargets()[i], values[i],
           static_cast<uint32_t>(list.getDelays()[i]));
  }

  /// The neuron that the map counts as `index`, or -1 where that belongs to another population.
  static int64_t inside(PartAttr part, uint64_t index) {
    if (!part)
      return static_cast<int64_t>(index);
    int64_t position = static_cast<int64_t>(index) - part.getOffset();
    return position < 0 || position >= part.getCount() ? -1 : part.neuron(position);
  }

  /// Calls back with neurons (source, target) instead of (column, row).
  void visitSynapses(Visit emit) {
    bool forward = op.getDirection() == Direction::Forward;
    PartAttr sourcePart = op.getSourcePartAttr(), targetPart = op.getTargetPartAttr();
    visit([&](uint64_t in, uint64_t out, double w, uint32_t delay) {
      if (w == 0.0 && !listed && !op.getLearn()) // what learns may begin at 0
        return;
      int64_t source = inside(sourcePart, forward ? in : out);
      int64_t target = inside(targetPart, forward ? out : in);
      if (source >= 0 && target >= 0)
        emit(source, target, w, delay);
    });
  }

  void count(Connectivity &c) {
    c.rowStart.assign(c.sources + 1, 0);
    visitSynapses([&](uint64_t source, uint64_t, double, uint32_t delay) {
      ++c.rowStart[source + 1];
      delayed |= delay != 0;
    });
    std::partial_sum(c.rowStart.begin(), c.rowStart.end(), c.rowStart.begin());
  }

  void fill(Connectivity &c) {
    c.target.resize(c.rowStart.back());
    c.weight.resize(c.rowStart.back());
    c.delay.resize(delayed ? c.rowStart.back() : 0);
    std::vector<uint64_t> next(c.rowStart.begin(), c.rowStart.end() - 1);
    visitSynapses([&](uint64_t source, uint64_t target, double w, uint32_t delay) {
      uint64_t k = next[source]++;
      c.target[k] = static_cast<uint32_t>(target);
      c.weight[k] = magnitude ? std::fabs(w) : w;
      if (delayed)
        c.delay[k] = delay;
    });
  }

  LogicalResult sortRows(Connectivity &c) {
    struct Entry {
      uint32_t target, delay;
      double weight;
      uint64_t order;
    };
    std::vector<Entry> row;
    for (uint64_t s = 0; s < c.sources; ++s) {
      uint64_t begin = c.rowStart[s], end = c.rowStart[s + 1];
      auto first = c.target.begin() + begin, last = c.target.begin() + end;
      if (!std::is_sorted(first, last)) { // sparse storage, lists and draws come in any order
        row.clear();
        for (uint64_t k = begin; k < end; ++k)
          row.push_back({c.target[k], delayed ? c.delay[k] : 0, c.weight[k], k});
        llvm::sort(row, [](auto &a, auto &b) {
          return std::tie(a.target, a.order) < std::tie(b.target, b.order);
        });
        for (uint64_t k = begin; k < end; ++k) {
          c.target[k] = row[k - begin].target;
          c.weight[k] = row[k - begin].weight;
          if (delayed)
            c.delay[k] = row[k - begin].delay;
        }
      }
      if (listed)
        continue;
      if (auto twice = std::adjacent_find(first, last); twice != last)
        return fail(op) << "weights '" << *op.getWeights() << "' store the entry (" << *twice
                        << ", " << s << ") twice";
    }
    return success();
  }

  ProjectOp op;
  Value from, to;                      ///< columns and rows of the storage
  uint64_t fromCount = 0, toCount = 0; ///< what the map counts on either side
  bool listed = false;                 ///< may hold zeros, and pairs twice
  bool delayed = false;                ///< has delays per synapse
  std::optional<number::Connections> connections;
  SmallVector<int64_t> shape;
  std::vector<double> weights;
  std::vector<uint64_t> positions; ///< (row, column) pairs of sparse storage
  bool sparse = false;
  bool magnitude = false; ///< the sign of a weight does not count
};

template <typename T> std::vector<double> widen(ArrayRef<T> values) {
  return std::vector<double>(values.begin(), values.end());
}

} // namespace

FailureOr<Connectivity> transforms::expand(ProjectOp project) { return Expander(project).run(); }

FailureOr<std::vector<double>> transforms::readReals(ElementsAttr values) {
  if (auto r = dyn_cast<DenseF32ResourceElementsAttr>(values)) {
    if (auto data = r.tryGetAsArrayRef())
      return widen(*data);
    return failure();
  }
  if (auto r = dyn_cast<DenseF64ResourceElementsAttr>(values)) {
    if (auto data = r.tryGetAsArrayRef())
      return widen(*data);
    return failure();
  }
  auto type = cast<ShapedType>(values.getType());
  if (auto dense = dyn_cast<DenseElementsAttr>(values)) {
    if (type.getElementType().isF64())
      return std::vector<double>(dense.value_begin<double>(), dense.value_end<double>());
    if (type.getElementType().isF32())
      return std::vector<double>(dense.value_begin<float>(), dense.value_end<float>());
    return failure();
  }
  if (auto sparse = dyn_cast<SparseElementsAttr>(values)) {
    std::vector<double> result;
    result.reserve(sparse.getNumElements());
    for (const APFloat &v : sparse.getValues<APFloat>())
      result.push_back(v.convertToDouble());
    return result;
  }
  return failure();
}

FailureOr<std::vector<double>> transforms::readDrive(DriveOp drive) {
  auto storage = SymbolTable::lookupNearestSymbolFrom<WeightsOp>(drive, drive.getValuesAttr());
  if (!storage)
    return drive.emitError() << "there are no weights '" << drive.getValues() << "'";
  auto values = readReals(storage.getValue());
  if (failed(values))
    return drive.emitError() << "the values of weights '" << drive.getValues()
                             << "' are not available";
  for (double v : *values)
    if (!std::isfinite(v))
      return drive.emitError() << "of '" << nodeName(drive.getTarget())
                               << "': a value is not a finite number";
  if (values->size() == 1)
    values->resize(sizeOf(drive.getTarget()), values->front());
  return values;
}
