// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shape inference. A file may count a batch or a time axis, or transpose weights; it is read in the
// first of a few ways in which every edge fits.
#include "compiler/import/nir/Repair.h"
#include "compiler/import/nir/Windows.h"
#include "runtime/image/Errors.h"

#include <algorithm>

namespace spindle::nir {
namespace {

// A few bytes of a file can state any shape: what a network of this machine may take.
constexpr int64_t kMaxEntries = int64_t{1} << 26, kMaxAllEntries = int64_t{1} << 28;

bool isLinear(const Node &node) { return node.type == "Affine" || node.type == "Linear"; }
bool isPool(const Node &node) { return node.type == "SumPool2d" || node.type == "AvgPool2d"; }
bool isConv(const Node &node) { return node.type == "Conv1d" || node.type == "Conv2d"; }

Shape withoutLeadingOnes(Shape shape) {
  while (shape.size() > 1 && shape[0] == 1)
    shape.erase(shape.begin());
  return shape;
}

/// Leading 1s come and go with batch axes; they move no element.
bool agree(const Shape &a, const Shape &b) {
  return withoutLeadingOnes(a) == withoutLeadingOnes(b);
}

enum class Ones { Keep, DropOne, DropAll };

/// How the shapes of a file are read.
struct Reading {
  Ones ones = Ones::Keep;  ///< which leading 1s are batch axes (one image channel is a 1 as well)
  bool dropFirst = false;  ///< the first axis of an Input is time
  bool singleTime = false; ///< an Input of one axis is the time of one neuron
  bool joins = false; ///< a layer of one axis takes any shape of its size, row-major; 1s count not
};

/// What one reading makes of the graph; `why` says where it fails.
struct Outcome {
  std::map<std::string, Shape> in, out;
  std::set<std::string> transposed, oriented, batchedFlatten;
  std::vector<std::string> notes;
  std::string why;
};

class Inference {
public:
  Inference(const Graph &graph, const std::string &weights, Reading reading)
      : graph_(graph), weights_(weights), reading_(reading) {
    for (const Edge &e : graph.edges) {
      before_[e.second].push_back(e.first);
      after_[e.first].push_back(e.second);
    }
  }

  Outcome run() {
    for (const auto &[name, node] : graph_.nodes)
      queue_.insert(name);
    while (result_.why.empty() && result_.in.size() < graph_.nodes.size()) {
      while (result_.why.empty() && !queue_.empty()) {
        std::string name = *queue_.begin();
        queue_.erase(queue_.begin());
        visit(name);
      }
      if (result_.why.empty() && result_.in.size() < graph_.nodes.size() && !guess())
        for (const auto &[name, node] : graph_.nodes)
          if (!result_.in.count(name)) {
            fail(name, "its shape cannot be told: nothing with a known shape leads into it");
            break;
          }
    }
    if (result_.why.empty())
      checkEdges();
    return std::move(result_);
  }

private:
  void fail(const std::string &node, const std::string &why) {
    if (result_.why.empty())
      result_.why = "node '" + node + "': " + why;
  }
  void note(const std::string &node, const std::string &text) {
    result_.notes.push_back("node '" + node + "': " + text);
  }
  Shape read(const Shape &shape) const {
    if (reading_.ones == Ones::DropAll)
      return withoutLeadingOnes(shape);
    bool drop = reading_.ones == Ones::DropOne && shape.size() > 1 && shape[0] == 1;
    return drop ? Shape(shape.begin() + 1, shape.end()) : shape;
  }

  /// The shape of the parameters, when they are more than one value.
  std::optional<Shape> own(const Node &node) const {
    for (const auto &[key, value] : node.fields)
      if (const auto *a = std::get_if<Array>(&value); a && a->values.size() > 1)
        return read(a->shape);
    return std::nullopt;
  }

  const Shape *fed(const std::string &name) const {
    if (auto it = before_.find(name); it != before_.end())
      for (const std::string &from : it->second)
        if (auto known = result_.out.find(from); known != result_.out.end())
          return &known->second;
    return nullptr;
  }

  /// The shape that a node leads into, as far as it is known.
  std::optional<Shape> taken(const std::string &name) const {
    if (auto it = after_.find(name); it != after_.end())
      for (const std::string &to : it->second) {
        if (auto known = result_.in.find(to); known != result_.in.end())
          return known->second;
        const Node &node = graph_.nodes.at(to);
        if (isNeuronType(node.type) && own(node))
          return own(node);
      }
    return std::nullopt;
  }

  void visit(const std::string &name) {
    if (result_.in.count(name))
      return;
    const Node &node = graph_.nodes.at(name);
    std::optional<Shape> in;
    const Shape *given = fed(name);
    if (node.type == "Input")
      in = inputShape(name, node);
    else if (isLinear(node))
      in = linearInput(name, node, given, false);
    else if (given && isNeuronType(node.type) && own(node) && !agree(*own(node), *given))
      in = own(node); // the edge does not fit: it is refused, or another reading fits
    else if (given)
      in = *given;
    if (in)
      settle(name, node, *in);
  }

