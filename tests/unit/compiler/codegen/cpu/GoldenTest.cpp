// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neurons of the many-core machine, written as regions and compiled to s16.15, against traces of
// the machine's own C code: every trace of the manifest whose model is listed here, every column,
// every tick.
#include "sim/number/Exp.h"
#include "sim/number/Fixed.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/cpu/Compiled.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>

namespace n = spindle::number;
using spindle::test::Compiled;
using Names = std::map<std::string, int32_t>;

namespace {

/// Exponential synapses and a leaky membrane with a refractory timer. `current` computes %exc and
/// %inh from the synapse values %e and %i.
std::string model(const std::string &current) {
  return R"(
snn.model @m params(init_e, decay_e, init_i, decay_i, e_rev_e, e_rev_i, r, keep, v_rest, v_reset,
                    v_thresh, i_offset, t_ref)
    state(v, refract, g_e, g_i) inputs(in_e, in_i, i_src) observe(v_rec, g_e_rec, g_i_rec)
  update {
    %ge0 = snn.get "g_e"
    %in_e = snn.get "in_e"
    %init_e = snn.get "init_e"
    %add_e = snn.decay %in_e by %init_e
    %e0 = arith.addf %ge0, %add_e : f64
    snn.set "g_e", %e0
    %gi0 = snn.get "g_i"
    %in_i = snn.get "in_i"
    %init_i = snn.get "init_i"
    %add_i = snn.decay %in_i by %init_i
    %i0 = arith.addf %gi0, %add_i : f64
    snn.set "g_i", %i0
    %v = snn.get "v"
    snn.set "v_rec", %v
)" + current +
         R"(
    snn.set "g_e_rec", %e
    snn.set "g_i_rec", %i
    %net = arith.subf %exc, %inh : f64
    %offset = snn.get "i_offset"
    %biased = arith.addf %net, %offset : f64
    %src = snn.get "i_src"
    %all = arith.addf %biased, %src : f64
    %r = snn.get "r"
    %rest = snn.get "v_rest"
    %keep = snn.get "keep"
    %ri = arith.mulf %all, %r : f64
    %alpha = arith.addf %ri, %rest : f64
    %gap = arith.subf %alpha, %v : f64
    %left = arith.mulf %keep, %gap : f64
    %v1 = arith.subf %alpha, %left : f64
    %timer = snn.get "refract"
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %free = arith.cmpf ole, %timer, %zero : f64
    %v2 = arith.select %free, %v1, %v : f64
    snn.set "v", %v2
    %less = arith.subf %timer, %one : f64
    %timer1 = arith.select %free, %timer, %less : f64
    snn.set "refract", %timer1
  } emit {
    %v = snn.get "v"
    %th = snn.get "v_thresh"
    %z = arith.cmpf oge, %v, %th : f64
    snn.emit spike %z : i1
  } reset {
    %v_reset = snn.get "v_reset"
    snn.set "v", %v_reset
    %t_ref = snn.get "t_ref"
    snn.set "refract", %t_ref
  } after {
    %e = snn.get "g_e"
    %decay_e = snn.get "decay_e"
    %e1 = snn.decay %e by %decay_e
    snn.set "g_e", %e1
    %i = snn.get "g_i"
    %decay_i = snn.get "decay_i"
    %i1 = snn.decay %i by %decay_i
    snn.set "g_i", %i1
  })";
}

const char *const kCurrent = R"(
    %none = arith.constant 0.0 : f64
    %e = arith.addf %e0, %none : f64
    %i = arith.addf %i0, %none : f64
    %exc = arith.addf %e, %none : f64
    %inh = arith.addf %i, %none : f64
)";

// Conductances carry a factor of 1024; I_e = g_e (E_e - v), I_i = -g_i (E_i - v).
const char *const kConductance = R"(
    %unit = arith.constant 0.0009765625 : f64
    %e = arith.mulf %e0, %unit : f64
    %i = arith.mulf %i0, %unit : f64
    %rev_e = snn.get "e_rev_e"
    %rev_i = snn.get "e_rev_i"
    %to_e = arith.subf %rev_e, %v : f64
    %to_i = arith.subf %rev_i, %v : f64
    %exc = arith.mulf %e, %to_e : f64
    %minus = arith.negf %i : f64
    %inh = arith.mulf %minus, %to_i : f64
)";

