// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of what every image has: models, nodes, outputs, probes.
#include "runtime/image/Verify.h"

#include <cmath>
#include <set>
#include <string_view>

namespace spindle::image {

void Checker::fail(const std::string &where, const std::string &what) {
  throw ImageError("image: " + where + ": " + what);
}

std::string nameOf(const fb::Node &node) { return "node '" + node.name()->str() + "'"; }

std::span<const std::byte> Checker::blob(const fb::Blob *blob, const std::string &where,
                                         const char *name) const {
  const fb::Blob &found = present(blob, where, name);
  require(found.offset() % 64 == 0, where, std::string("'") + name + "' is not aligned");
  require(found.offset() <= data_.size() && found.bytes() <= data_.size() - found.offset(), where,
          std::string("'") + name + "' lies outside the data section");
  return data_.subspan(found.offset(), found.bytes());
}

void Checker::sized(const fb::Blob *which, uint64_t count, uint64_t elementBytes,
                    const std::string &where, const char *name) const {
  auto raw = blob(which, where, name);
  require(raw.size() % elementBytes == 0 && raw.size() / elementBytes == count, where,
          std::string("'") + name + "' has " + std::to_string(raw.size()) + " bytes, not " +
              std::to_string(count) + " x " + std::to_string(elementBytes));
}

const fb::Node &Checker::node(uint64_t index, const std::string &where) const {
  require(index < meta.nodes()->size(), where,
          "names node " + std::to_string(index) + " of " + std::to_string(meta.nodes()->size()));
  return *meta.nodes()->Get(static_cast<uint32_t>(index));
}

const fb::Model *Checker::modelOf(const fb::Node &node) const {
  return node.model() < 0 ? nullptr : meta.models()->Get(static_cast<uint32_t>(node.model()));
}

uint32_t Checker::portsOf(const fb::Node &node) const {
  if (const fb::Model *model = modelOf(node))
    return model->input()->size();
  return node.kind() == fb::NodeKind_Relay ? 1 : 0;
}

void verifyColumn(const Checker &check, const fb::Column &column, const fb::Node &node,
                  uint64_t elementBytes, const char *name) {
  std::string where = nameOf(node);
  Checker::require(column.count() == 1 || column.count() == node.size(), where,
                   std::string("a column of '") + name + "' has " + std::to_string(column.count()) +
                       " values for " + std::to_string(node.size()) + " neurons");
  check.sized(column.data(), column.count(), elementBytes, where, name);
}

void verifyColumns(const Checker &check,
                   const flatbuffers::Vector<flatbuffers::Offset<fb::Column>> &columns,
                   const flatbuffers::Vector<flatbuffers::Offset<fb::Term>> *terms,
                   const fb::Node &node, const char *name) {
  uint32_t expected = terms ? terms->size() : 0;
  Checker::require(columns.size() == expected, nameOf(node),
                   std::string("'") + name + "' has " + std::to_string(columns.size()) +
                       " columns, the model " + std::to_string(expected));
  for (uint32_t i = 0; i < expected; ++i)
    verifyColumn(check, *columns.Get(i), node, bytesOf(terms->Get(i)->number()), name);
}

namespace {

enum class Terms { State, Param, Input };

void verifyTerms(const flatbuffers::Vector<flatbuffers::Offset<fb::Term>> &terms,
                 const fb::Model &model, const std::string &where, Terms kind) {
  std::set<std::string_view> names;
  for (const fb::Term *term : terms) {
    Checker::require(term->name()->size() > 0 && names.insert(term->name()->string_view()).second,
                     where, "a term name is empty or used twice");
    bool fixed = model.number() == fb::Number_S1615;
    bool fits = term->number() == model.number() ||
                (fixed && kind != Terms::Input && term->number() == fb::Number_I32) ||
                (fixed && kind == Terms::Param && term->number() == fb::Number_U032);
    Checker::require(term->types() <= 2 && term->gain() < 16, where,
                     "term '" + term->name()->str() + "' has bad synapse types or a bad gain");
    Checker::require(fits, where, "term '" + term->name()->str() + "' has another number format");
  }
}

void verifyModel(const fb::Model &model) {
  std::string where = "model '" + model.name()->str() + "'";
  Checker::require(model.name()->size() > 0 && model.kernel()->size() > 0, where,
                   "has no name or no kernel");
  Checker::require(model.number() == fb::Number_F64 || model.number() == fb::Number_S1615, where,
                   "unknown number format");
  Checker::require(model.emit() <= fb::Emit_MAX, where, "unknown kind of event");
  verifyTerms(Checker::present(model.state(), where, "state"), model, where, Terms::State);
  Checker::require(model.observed() <= model.state()->size(), where,
                   "more observed values than states");
  verifyTerms(Checker::present(model.param(), where, "param"), model, where, Terms::Param);
  verifyTerms(Checker::present(model.input(), where, "input"), model, where, Terms::Input);
}

void verifyShape(const fb::Node &node, const std::string &where) {
  uint64_t size = 1;
  for (int64_t extent : Checker::present(node.shape(), where, "shape")) {
    Checker::require(extent > 0 && static_cast<uint64_t>(extent) <= kMaxNeurons / size, where,
                     "bad or too large shape");
    size *= static_cast<uint64_t>(extent);
  }
  Checker::require(size == node.size(), where, "size and shape differ");
}

void verifyNode(const Checker &check, const fb::Node &node) {
  std::string where = nameOf(node);
  Checker::require(node.name()->size() > 0, where, "has no name");
  Checker::require(node.kind() <= fb::NodeKind_MAX && node.emit() <= fb::Emit_MAX, where,
                   "unknown kind");
  Checker::require(node.latency() <= kMaxDelay, where, "latency out of range");
  verifyShape(node, where);
  if (node.kind() != fb::NodeKind_Population) {
    Checker::require(node.model() == -1, where, "is no population but has a model");
    return;
  }
  Checker::require(node.model() >= 0 &&
                       static_cast<uint32_t>(node.model()) < check.meta.models()->size(),
                   where, "has no model");
  Checker::require(node.emit() == check.modelOf(node)->emit(), where,
                   "emits other events than its model");
}

void verifyNodes(const Checker &check) {
  std::set<std::string_view> names;
  uint64_t neurons = 0;
  for (const fb::Node *node : *check.meta.nodes()) {
    verifyNode(check, *node);
    Checker::require(names.insert(node->name()->string_view()).second, nameOf(*node),
                     "is there twice");
    neurons += node->size();
    Checker::require(neurons <= kMaxNeurons, nameOf(*node), "the network has too many neurons");
  }
}

void verifyOutputs(const Checker &check) {
  for (const fb::Output *output : Checker::present(check.meta.outputs(), "root", "outputs"))
    check.node(output->node(), "output '" + output->name()->str() + "'");
}

void verifyProbe(const Checker &check, const fb::Probe &probe) {
  const fb::Node &node = check.node(probe.node(), "probe");
  const fb::Model *model = check.modelOf(node);
  for (const flatbuffers::String *term : Checker::present(probe.terms(), "probe", "terms")) {
    bool found = term->string_view() == "spikes";
    if (model)
      for (const fb::Term *state : *model->state())
        found |= state->name()->string_view() == term->string_view();
    Checker::require(found, "probe of " + nameOf(node), "no such term: '" + term->str() + "'");
  }
}

constexpr double kMaxMean = 10000.0; // counts that a Poisson source may have in a step, on average

void verifyCurrent(const Checker &check, const fb::CurrentSource &current) {
  const fb::Node &node = check.node(current.node(), "current source");
  std::string where = "current source of " + nameOf(node);
  Checker::require(current.port() < check.portsOf(node), where, "no such input port");
  Checker::require(current.kind() <= fb::CurrentKind_MAX && current.hold() > 0, where,
                   "unknown kind, or values that are held for no step");
  for (double number :
       {current.amplitude(), current.offset(), current.frequency(), current.phase()})
    Checker::require(std::isfinite(number), where, "a number is not finite");
  auto times = check.arrayOf<uint64_t>(current.times(), where, "times");
  for (size_t k = 1; k < times.size(); ++k)
    Checker::require(times[k - 1] <= times[k], where, "times are not ascending");
  for (double amplitude :
       check.array<double>(current.amplitudes(), times.size(), where, "amplitudes"))
    Checker::require(std::isfinite(amplitude), where, "an amplitude is not finite");
  for (uint32_t neuron : check.arrayOf<uint32_t>(current.neurons(), where, "neurons"))
    Checker::require(neuron < node.size(), where, "a neuron does not exist");
}

void verifyPoisson(const Checker &check, const fb::PoissonSource &source) {
  const fb::Node &node = check.node(source.node(), "Poisson source");
  std::string where = "Poisson source of " + nameOf(node);
  Checker::require(node.kind() == fb::NodeKind_Source, where, "is no source");
  const fb::Column &mean = Checker::present(source.mean(), where, "mean");
  verifyColumn(check, mean, node, 8, "mean");
  for (double value : check.arrayOf<double>(mean.data(), where, "mean"))
    Checker::require(value >= 0.0 && value <= kMaxMean, where, "a mean out of range");
}

} // namespace

void verify(const fb::Image &meta, std::span<const std::byte> data) {
  Checker check(meta, data);
  Checker::require(std::isfinite(meta.dt()) && meta.dt() >= 0, "root", "dt is not a time");
  Checker::present(meta.profile(), "root", "profile");
  for (const fb::Model *model : Checker::present(meta.models(), "root", "models"))
    verifyModel(*model);
  Checker::present(meta.nodes(), "root", "nodes");
  verifyNodes(check);
  verifyOutputs(check);
  if (meta.probes())
    for (const fb::Probe *probe : *meta.probes())
      verifyProbe(check, *probe);
  if (meta.currents())
    for (const fb::CurrentSource *current : *meta.currents())
      verifyCurrent(check, *current);
  if (meta.poisson())
    for (const fb::PoissonSource *source : *meta.poisson())
      verifyPoisson(check, *source);
  auto kernels = check.blob(meta.kernels(), "root", "kernels");
  Checker::require(!kernels.empty() || meta.models()->size() == 0, "root", "'kernels' is empty");
  verifyLearning(check);
  switch (meta.program_type()) {
  case fb::Program_Reference:
    return verifyReference(check, Checker::present(meta.program_as_Reference(), "root", "program"));
  case fb::Program_Spinn:
    return verifySpinn(check, Checker::present(meta.program_as_Spinn(), "root", "program"));
  case fb::Program_Xbar:
    return verifyXbar(check, Checker::present(meta.program_as_Xbar(), "root", "program"));
  default:
    Checker::fail("root", "holds no program that this Spindle knows");
  }
}

} // namespace spindle::image
