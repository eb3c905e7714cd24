// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated datapaths of every library model in every profile: accepted by three tools, alone
// and in the tile, and equal bit for bit to the compiled kernels and to an interpretation of the
// regions, on random states, parameters and inputs and on the corners of their numbers.
#include "compiler/codegen/verilog/NeuronUnit.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/import/nir/Models.h"
#include "runtime/machine/Kernel.h"
#include "sim/fabric/RtlBuild.h"
#include "tests/unit/compiler/codegen/FixedInterpreter.h"
#include "tools/Registry.h"

#include "mlir/Parser/Parser.h"

#include "tests/support/catch.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <unistd.h>

using namespace spindle;

namespace {

/// A folder that goes with the test.
struct Scratch {
  std::filesystem::path path;
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "neuron_unit_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Scratch() { std::filesystem::remove_all(path); }

  void write(const std::string &name, const std::string &text) const {
    std::ofstream(path / name) << text;
  }
  /// Runs a command in the folder; its output is in the failure message.
  std::string run(const std::string &command) const {
    std::string line = "cd '" + path.string() + "' && (" + command + ") > log 2>&1";
    int status = std::system(line.c_str());
    std::stringstream log;
    log << std::ifstream(path / "log").rdbuf();
    INFO(command << "\n" << log.str());
    REQUIRE(status == 0);
    return log.str();
  }
};

/// The neuron unit of some models, and the same models as kernels.
struct Unit {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<snn::ModelOp> models;
  codegen::CpuKernels kernels;
  std::shared_ptr<KernelLibrary> library;
  std::string verilog;
  size_t stateWords = 1, paramWords = 1;

  explicit Unit(const std::string &modelText) : context(registry()) {
    context.loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "snn.network @n attributes {dt = 1.0e-3 : f64} {\n" + modelText + "}\n", &context);
    REQUIRE(module);
    auto network = *module->getOps<snn::NetworkOp>().begin();
    for (snn::ModelOp model : network.getOps<snn::ModelOp>())
      models.push_back(model);
    auto emitted = codegen::emitNeuronUnit(models);
    REQUIRE(mlir::succeeded(emitted));
    verilog = *emitted;
    auto built =
        codegen::emitCpuKernels(network, {codegen::Number::S1615, codegen::Overflow::Saturate});
    REQUIRE(mlir::succeeded(built));
    kernels = std::move(*built);
    library = KernelLibrary::load(kernels.bitcode);
    for (const codegen::CpuKernel &kernel : kernels.kernels) {
      stateWords = std::max(stateWords, kernel.info.state.size());
      paramWords = std::max(paramWords, kernel.info.param.size());
    }
  }

  static std::string ofProfile(const std::string &profile) {
    std::string text;
    for (const std::string &type : nir::neuronTypes())
      text += nir::modelText(type, profile) + "\n";
    return text;
  }

  static const mlir::DialectRegistry &registry() {
    static const mlir::DialectRegistry all = [] {
      mlir::DialectRegistry r;
      registerDialects(r);
      return r;
    }();
    return all;
  }
};

//===- Stimulus -------------------------------------------------------------------------------===//

/// 32-bit words: corners, small numbers, anything.
class Words {
public:
  uint32_t next(bool cornersOnly) {
    static constexpr std::array<uint32_t, 12> corners = {
        0,          1,          2,      0xffffffff, 0x7fffffff, 0x7ffffffe,
        0x80000000, 0x80000001, 0x8000, 0xffff8000, 0x10000,    0xc0000000};
    switch (cornersOnly ? 0 : random_() % 4) {
    case 0:
      return corners[random_() % corners.size()];
    case 1:
      return static_cast<uint32_t>(random_());
    default: // a few units of s16.15, either sign
      return static_cast<uint32_t>(static_cast<int32_t>(random_()) >> (11 + random_() % 8));
    }
  }

private:
  std::mt19937 random_{20};
};

