// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the step functions of all models and writes the dispatcher around them.
#include "compiler/codegen/verilog/NeuronUnit.h"

#include "compiler/codegen/verilog/StepFunction.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OwningOpRef.h"

#include <algorithm>
#include <set>

using namespace mlir;

namespace spindle::codegen {

using namespace verilog;

namespace {

struct Widths {
  size_t state = 1, param = 1; ///< words; a vector of no bits does not exist
};

/// Two names may become one by sanitising: number the later one. The text is included in a module:
/// its names must not be those of the hardware around it (step_i is a port, neuron_step the unit).
std::string uniqueName(StringRef model, std::set<std::string> &taken) {
  std::string base = "datapath_" + sanitise(model), name = base;
  for (int i = 2; !taken.insert(name).second; ++i)
    name = base + "_" + std::to_string(i);
  return name;
}

std::string describe(StringRef model, const StepInfo &info) {
  auto list = [](const std::vector<StepTerm> &terms) {
    std::string text;
    for (const StepTerm &term : terms)
      text += " " + sanitise(term.name) + (term.number == Number::U032 ? ":u0.32" : "");
    return text.empty() ? std::string(" -") : text;
  };
  return "model " + sanitise(model) + "; state" + list(info.state) + "; param" + list(info.param);
}

/// `state[32*k +: 32]` for the words that the function reads.
void appendWords(std::string &call, const char *vector, const std::vector<bool> &reads) {
  for (size_t k = 0; k < reads.size(); ++k)
    if (reads[k])
      call += (call.empty() ? "" : ", ") + std::string(vector) + "[" + std::to_string(32 * k) +
              " +: 32]";
}

std::string callOf(const StepFunction &f) {
  std::string call;
  appendWords(call, "state", f.readsState);
  appendWords(call, "param", f.readsParam);
  if (f.readsInput)
    call += call.empty() ? "x" : ", x";
  return f.function.name + "(" + call + ")";
}

/// Words of a vector that no model reads would be reported as unused bits: name them.
std::string unusedBits(ArrayRef<StepFunction> steps, const Widths &widths) {
  std::string bits;
  auto collect = [&](const char *vector, size_t words, auto member) {
    for (size_t k = 0; k < words; ++k) {
      bool used = llvm::any_of(
          steps, [&](const StepFunction &f) { return k < (f.*member).size() && (f.*member)[k]; });
      if (!used)
        bits += (bits.empty() ? "" : ", ") + std::string(vector) + "[" + std::to_string(32 * k) +
                " +: 32]";
    }
  };
  collect("state", widths.state, &StepFunction::readsState);
  collect("param", widths.param, &StepFunction::readsParam);
  if (llvm::none_of(steps, [](const StepFunction &f) { return f.readsInput; }))
    bits += (bits.empty() ? "" : ", ") + std::string("x");
  return bits;
}

std::string dispatcher(ArrayRef<StepFunction> steps, const Widths &widths) {
  std::string unused = unusedBits(steps, widths);
  std::string text = "// {emitted, state'} of one neuron of model number `model`.\n"
                     "function automatic [NEURON_STATE*32+31:0] neuron_step(\n"
                     "    input logic [7:0] model,\n"
                     "    input logic [NEURON_STATE*32-1:0] state,\n"
                     "    input logic [NEURON_PARAM*32-1:0] param,\n"
                     "    input logic signed [31:0] x);\n";
  if (!unused.empty())
    text += "  logic unused;\n";
  text += "  begin\n";
  if (!unused.empty())
    text += "    unused = ^{" + unused + "};\n";
  text += "    case (model)\n";
  for (auto [i, f] : llvm::enumerate(steps))
    text += "      8'd" + std::to_string(i) + ": neuron_step = " + callOf(f) + ";\n";
  std::string zero = std::to_string(32 * (widths.state + 1)) + "'d0";
  return text + "      default: neuron_step = " + zero + ";\n    endcase\n  end\nendfunction\n";
}

LogicalResult checkModels(ArrayRef<snn::ModelOp> models) {
  for (size_t i = 0; i < models.size(); ++i) {
    snn::ModelOp model = models[i];
    if (i == 256)
      return model.emitError() << "does not fit: a neuron unit chooses among 256 models, the "
                                  "network has "
                               << models.size() << " (remove models that no population uses)";
    if (model.getInputs().size() > 1)
      return model.emitError() << "model '" << model.getSymName() << "' has "
                               << model.getInputs().size()
                               << " input ports: the neuron unit of a tile has one (add the inputs "
                                  "up before the neuron, or use --target=spinn)";
  }
  return success();
}

} // namespace

FailureOr<std::string> emitNeuronUnit(ArrayRef<snn::ModelOp> models) {
  if (failed(checkModels(models)))
    return failure();
  Widths widths;
  std::vector<std::pair<func::FuncOp, StepInfo>> built;
  OwningOpRef<ModuleOp> scratch;
  for (snn::ModelOp model : models) {
    if (!scratch) {
      model.getContext()->loadDialect<func::FuncDialect>();
      scratch = ModuleOp::create(model.getLoc());
    }
    FailureOr<StepInfo> info =
        buildScalarStep(model, {Number::S1615, Overflow::Saturate}, *scratch);
    if (failed(info))
      return failure();
    widths.state = std::max(widths.state, info->state.size());
    widths.param = std::max(widths.param, info->param.size());
    built.emplace_back(cast<func::FuncOp>(scratch->getBody()->back()), std::move(*info));
  }
  std::vector<StepFunction> steps;
  std::set<std::string> names;
  for (auto [i, entry] : llvm::enumerate(built)) {
    snn::ModelOp model = models[i];
    FailureOr<StepFunction> step =
        buildStepFunction(entry.first, entry.second, uniqueName(model.getSymName(), names),
                          static_cast<unsigned>(widths.state));
    if (failed(step))
      return failure();
    step->function.comment = describe(model.getSymName(), entry.second);
    step->function.resultRange = "NEURON_STATE*32+31:0";
    steps.push_back(std::move(*step));
  }
  std::string text =
      "// Neuron unit: written by spindle from the models of one network. All numbers are\n"
      "// s16.15 in 32 bits; operations saturate.\n"
      "localparam int NEURON_STATE = " +
      std::to_string(widths.state) +
      ";\nlocalparam int NEURON_PARAM = " + std::to_string(widths.param) + ";\n\n";
  for (const StepFunction &step : steps)
    text += print(step.function) + "\n";
  return text + dispatcher(steps, widths);
}

} // namespace spindle::codegen