  std::optional<Shape> inputShape(const std::string &name, const Node &node) {
    const Array *stated = arrayOf(node, "shape");
    if (!stated) // one that was added: whatever it leads into takes
      return taken(name);
    if (reading_.singleTime)
      return Shape{1};
    Shape shape = integersOf(*stated);
    if (shape.empty())
      shape = {1};
    shape = read(shape);
    if (!reading_.dropFirst || shape.size() < 2)
      return shape;
    shape.erase(shape.begin());
    return reading_.ones == Ones::DropAll ? withoutLeadingOnes(shape) : shape;
  }

  static std::optional<std::pair<int64_t, int64_t>> matrix(const Node &node) {
    const Shape &w = arrayOf(node, "weight")->shape;
    if (w.size() < 2 || sizeOf({w.begin(), w.end() - 2}) != 1)
      return std::nullopt;
    return std::pair(w[w.size() - 2], w[w.size() - 1]);
  }

  /// A matrix that is not square tells by what is fed to it which way it lies.
  std::optional<Shape> linearInput(const std::string &name, const Node &node, const Shape *given,
                                   bool now) {
    auto w = matrix(node);
    if (!w) {
      fail(name, "'weight' has shape " + textOf(arrayOf(node, "weight")->shape) +
                     "; (out, in) is needed");
      return std::nullopt;
    }
    bool turned = weights_ == "in_out";
    if (weights_.empty() && w->first != w->second) {
      if (!given && !now)
        return std::nullopt;
      // What it leads into tells as well, where nothing leads into it.
      auto [in, out] = given ? std::pair(w->second, w->first) : std::pair(w->first, w->second);
      std::optional<Shape> known = given ? std::optional(*given) : taken(name);
      turned = known && sizeOf(*known) != in && sizeOf(*known) == out;
      if (known && (turned || sizeOf(*known) == in))
        result_.oriented.insert(name);
    }
    if (turned)
      result_.transposed.insert(name);
    return Shape{turned ? w->first : w->second};
  }

  void settle(const std::string &name, const Node &node, const Shape &in) {
    std::optional<Shape> out = in;
    std::string why;
    if (isLinear(node)) {
      auto w = matrix(node);
      out = Shape{result_.transposed.count(name) ? w->second : w->first};
    } else if (isConv(node)) {
      out = convShape(node, in, why);
    } else if (isPool(node)) {
      out = poolShape(node, in, why);
    } else if (node.type == "Flatten") {
      out = flattened(name, node, in, why);
    }
    if (!out)
      return fail(name, why);
    for (const Shape *shape : {&in, static_cast<const Shape *>(&*out)}) {
      int64_t n = 1;
      for (int64_t d : *shape) {
        if (d <= 0 || d > kMaxEntries / n)
          return fail(name,
                      "a shape of " + textOf(*shape) + " is empty or has more than 2^26 entries");
        n *= d;
      }
      entries_ += n;
      if (shape->empty() || shape->size() > kMaxRank)
        return fail(name, "a shape needs 1 to 8 dimensions, not " + std::to_string(shape->size()));
    }
    if (entries_ > kMaxAllEntries)
      return fail(name, "with its " + textOf(*out) +
                            " the shapes of the network have more than 2^28 entries");
    result_.in[name] = in;
    result_.out[name] = *out;
    for (const auto *neighbours : {&after_[name], &before_[name]})
      queue_.insert(neighbours->begin(), neighbours->end());
  }

  /// Old files count the batch axis in start_dim and end_dim, new ones do not: what follows
  /// decides.
  std::optional<Shape> flattened(const std::string &name, const Node &node, const Shape &in,
                                 std::string &why) {
    const Array *type = arrayOf(node, "input_type");
    bool likely = type && type->values.size() == in.size() + 1;
    std::optional<Shape> best;
    for (bool strict : {true, false})
      for (bool batched : {likely, !likely}) {
        auto axes = flattenAxes(node, in.size(), batched);
        if (!axes || best)
          continue;
        Shape out = flattenShape(in, *axes);
        if (strict && !takenByAll(name, out))
          continue;
        best = out;
        if (batched)
          result_.batchedFlatten.insert(name);
      }
    if (!best)
      why = "start_dim and end_dim do not name axes of its input " + textOf(in);
    return best;
  }

  bool takenByAll(const std::string &name, const Shape &shape) {
    for (const std::string &to : after_[name]) {
      const Node &node = graph_.nodes.at(to);
      if (isLinear(node)) {
        auto w = matrix(node);
        if (w && shape != Shape{w->second} && shape != Shape{w->first})
          return false;
      } else if (isNeuronType(node.type) && own(node) && !agree(shape, *own(node))) {
        return false;
      }
    }
    return true;
  }