/// What goes into a step of model number `model`, and what the kernel makes of it.
struct Vector {
  size_t model = 0;
  std::vector<uint32_t> state, param, after;
  uint32_t x = 0, emitted = 0;
};

Vector draw(const Unit &unit, size_t model, bool corners, Words &random) {
  const codegen::CpuKernel &kernel = unit.kernels.kernels[model];
  Vector v;
  v.model = model;
  for (size_t k = 0; k < kernel.info.state.size(); ++k)
    v.state.push_back(random.next(corners));
  for (size_t k = 0; k < kernel.info.param.size(); ++k)
    v.param.push_back(random.next(corners));
  v.x = random.next(corners);
  v.after = v.state;
  std::vector<void *> states;
  for (uint32_t &word : v.after)
    states.push_back(&word);
  std::vector<const void *> params;
  for (uint32_t &word : v.param)
    params.push_back(&word);
  const void *input = &v.x;
  unit.library->find(kernel.symbol)(0, 1, states.data(), params.data(), &input, &v.emitted);
  return v;
}

/// Vectors of all models in turn; every other one is of corners only.
std::vector<Vector> drawAll(const Unit &unit, size_t perModel) {
  std::vector<Vector> vectors;
  Words random;
  size_t models = unit.kernels.kernels.size();
  for (size_t i = 0; i < perModel * models; ++i)
    vectors.push_back(draw(unit, i % models, i / models % 2 == 0, random));
  return vectors;
}

//===- The interpretation ---------------------------------------------------------------------===//

bool interpretedAlike(const Unit &unit, const Vector &v) {
  const codegen::StepInfo &info = unit.kernels.kernels[v.model].info;
  test::Terms terms;
  for (size_t k = 0; k < info.state.size(); ++k)
    terms[info.state[k].name] = v.state[k];
  for (size_t k = 0; k < info.param.size(); ++k)
    terms[info.param[k].name] = v.param[k];
  for (const codegen::StepTerm &input : info.input)
    terms[input.name] = v.x;
  if (test::interpretStep(unit.models[v.model], terms) != v.emitted)
    return false;
  for (size_t k = 0; k < info.state.size(); ++k)
    if (terms[info.state[k].name] != v.after[k])
      return false;
  return true;
}

//===- Verilator ------------------------------------------------------------------------------===//

const char *const kTop = R"(
module neuron_top (
    input logic clk_i,
    input logic [7:0] model_i,
    input logic [31:0] x_i,
    input logic [511:0] state_i,
    input logic [511:0] param_i,
    output logic [543:0] y_o);
