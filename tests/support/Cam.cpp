// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/Cam.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace spindle::test {

namespace {

class Writer {
public:
  Writer(unsigned cues, unsigned contents) : cues(cues), contents(contents) {}

  std::string text() {
    out << "snn.network @cam attributes {dt = 1.0e-3 : f64} {\n";
    source("INcue", cues);
    source("INcont", contents);
    population("CA3cueCueRecall", cues, false);
    population("CA3contCueRecall", contents, false);
    population("CA3contCond", contents, true);
    population("CA3contCondInt", 1, true);
    population("CA3cueContRecall", cues, true);
    population("CA3contContRecall", contents, false);
    population("CA3MergeCue", cues, false);
    population("CA3MergeCont", contents, false);
    population("OUTcue", cues, false, -57.5);
    population("OUTcont", contents, false, -57.5);
    fixed();
    for (auto [from, to] : {std::pair("CA3cueCueRecall", "CA3contCueRecall"),
                            std::pair("CA3contContRecall", "CA3cueContRecall")})
      project(
          from, to, Map::All, 0.0, 1, true,
          " learn @SpikePairRule_AdditiveWeightDependence with {tau_plus = 3.0 : f64, tau_minus "
          "= 3.0 : f64, A_plus = 6.0 : f64, A_minus = 6.0 : f64, w_max = 6.0 : f64}");
    out << "}\n";
    return out.str();
  }

private:
  enum class Map { OneToOne, All, AllButSelf };

  void source(const std::string &name, unsigned size) {
    sizes[name] = size;
    out << "  %" << name << " = snn.source \"" << name << "\" kind spike_array : !snn.pop<" << size
        << ">\n";
  }

  void population(const std::string &name, unsigned size, bool fast, double threshold = -57.0) {
    sizes[name] = size;
    out << "  %" << name << " = snn.population \"" << name
        << "\" of @IF_curr_exp {cm = " << (fast ? "0.14" : "0.27")
        << " : f64, tau_m = " << (fast ? "0.5" : "3.0")
        << " : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = " << std::fixed
        << threshold << std::defaultfloat
        << " : f64, tau_refrac = 1.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64}"
        << " initial {v = -60.0 : f64} : !snn.pop<" << size << ">\n";
  }

  void fixed() {
    project("INcue", "CA3cueCueRecall", Map::OneToOne, 6, 1);
    project("INcont", "CA3contCueRecall", Map::OneToOne, 6, 1);
    project("CA3cueCueRecall", "CA3cueContRecall", Map::OneToOne, 6, 2);
    project("CA3cueCueRecall", "CA3cueContRecall", Map::AllButSelf, 6.0 * contents, 3, false);
    project("CA3cueCueRecall", "CA3contCond", Map::All, 6, 2, false);
    project("CA3contCueRecall", "CA3contCond", Map::OneToOne, 9, 1);
    project("CA3contCond", "CA3contContRecall", Map::OneToOne, 6, 1);
    project("CA3contCueRecall", "CA3contCondInt", Map::All, 6, 1);
    project("CA3contCondInt", "CA3contCond", Map::All, 2, 1);
    project("CA3cueContRecall", "CA3cueContRecall", Map::AllButSelf, 6.0 * contents, 2, false);
    project("CA3cueCueRecall", "CA3MergeCue", Map::OneToOne, 6, 3);
    project("CA3cueContRecall", "CA3MergeCue", Map::OneToOne, 6, 1);
    project("CA3contCueRecall", "CA3MergeCont", Map::OneToOne, 6, 3);
    project("CA3contContRecall", "CA3MergeCont", Map::OneToOne, 6, 1);
    project("CA3MergeCue", "OUTcue", Map::OneToOne, 6, 1);
    project("CA3MergeCont", "OUTcont", Map::OneToOne, 6, 1);
  }

  void project(const std::string &from, const std::string &to, Map map, double weight,
               unsigned delay, bool excitatory = true, const std::string &learn = "") {
    unsigned in = sizes[from], outs = sizes[to];
    std::string name = "@w" + std::to_string(count++);
    out << "  snn.weights " << name << " = dense<";
    if (map == Map::AllButSelf) {
      out << "[";
      for (unsigned o = 0; o < outs; ++o) {
        out << (o ? ", [" : "[");
        for (unsigned i = 0; i < in; ++i)
          out << (i ? ", " : "") << std::fixed << (i == o ? 0.0 : weight);
        out << "]";
      }
      out << "]";
    } else {
      out << std::fixed << weight;
    }
    out << "> : tensor<";
    if (map == Map::OneToOne)
      out << in;
    else
      out << outs << "x" << in;
    out << "xf32>\n  snn.project %" << from << " to %" << to << " port \""
        << (excitatory ? "excitatory" : "inhibitory") << "\" via " << name << " as #snn."
        << (map == Map::OneToOne ? "one_to_one" : "dense") << " forward delay " << delay << learn
        << " : !snn.pop<" << in << "> to !snn.pop<" << outs << ">\n";
    out << std::defaultfloat;
  }

  unsigned cues, contents, count = 0;
  std::map<std::string, unsigned> sizes;
  std::ostringstream out;
};

std::vector<std::string> split(const std::string &line, char at) {
  std::vector<std::string> cells(1);
  for (char c : line)
    if (c == at)
      cells.emplace_back();
    else if (c != '\r')
      cells.back() += c;
  return cells;
}

} // namespace

std::string camText(unsigned cues, unsigned contents) { return Writer(cues, contents).text(); }

CamRecording readCam(const std::filesystem::path &file, unsigned cues, unsigned contents) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line))
    throw std::runtime_error("cannot read " + file.string());
  CamRecording recording;
  recording.columns = split(line, ';');
  recording.columns.erase(recording.columns.begin());
  uint32_t cue = 0, content = 0;
  while (std::getline(in, line)) {
    auto cells = split(line, ';');
    auto &step = recording.steps.emplace_back();
    for (size_t c = 0; c < recording.columns.size() && c + 1 < cells.size(); ++c) {
      auto &spikes = step[recording.columns[c]];
      std::istringstream list(cells[c + 1]);
      for (uint32_t neuron; list >> neuron;)
        spikes.insert(neuron);
      bool isCue = recording.columns[c].find("cue") != std::string::npos &&
                   recording.columns[c].find("CA3cont") == std::string::npos;
      if (!spikes.empty() && recording.columns[c].rfind("IN", 0) == 0)
        (isCue ? cue : content) = std::max(isCue ? cue : content, *spikes.rbegin() + 1);
    }
  }
  recording.cues = cues ? cues : cue;
  recording.contents = contents ? contents : content;
  return recording;
}

} // namespace spindle::test