  /// Nothing follows any more: takes the first node that states something about itself at its word.
  bool guess() {
    for (const auto &[name, node] : graph_.nodes)
      if (!result_.in.count(name) && isNeuronType(node.type) && own(node)) {
        settle(name, node, *own(node));
        return true;
      }
    for (const auto &[name, node] : graph_.nodes) {
      if (result_.in.count(name))
        continue;
      std::optional<Shape> in;
      const Array *type = arrayOf(node, "input_type");
      if (isLinear(node))
        in = linearInput(name, node, nullptr, true);
      else if (isConv(node))
        in = convInput(node);
      else if (node.type == "Flatten" && type && !type->values.empty())
        in = read(integersOf(*type));
      else if (node.type == "Scale" || node.type == "Delay")
        in = own(node);
      if (in) {
        settle(name, node, *in);
        return true;
      }
    }
    for (const auto &[name, node] : graph_.nodes)
      if (!result_.in.count(name) && isNeuronType(node.type)) {
        settle(name, node, Shape{1});
        return true;
      }
    return false;
  }

  //===- Edges --------------------------------------------------------------------------------===//

  void checkEdges() {
    for (const Edge &e : graph_.edges) {
      const Shape &carried = result_.out.at(e.first), &taken = result_.in.at(e.second);
      if (carried == taken || (reading_.joins && agree(carried, taken)))
        continue;
      if (reading_.joins && taken.size() == 1 && sizeOf(carried) == taken[0]) {
        note(e.second, "takes the " + textOf(carried) + " of '" + e.first + "' row by row as " +
                           textOf(taken));
        continue;
      }
      return fail(e.second, "edge '" + e.first + "' -> '" + e.second + "' carries " +
                                textOf(carried) + ", but '" + e.second + "' takes " +
                                textOf(taken) + "; the two must agree");
    }
    for (const auto &[name, node] : graph_.nodes)
      checkOwn(name, node);
  }

  /// Values that are spread over the shape, and shapes that the node states of itself.
  void checkOwn(const std::string &name, const Node &node) {
    const Shape &in = result_.in.at(name), &out = result_.out.at(name);
    if (const Array *bias = arrayOf(node, "bias")) {
      auto n = static_cast<int64_t>(bias->values.size());
      if (n != 1 && n != out[0])
        fail(name, "'bias' has " + std::to_string(n) + " entries for " + std::to_string(out[0]) +
                       " outputs");
    }
    if (node.type == "Scale" || node.type == "Delay") {
      const Array &a = *arrayOf(node, node.type == "Scale" ? "scale" : "delay");
      auto n = static_cast<int64_t>(a.values.size());
      bool channels = node.type == "Delay" && n == in[0];
      bool all = agree(a.shape, in);
      if (n != 1 && !all && !channels)
        fail(name, "has values of shape " + textOf(a.shape) + ", but is given " + textOf(in));
    }
    if (isNeuronType(node.type) && !own(node) && sizeOf(in) > 1)
      note(name,
           "one value of each parameter, taken for all " + std::to_string(sizeOf(in)) + " neurons");
    if (isConv(node))
      if (auto stated = convInput(node); stated && *stated != in)
        note(name, "states an input of " + textOf(*stated) + "; its edges carry " + textOf(in));
    if (node.type == "Flatten" && result_.batchedFlatten.count(name))
      note(name, "start_dim and end_dim count a batch axis");
    if (const Array *shape = arrayOf(node, "shape"); shape && node.type == "Output")
      if (Shape stated = integersOf(*shape); stated != out)
        note(name, "states a shape of " + textOf(stated) + "; its edges carry " + textOf(out));
    if (const Array *shape = arrayOf(node, "shape"); shape && node.type == "Input")
      if (Shape stated = integersOf(*shape); stated != out)
        note(name, "shape " + textOf(stated) + " is read as " + textOf(out) + " for one step" +
                       (reading_.dropFirst || reading_.singleTime ? ": the first axis is time"
                                                                  : ": a leading 1 is the batch"));
  }