`include "neuron_unit.svh"
  logic unused;
  assign unused = ^{state_i, param_i};
  always_ff @(posedge clk_i)
    y_o <= {{(16-NEURON_STATE)*32{1'b0}}, neuron_step(model_i, state_i[NEURON_STATE*32-1:0],
                                                       param_i[NEURON_PARAM*32-1:0], x_i)};
endmodule
)";

const char *const kShim = R"(
extern "C" __attribute__((visibility("default")))
void evaluate(unsigned model, unsigned x, const unsigned *state, const unsigned *param, unsigned *y) {
  static VerilatedContext context;
  static Vmodel top{&context};
  top.model_i = model;
  top.x_i = x;
  for (int k = 0; k < 16; ++k) {
    top.state_i[k] = state[k];
    top.param_i[k] = param[k];
  }
  top.clk_i = 0;
  top.eval();
  top.clk_i = 1;
  top.eval();
  for (int k = 0; k < 17; ++k)
    y[k] = top.y_o[k];
}
)";

/// The unit as Verilator compiles it.
class Verilated {
public:
  explicit Verilated(const Unit &unit) : stateWords_(unit.stateWords) {
    fabric::ModelSource source;
    source.top = "neuron_top";
    source.files = {{"neuron_unit.svh", unit.verilog}, {"neuron_top.sv", kTop}};
    source.shim = kShim;
    library_ = fabric::buildModel(source);
    evaluate_ = reinterpret_cast<Evaluate *>(library_->symbol("evaluate"));
  }

  bool alike(const Vector &v) const {
    std::array<uint32_t, 16> state = {}, param = {};
    std::array<uint32_t, 17> y = {};
    std::copy(v.state.begin(), v.state.end(), state.begin());
    std::copy(v.param.begin(), v.param.end(), param.begin());
    evaluate_(static_cast<unsigned>(v.model), v.x, state.data(), param.data(), y.data());
    return y[stateWords_] == v.emitted && std::equal(v.after.begin(), v.after.end(), y.begin());
  }

private:
  using Evaluate = void(unsigned, unsigned, const uint32_t *, const uint32_t *, uint32_t *);
  size_t stateWords_;
  std::shared_ptr<fabric::ModelLibrary> library_;
  Evaluate *evaluate_;
};

//===- iverilog -------------------------------------------------------------------------------===//

std::string hex(uint32_t word) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", word);
  return text;
}

/// Last word first: as a concatenation is written.
std::string vectorText(const std::vector<uint32_t> &words, size_t width) {
  std::string text;
  for (size_t k = width; k-- > 0;)
    text += hex(k < words.size() ? words[k] : 0);
  return text;
}

/// One line of stimulus and expectation: model, state, param, x, emitted, state'.
std::string lineOf(const Unit &unit, const Vector &v) {
  return hex(static_cast<uint32_t>(v.model)) + vectorText(v.state, unit.stateWords) +
         vectorText(v.param, unit.paramWords) + hex(v.x) + hex(v.emitted) +
         vectorText(v.after, unit.stateWords) + "\n";
}

std::string bench(const Unit &unit, size_t vectors) {
  std::string n = std::to_string(vectors);
  std::string width = std::to_string(32 * (3 + 2 * unit.stateWords + unit.paramWords));
  return "module bench;\n`include \"neuron_unit.svh\"\n"
         "  localparam int S = NEURON_STATE * 32;\n  localparam int P = NEURON_PARAM * 32;\n"
         "  logic [" +
         width + "-1:0] lines [0:" + n +
         "-1];\n"
         "  logic [31:0] model, x;\n  logic [S-1:0] state;\n  logic [P-1:0] param;\n"
         "  logic [S+31:0] expected, found;\n  integer i, wrong;\n"
         "  initial begin\n    wrong = 0;\n    $readmemh(\"vectors.hex\", lines);\n"
         "    for (i = 0; i < " +
         n +
         "; i = i + 1) begin\n"
         "      {model, state, param, x, expected} = lines[i];\n"
         "      found = neuron_step(model[7:0], state, param, x);\n"
         "      if (found !== expected) begin\n"
         "        wrong = wrong + 1;\n"
         "        if (wrong < 5) $display(\"vector %0d model %0d: %h, not %h\", i, model, found, "
         "expected);\n"
         "      end\n    end\n"
         "    $display(\"compared %0d wrong %0d\", i, wrong);\n    $finish;\n  end\nendmodule\n";
}

/// iverilog does some thousand vectors a second: the first ones only.
void compareInIverilog(const Scratch &scratch, const Unit &unit, const std::vector<Vector> &vectors,
                       size_t count) {
  std::string lines;
  for (size_t i = 0; i < count; ++i)
    lines += lineOf(unit, vectors[i]);
  scratch.write("vectors.hex", lines);
  scratch.write("bench.sv", bench(unit, count));
  scratch.run("iverilog -g2012 -o bench.vvp bench.sv");
  CHECK_THAT(scratch.run("vvp bench.vvp"),
             Catch::Contains("compared " + std::to_string(count) + " wrong 0"));
}

//===- Lint -----------------------------------------------------------------------------------===//

const char *const kNoLatches = "select -assert-none t:$dlatch t:$adlatch t:$_DLATCH*'";

