// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The library's neurons against traces of the machine's own C code: every trace of the manifest,
// every column, every tick. A network as a person writes it is compiled for the machine; the kernel
// and the columns of its image are run on the inputs of the trace.
#include "runtime/image/Image.h"
#include "runtime/machine/Kernel.h"
#include "tests/support/Engines.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>

using namespace spindle;
using namespace spindle::test;
using Names = std::map<std::string, int32_t>;

namespace {

constexpr size_t kNeurons = 19; ///< a whole vector and some more, all alike

/// Names of the manifest: of models, parameters and synapse parameters.
const std::map<std::string, std::string> kModels = {{"IZK_curr_exp", "Izhikevich"},
                                                    {"IZK_cond_exp", "Izhikevich_cond"}},
                                         kStates = {{"v_init", "v"}, {"v", "v"}, {"u", "u"}},
                                         kSynapses = {{"te", "tau_syn_E"},
                                                      {"ti", "tau_syn_I"},
                                                      {"ee", "e_rev_E"},
                                                      {"ei", "e_rev_I"}};

std::string listOf(const std::vector<std::pair<std::string, double>> &entries) {
  std::ostringstream text;
  text.precision(17);
  for (auto &[name, value] : entries)
    text << (text.tellp() > 0 ? ", " : "") << name << " = " << std::scientific << value << " : f64";
  return "{" + text.str() + "}";
}

/// The network of a trace. Both ports have a synapse, so that neither is taken for silent.
std::string networkOf(const nlohmann::json &entry) {
  std::vector<std::pair<std::string, double>> parameters, initial;
  double dt = 0;
  for (auto &[name, value] : entry.at("params").items()) {
    if (name == "dt")
      dt = value.get<double>() * 1e-3;
    else if (auto state = kStates.find(name); state != kStates.end())
      initial.emplace_back(state->second, value.get<double>());
    else
      parameters.emplace_back(name, value.get<double>());
  }
  for (auto &[name, value] : entry.at("syn").items())
    parameters.emplace_back(kSynapses.at(name), value.get<double>());
  std::string model = entry.at("model");
  if (auto known = kModels.find(model); known != kModels.end())
    model = known->second;
  std::ostringstream text;
  text.precision(17);
  std::string pop = "!snn.pop<" + std::to_string(kNeurons) + ">";
  std::string joined = " as #snn.one_to_one forward delay 1 : " + pop + " to " + pop + "\n";
  text << "snn.network @golden attributes {dt = " << std::scientific << dt << " : f64} {\n"
       << "snn.weights @w = dense<1.0> : tensor<1xf64>\n"
       << "%in = snn.source \"in\" : " << pop << "\n"
       << "%n = snn.population \"n\" of @" << model << " " << listOf(parameters) << " initial "
       << listOf(initial) << " substeps " << entry.at("n_steps_per_tick") << " : " << pop << "\n"
       << "snn.project %in to %n port \"excitatory\" via @w" << joined
       << "snn.project %in to %n port \"inhibitory\" via @w" << joined
       << "snn.drive %n port \"i_source\" by @w from 0 : " << pop << "\n}\n";
  return text.str();
}

/// One population of a spinn image, run without the machine around it.
class Population {
public:
  Population(const image::Image &image, const std::string &name) {
    uint32_t index = nodeIndex(image, name);
    const auto &node = *image.meta().nodes()->Get(index);
    const auto &values = *image.meta().program_as_Spinn()->nodes()->Get(index);
    model = image.meta().models()->Get(static_cast<uint32_t>(node.model()));
    library = KernelLibrary::load(image.bytes(*image.meta().kernels()));
    kernel = library->find(node.kernel()->str());
    auto expand = [&](const auto &columns, std::vector<std::vector<int32_t>> &into) {
      for (const auto *column : columns) {
        auto data = image.array<int32_t>(*column->data());
        into.emplace_back(data.begin(), data.end());
        into.back().resize(kNeurons, into.back().front());
      }
    };
    expand(*values.param(), param);
    expand(*values.init(), state);
    input.assign(model->input()->size(), std::vector<int32_t>(kNeurons));
    emitted.resize(kNeurons);
  }