  const Graph &graph_;
  const std::string &weights_;
  Reading reading_;
  std::map<std::string, std::vector<std::string>> before_, after_;
  std::set<std::string> queue_;
  int64_t entries_ = 0;
  Outcome result_;
};

Outcome inferBest(const Graph &graph, const std::string &weights) {
  if (isSingleNeuronRecording(graph))
    return Inference(graph, weights, {.singleTime = true}).run();
  std::string first;
  for (auto [dropFirst, joins] : {std::pair(false, false), {true, false}, {false, true}})
    for (Ones ones : {Ones::Keep, Ones::DropOne, Ones::DropAll}) {
      Outcome outcome =
          Inference(graph, weights, {.ones = ones, .dropFirst = dropFirst, .joins = joins}).run();
      if (outcome.why.empty())
        return outcome;
      if (first.empty())
        first = outcome.why;
    }
  if (statesOneLength(graph))
    if (Outcome outcome = Inference(graph, weights, {.singleTime = true}).run();
        outcome.why.empty())
      return outcome;
  throw UserError(first);
}

Array integers(const Shape &shape) {
  Array a;
  a.shape = {static_cast<int64_t>(shape.size())};
  a.values.assign(shape.begin(), shape.end());
  a.real = a.single = false;
  return a;
}

void transpose(Array &weight, int64_t rows, int64_t cols) {
  std::vector<double> turned(weight.values.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < cols; ++c)
      turned[static_cast<size_t>(c * rows + r)] = weight.values[static_cast<size_t>(r * cols + c)];
  weight.values = std::move(turned);
  weight.shape = {cols, rows};
}

/// Square matrices lie as the others of the file do.
void orientSquares(Graph &graph, Outcome &outcome) {
  bool all = !outcome.oriented.empty() &&
             std::all_of(outcome.oriented.begin(), outcome.oriented.end(),
                         [&](const std::string &n) { return outcome.transposed.count(n); });
  bool some = std::any_of(outcome.oriented.begin(), outcome.oriented.end(),
                          [&](const std::string &n) { return outcome.transposed.count(n); });
  if (!some)
    return;
  for (const auto &[name, node] : graph.nodes) {
    if (!isLinear(node) || outcome.in.at(name) != outcome.out.at(name) ||
        outcome.oriented.count(name))
      continue;
    graph.warnings.push_back(
        "node '" + name + "': a square weight does not tell whether it is transposed; read as " +
        (all ? "in_out, like the others of the file" : "out_in") + " (--weights decides)");
    if (all)
      outcome.transposed.insert(name);
  }
}

void apply(Graph &graph, const Outcome &outcome) {
  for (auto &[name, node] : graph.nodes) {
    node.inputShape = outcome.in.at(name);
    node.outputShape = outcome.out.at(name);
    if (node.type == "Input" || node.type == "Output")
      node.fields["shape"] = integers(node.outputShape);
    if (isNeuronType(node.type) || node.type == "Scale")
      for (auto &[key, value] : node.fields)
        if (auto *a = std::get_if<Array>(&value); a && a->values.size() > 1)
          a->shape = node.outputShape;
    if (isLinear(node)) {
      Array &w = std::get<Array>(node.fields.at("weight"));
      w.shape.erase(w.shape.begin(), w.shape.end() - 2);
      if (outcome.transposed.count(name))
        transpose(w, w.shape[0], w.shape[1]);
    }
    if (node.type == "Conv1d" || node.type == "Conv2d")
      node.fields["input_shape"] = integers({node.inputShape.begin() + 1, node.inputShape.end()});
    if (node.type == "Flatten") {
      auto axes = flattenAxes(node, node.inputShape.size(), outcome.batchedFlatten.count(name));
      for (auto [field, axis] : {std::pair("start_dim", axes->first), {"end_dim", axes->second}}) {
        Array a = integers({static_cast<int64_t>(axis)});
        a.shape.clear();
        node.fields[field] = a;
      }
      node.fields["input_type"] = integers(node.inputShape);
    }
  }
}

void comparePasses(Graph &graph, const std::vector<PassThrough> &passes) {
  std::vector<std::string> notes;
  for (const PassThrough &pass : passes)
    for (const std::string &from : pass.sources) {
      auto it = graph.nodes.find(from);
      if (it == graph.nodes.end() || pass.shape.empty() ||
          agree(pass.shape, it->second.outputShape))
        continue;
      notes.push_back("node '" + pass.name + "': states a shape of " + textOf(pass.shape) +
                      ", but '" + from + "' gives it " + textOf(it->second.outputShape) +
                      ", which is used");
    }
  std::sort(notes.begin(), notes.end());
  graph.repairs.insert(graph.repairs.end(), notes.begin(), notes.end());
}

} // namespace

void inferShapes(Graph &graph, const std::vector<PassThrough> &passes, const std::string &weights) {
  Outcome outcome = inferBest(graph, weights);
  if (!outcome.why.empty())
    throw UserError(outcome.why);
  if (weights.empty()) {
    orientSquares(graph, outcome);
    for (const std::string &name : outcome.transposed)
      outcome.notes.push_back("node '" + name + "': weight is stored as (in, out): transposed");
  }
  apply(graph, outcome);
  graph.repairs.insert(graph.repairs.end(), outcome.notes.begin(), outcome.notes.end());
  comparePasses(graph, passes);
}

} // namespace spindle::nir
