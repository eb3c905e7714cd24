// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated datapaths of every library model in every profile: accepted by three tools, and
// equal bit for bit to the compiled kernels on random states, parameters and inputs, corners
// included.
#include "compiler/codegen/verilog/NeuronUnit.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/import/nir/Models.h"
#include "runtime/machine/Kernel.h"
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

/// The neuron unit of all models of a profile, and the same models as kernels.
struct Unit {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  codegen::CpuKernels kernels;
  std::shared_ptr<KernelLibrary> library;
  std::string verilog;

  explicit Unit(const std::string &profile) : context(registry()) {
    context.loadAllAvailableDialects();
    std::string text = "snn.network @n attributes {dt = 1.0e-3 : f64} {\n";
    for (const std::string &type : nir::neuronTypes())
      text += nir::modelText(type, profile) + "\n";
    module = mlir::parseSourceString<mlir::ModuleOp>(text + "}\n", &context);
    REQUIRE(module);
    auto network = *module->getOps<snn::NetworkOp>().begin();
    std::vector<snn::ModelOp> models;
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

/// 32-bit words that like corners and small numbers.
class Words {
public:
  uint32_t next() {
    static constexpr std::array<uint32_t, 8> corners = {
        0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x80000001, 0x8000, 0xffff8000};
    switch (random_() % 4) {
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
std::string vectorLine(const Unit &unit, size_t model, size_t stateWords, size_t paramWords,
                       Words &random) {
  const codegen::CpuKernel &kernel = unit.kernels.kernels[model];
  std::vector<uint32_t> state(kernel.info.state.size()), param(kernel.info.param.size());
  for (uint32_t &word : state)
    word = random.next();
  for (uint32_t &word : param)
    word = random.next();
  uint32_t x = random.next(), emitted = 0;
  std::string line = hex(static_cast<uint32_t>(model)) + vectorText(state, stateWords) +
                     vectorText(param, paramWords) + hex(x);
  std::vector<void *> states;
  for (uint32_t &word : state)
    states.push_back(&word);
  std::vector<const void *> params;
  for (uint32_t &word : param)
    params.push_back(&word);
  const void *input = &x;
  unit.library->find(kernel.symbol)(0, 1, states.data(), params.data(), &input, &emitted);
  return line + hex(emitted) + vectorText(state, stateWords) + "\n";
}

constexpr size_t kVectors = 250; ///< per model; iverilog does some thousand a second

const char *const kLintTop = R"(
module neuron_lint (
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

std::string bench(size_t vectors, size_t stateWords, size_t paramWords) {
  std::string n = std::to_string(vectors);
  std::string width = std::to_string(32 * (3 + 2 * stateWords + paramWords));
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

} // namespace

TEST_CASE("every library model: three tools accept it, two simulators agree with the kernels") {
  // Verilating takes a while: the first profile stands for all, lint and iverilog see every one.
  for (const std::string &profile : nir::profileNames()) {
    DYNAMIC_SECTION(profile) {
      Unit unit(profile);
      size_t stateWords = 1, paramWords = 1;
      for (const codegen::CpuKernel &kernel : unit.kernels.kernels) {
        stateWords = std::max(stateWords, kernel.info.state.size());
        paramWords = std::max(paramWords, kernel.info.param.size());
      }
      Scratch scratch;
      scratch.write("neuron_unit.svh", unit.verilog);
      scratch.write("neuron_lint.sv", kLintTop);
      scratch.run("verilator --lint-only -Wall --top-module neuron_lint neuron_lint.sv");
      CHECK(scratch.run("iverilog -g2012 -Wall -o /dev/null neuron_lint.sv").empty());
      scratch.run("yosys -q -p 'read_verilog -sv neuron_lint.sv; hierarchy -check -top neuron_lint;"
                  " proc; opt; check -assert;"
                  " select -assert-none t:$dlatch t:$adlatch t:$_DLATCH*'");

      std::string lines;
      Words random;
      size_t models = unit.kernels.kernels.size();
      REQUIRE(models == nir::neuronTypes().size());
      for (size_t i = 0; i < kVectors * models; ++i)
        lines += vectorLine(unit, i % models, stateWords, paramWords, random);
      scratch.write("vectors.hex", lines);
      scratch.write("bench.sv", bench(kVectors * models, stateWords, paramWords));
      std::string expected = "compared " + std::to_string(kVectors * models) + " wrong 0";
      scratch.run("iverilog -g2012 -o bench.vvp bench.sv");
      CHECK_THAT(scratch.run("vvp bench.vvp"), Catch::Contains(expected));
      if (profile == nir::profileNames().front()) {
        scratch.run("verilator --binary -Wno-fatal -CFLAGS -O0 --Mdir obj bench.sv");
        CHECK_THAT(scratch.run("obj/Vbench"), Catch::Contains(expected));
      }
    }
  }
}