  void step() {
    std::vector<void *> s, p, i;
    for (auto [columns, pointers] :
         {std::pair(&state, &s), std::pair(&param, &p), std::pair(&input, &i)})
      for (auto &column : *columns)
        pointers->push_back(column.data());
    kernel(0, kNeurons, s.data(), p.data(), i.data(), emitted.data());
  }
  /// The state of that name, which all neurons share; throws where there is none.
  int32_t value(const std::string &name) const {
    for (uint32_t k = 0; k < state.size(); ++k)
      if (model->state()->Get(k)->name()->str() == name) {
        for (int32_t each : state[k])
          if (each != state[k][0])
            throw std::runtime_error("neurons differ in " + name);
        return state[k][0];
      }
    throw std::runtime_error("no state " + name);
  }
  bool has(const std::string &name) const {
    for (const auto *term : *model->state())
      if (term->name()->str() == name)
        return true;
    return false;
  }

  const image::fb::Model *model;
  std::shared_ptr<KernelLibrary> library;
  KernelFn kernel;
  std::vector<std::vector<int32_t>> param, state, input;
  std::vector<int32_t> emitted;
};

/// The output of a synapse: its state, or both parts of an alpha function.
int32_t synapse(const Population &p, const std::string &type) {
  if (p.has("syn_" + type))
    return p.value("syn_" + type);
  int64_t product = int64_t{p.value("lin_" + type)} * p.value("exp_" + type);
  return static_cast<int32_t>(product >> 15);
}

/// Runs one tick and gives the columns of the trace.
Names tick(Population &p, const Names &in) {
  p.input[0].assign(kNeurons, in.at("in_exc"));
  p.input[1].assign(kNeurons, in.at("in_inh"));
  p.input[2].assign(kNeurons, in.at("i_src"));
  p.step();
  Names out = {{"v_rec", p.value("v_rec")},
               {"gsyn_exc_rec", p.value("gsyn_exc_rec")},
               {"gsyn_inh_rec", p.value("gsyn_inh_rec")},
               {"spike", p.emitted.back()},
               {"v_post", p.value("v")},
               {"syn_exc_post", synapse(p, "exc")},
               {"syn_inh_post", synapse(p, "inh")}};
  if (p.has("refract"))
    out["refract_post"] = p.value("refract");
  if (p.has("u")) {
    out["u_post"] = p.value("u");
    out["h_next"] = p.value("h");
  }
  return out;
}

Names row(const std::vector<std::string> &header, const std::string &line) {
  Names values;
  std::istringstream stream(line);
  std::string field;
  for (size_t k = 0; std::getline(stream, field, ','); ++k)
    values[header.at(k)] = static_cast<int32_t>(std::stoll(field));
  return values;
}

void replay(const std::filesystem::path &folder, const nlohmann::json &entry) {
  auto image = compileText(networkOf(entry), SpinnOptions{});
  Population population(*image, "n");
  std::ifstream file(folder / entry.at("file").get<std::string>());
  std::string line;
  std::vector<std::string> header;
  std::getline(file, line);
  std::istringstream fields(line);
  while (std::getline(fields, line, ','))
    header.push_back(line);
  int ticks = 0, spikes = 0, bad = 0;
  size_t compared = 0;
  for (; std::getline(file, line); ++ticks) {
    Names expected = row(header, line);
    Names got = tick(population, expected);
    spikes += got.at("spike");
    compared = got.size();
    for (const auto &[name, value] : got) {
      INFO(entry.at("name") << " tick " << ticks << " " << name);
      if (value != expected.at(name) && bad++ == 0)
        CHECK(value == expected.at(name));
    }
  }
  INFO(entry.at("name"));
  CHECK(bad == 0);
  // All but the tick, what came in, and the ring buffers.
  CHECK(compared == header.size() - 6);
  CHECK(ticks == entry.at("ticks"));
  CHECK(spikes == entry.at("n_spikes"));
}

} // namespace

TEST_CASE("the library's neurons equal the machine's traces in every bit") {
  auto folder = requireShared("spinnaker/neurons");
  std::ifstream file(folder / "manifest.json");
  nlohmann::json manifest = nlohmann::json::parse(file);
  REQUIRE(!manifest.empty());
  for (const nlohmann::json &entry : manifest)
    replay(folder, entry);
}