void lintAlone(const Scratch &scratch) {
  scratch.run("verilator --lint-only -Wall --top-module neuron_top neuron_top.sv");
  CHECK(scratch.run("iverilog -g2012 -Wall -o /dev/null neuron_top.sv").empty());
  scratch.run("yosys -q -p 'read_verilog -sv neuron_top.sv; hierarchy -check -top neuron_top;"
              " proc; opt; check -assert; " +
              std::string(kNoLatches));
}

/// In the tile, where names could meet; small, because that is quick.
void lintInTile(const Scratch &scratch) {
  std::string rtl = SPINDLE_RTL, sources;
  for (const char *name : {"bus_pkg", "rows", "converters", "neurons", "serialiser", "tile"})
    sources += " '" + rtl + "/xb_" + name + ".sv'";
  scratch.run("verilator --lint-only -Wall --top-module xb_tile '" + rtl + "/waivers.vlt' '" + rtl +
              "/xb_array_dpi.sv'" + sources);
  CHECK(
      scratch.run("iverilog -g2012 -Wall -t null -s xb_tile '" + rtl + "/xb_array_bb.v'" + sources)
          .empty());
  std::string script = "read_verilog -lib " + rtl + "/xb_array_bb.v; read_verilog -sv";
  for (const char *name : {"bus_pkg", "rows", "converters", "neurons", "serialiser", "tile"})
    script += " " + rtl + "/xb_" + name + ".sv";
  scratch.run("yosys -q -p '" + script +
              "; chparam -set ROWS 16 -set COLS 16 -set BANKS 2 -set ADC_SHARE 2 -set SLOTS 4"
              " -set ROUTES 16 xb_tile; hierarchy -check -top xb_tile; proc; opt; check -assert; " +
              kNoLatches);
}

} // namespace

TEST_CASE("every library model: three tools accept it, simulators, kernel and interpreter agree") {
  constexpr size_t perModel = 20000, perModelInIverilog = 250;
  for (const std::string &profile : nir::profileNames()) {
    DYNAMIC_SECTION(profile) {
      Unit unit(Unit::ofProfile(profile));
      REQUIRE(unit.models.size() == nir::neuronTypes().size());
      Scratch scratch;
      scratch.write("neuron_unit.svh", unit.verilog);
      scratch.write("neuron_top.sv", kTop);
      lintAlone(scratch);
      lintInTile(scratch);

      Verilated verilated(unit);
      auto vectors = drawAll(unit, perModel);
      std::vector<size_t> emitting(unit.models.size()), wrong(unit.models.size());
      for (const Vector &v : vectors) {
        wrong[v.model] += !verilated.alike(v) || !interpretedAlike(unit, v);
        emitting[v.model] += v.emitted != 0;
      }
      for (size_t m = 0; m < unit.models.size(); ++m) {
        INFO(unit.kernels.kernels[m].symbol);
        CHECK(wrong[m] == 0);
        CHECK(emitting[m] > perModel / 20); // both ways through the reset
        CHECK(emitting[m] <= perModel);
      }
      compareInIverilog(scratch, unit, vectors, perModelInIverilog * unit.models.size());
    }
  }
}

TEST_CASE("a model's name does not meet the names of the tile") {
  std::string text;
  for (const char *name :
       {"i", "q", "valid_i", "neuron_step", "step", "result", "begin", "a.b", "a_b", "ü"})
    text += "snn.model @\"" + std::string(name) +
            "\" params(i) state(q) inputs(step) update { %x = snn.get \"step\" %p = snn.get \"i\" "
            "%y = arith.addf %x, %p : f64 snn.set \"q\", %y } emit { %v = snn.get \"q\" "
            "snn.emit graded %v : f64 }\n";
  Unit unit(text);
  Scratch scratch;
  scratch.write("neuron_unit.svh", unit.verilog);
  scratch.write("neuron_top.sv", kTop);
  lintAlone(scratch);
  lintInTile(scratch);
}