/// Constants as the machine computes them from the words that its host wrote.
struct Trace {
  explicit Trace(const nlohmann::json &entry) {
    std::vector<int32_t> w;
    for (const nlohmann::json &word : entry.at("sdram_words"))
      w.push_back(n::wrap32(word.get<int64_t>()));
    bool conductance = entry.at("model") == "IF_cond_exp";
    size_t at = conductance ? 12 : 10; // of the threshold
    substeps = static_cast<uint32_t>(w[0]);
    int32_t dt = n::divideByInteger(w[9], substeps);
    state = {{"v", w[1]}, {"refract", w[8] * n::kS1615One}, {"g_e", w[at + 2]}, {"g_i", w[at + 4]}};
    int32_t refractory = n::divide(w[7], dt);
    param = {{"r", n::divide(w[4], w[3])},
             {"keep", n::expk(-n::divide(dt, w[4]))},
             {"v_rest", w[2]},
             {"v_reset", w[6]},
             {"v_thresh", w[at]},
             {"i_offset", w[5]},
             {"t_ref", (refractory + 32767) / 32768 * 32768}};
    if (conductance)
      param.insert({{"e_rev_e", w[10]}, {"e_rev_i", w[11]}});
    synapse("e", w[at + 1], n::divideByInteger(w[at + 5], substeps));
    synapse("i", w[at + 3], n::divideByInteger(w[at + 5], substeps));
  }
  void synapse(const std::string &type, int32_t tau, int32_t dt) {
    uint32_t decay = n::expulr(-n::divide(dt, tau));
    uint32_t init = n::decayToU032(n::divide(tau, dt), UINT32_MAX - decay);
    param["decay_" + type] = static_cast<int32_t>(decay);
    param["init_" + type] = static_cast<int32_t>(init);
  }
  uint32_t substeps;
  Names state, param;
};

Names row(const std::vector<std::string> &header, const std::string &line) {
  Names values;
  std::istringstream stream(line);
  std::string field;
  for (size_t k = 0; std::getline(stream, field, ','); ++k)
    values[header.at(k)] = static_cast<int32_t>(std::stoll(field));
  return values;
}

/// Runs one tick and gives the columns of the trace.
Names tick(Compiled<int32_t> &m, uint32_t substeps, const Names &in) {
  m.input = {{in.at("in_exc")}, {in.at("in_inh")}, {in.at("i_src")}};
  Names out;
  int32_t spike = 0;
  for (uint32_t k = 0; k < substeps; ++k) {
    m.step();
    spike |= m.emitted[0];
    if (k == 0) { // recorded in the first sub-step only; input arrives in it only
      out["v_rec"] = m.state[4][0];
      out["gsyn_exc_rec"] = m.state[5][0];
      out["gsyn_inh_rec"] = m.state[6][0];
      m.input[0][0] = m.input[1][0] = 0;
    }
  }
  out["spike"] = spike;
  out["v_post"] = m.state[0][0];
  out["refract_post"] = m.state[1][0] >> 15;
  return out;
}

void replay(const std::filesystem::path &folder, const nlohmann::json &entry) {
  Trace trace(entry);
  bool conductance = entry.at("model") == "IF_cond_exp";
  Compiled<int32_t> m(model(conductance ? kConductance : kCurrent), 1);
  const auto &info = m.kernels.kernels[0].info;
  for (size_t k = 0; k < info.param.size(); ++k)
    m.param[k] = {trace.param.at(info.param[k].name)};
  for (size_t k = 0; k < 4; ++k)
    m.state[k] = {trace.state.at(info.state[k].name)};

  std::ifstream file(folder / entry.at("file").get<std::string>());
  std::string line;
  std::vector<std::string> header;
  std::getline(file, line);
  std::istringstream fields(line);
  while (std::getline(fields, line, ','))
    header.push_back(line);
  int ticks = 0, spikes = 0, bad = 0;
  for (; std::getline(file, line); ++ticks) {
    Names expected = row(header, line);
    Names got = tick(m, trace.substeps, expected);
    spikes += got.at("spike");
    for (const auto &[name, value] : got) {
      INFO(entry.at("name") << " tick " << ticks << " " << name);
      if (value != expected.at(name) && bad++ == 0)
        CHECK(value == expected.at(name));
    }
    // The synapse's own value, before a conductance is scaled.
    bad += m.state[2][0] != expected.at("syn_exc_post");
    bad += m.state[3][0] != expected.at("syn_inh_post");
  }
  INFO(entry.at("name"));
  CHECK(bad == 0);
  CHECK(ticks == entry.at("ticks"));
  CHECK(spikes == entry.at("n_spikes"));
}

} // namespace

TEST_CASE("neurons with exponential synapses equal the machine's traces in every bit") {
  auto folder = spindle::test::requireShared("spinnaker/neurons");
  std::ifstream file(folder / "manifest.json");
  int traces = 0;
  for (const nlohmann::json &entry : nlohmann::json::parse(file)) {
    if (entry.at("model") != "IF_curr_exp" && entry.at("model") != "IF_cond_exp")
      continue;
    replay(folder, entry);
    ++traces;
  }
  CHECK(traces > 0);
}
