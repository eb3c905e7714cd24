// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each row spoils one thing of a good image and says how that is refused.
#include "runtime/image/Image.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"

#include <functional>
#include <limits>

using namespace spindle;
using Catch::Matchers::Contains;
using spindle::test::SampleImage;
namespace fb = spindle::image::fb;

namespace {

struct Case {
  const char *message;
  std::function<void(SampleImage &)> spoil;
};

void refuse(const std::vector<Case> &cases, std::vector<std::byte> (SampleImage::*write)()) {
  CHECK_NOTHROW(image::Image::fromBytes((SampleImage().*write)()));
  for (const Case &each : cases) {
    SampleImage sample;
    each.spoil(sample);
    INFO(each.message);
    CHECK_THROWS_WITH(image::Image::fromBytes((sample.*write)()), Contains(each.message));
  }
}

} // namespace

TEST_CASE("what every image has") {
  refuse({{"dt is not a time", [](auto &s) { s.dt = std::numeric_limits<double>::quiet_NaN(); }},
          {"'kernels' is empty", [](auto &s) { s.kernels.clear(); }},
          {"has no name", [](auto &s) { s.cellName = ""; }},
          {"is there twice", [](auto &s) { s.cellName = s.sourceName; }},
          {"size and shape differ", [](auto &s) { s.cellShape = {3}; }},
          {"too large shape", [](auto &s) { s.cellShape = {1 << 20, 1 << 20}; }},
          {"too large shape", [](auto &s) { s.cellShape = {-2, -1}; }},
          {"has no model", [](auto &s) { s.cellModel = 1; }},
          {"has no model", [](auto &s) { s.cellModel = -1; }},
          {"has no model", [](auto &s) { s.withModels = false; }},
          {"other events than its model", [](auto &s) { s.cellEmit = fb::Emit_Count; }},
          {"latency out of range", [](auto &s) { s.cellLatency = uint64_t(1) << 40; }},
          {"another number format", [](auto &s) { s.paramNumber = fb::Number_U032; }},
          {"used twice", [](auto &s) { s.states = {"v", "v"}; }},
          {"names node 2 of 2", [](auto &s) { s.outputNode = 2; }},
          {"no such term: 'w'", [](auto &s) { s.probeTerms = {"w"}; }}},
         &SampleImage::reference);
}

TEST_CASE("reference programs") {
  refuse({{"'row_start' falls", [](auto &s) { s.rowStart = {0, 3, 2, 3}; }},
          {"does not start at 0", [](auto &s) { s.rowStart = {1, 2, 3, 3}; }},
          {"does not end", [](auto &s) { s.rowStart = {0, 2, 3, 4}; }},
          {"'row_start' has 3 elements, not 4", [](auto &s) { s.rowStart = {0, 2, 3}; }},
          {"target neuron does not exist", [](auto &s) { s.targets = {0, 1, 2}; }},
          {"'weight' has 2 elements, not 3", [](auto &s) { s.weights = {1, 2}; }},
          {"'delays' has 2 elements", [](auto &s) { s.delays = {1, 2}; }},
          {"delay out of range", [](auto &s) { s.delay = uint64_t(1) << 62; }},
          {"delay out of range", [](auto &s) { s.delays = {0, 0, 0xffffffff}; }},
          {"no such input port", [](auto &s) { s.port = 1; }},
          {"no such input port", [](auto &s) { s.projectionTarget = 0; }},
          {"twice in the order", [](auto &s) { s.order = {1, 1}; }},
          {"is a source", [](auto &s) { s.order = {0, 1}; }},
          {"not in the order", [](auto &s) { s.order = {}; }},
          {"has 2 columns, the model 1", [](auto &s) { s.paramColumns = 2; }},
          {"16 bytes, not 1 x 8", [](auto &s) { s.columnCount = 1; }},
          {"3 values for 2 neurons", [](auto &s) { s.columnCount = 3; }}},
         &SampleImage::reference);
}

TEST_CASE("without delay the source comes first in the step") {
  SampleImage sample;
  sample.delay = 0;
  CHECK_NOTHROW(image::Image::fromBytes(sample.reference())); // from a source
}

TEST_CASE("many-core programs") {
  refuse({{"a slice [0,3) of 2", [](auto &s) { s.hi = 3; }},
          {"a slice [2,2)", [](auto &s) { s.lo = s.hi = 2; }},
          {"on no core", [](auto &s) { s.lo = 1; }},
          {"key and mask differ", [](auto &s) { s.mask = 0xffff0000; }},
          {"ring index of 15 bits", [](auto &s) { s.delayBits = 6; }},
          {"exceeds its index bits", [](auto &s) { s.indexBits = 0; }},
          {"more synapse types", [](auto &s) { s.typeBits = 0; }},
          {"'shift' does not match", [](auto &s) { s.shift = {3}; }},
          {"shift out of range", [](auto &s) { s.shift = {3, 32}; }},
          {"'sdram' has an odd length", [](auto &s) { s.sdram.resize(15); }},
          {"4 bytes, not 2 x 4", [](auto &s) { s.initWords = {0}; }},
          {"bad routing table", [](auto &s) { s.entries.push_back(0); }},
          {"is there twice", [](auto &s) { s.secondCore = 3; }},
          {"a bad size of the machine", [](auto &s) { s.meshWidth = 0; }},
          {"a bad size of the machine", [](auto &s) { s.meshWidth = 257; }},
          {"do not match its size", [](auto &s) { s.meshWidth = 3; }},
          {"do not match its size", [](auto &s) { s.links.pop_back(); }},
          {"a chip with too many cores", [](auto &s) { s.processors[1] = 19; }},
          {"a link that does not exist", [](auto &s) { s.links[0] = 0x40; }},
          {"links, but no cores", [](auto &s) { s.processors = {0, 17}; }},
          {"chip (0,0): a link to a chip that is not there",
           [](auto &s) { s.processors[1] = s.links[1] = 0; }},
          {"core (0,0,3): is on no chip",
           [](auto &s) { s.processors[0] = s.links[0] = s.links[1] = 0; }}},
         &SampleImage::spinn);
}

TEST_CASE("delay extensions") {
  SampleImage good;
  good.extensions = 1;
  CHECK_NOTHROW(image::Image::fromBytes(good.spinn()));
  std::vector<Case> cases{{"core (0,0,4): is there twice", [](auto &s) { s.extensionP = 4; }},
                          {"core (0,0,0): is no core", [](auto &s) { s.extensionP = 0; }},
                          {"core (0,0,18): is no core", [](auto &s) { s.extensionP = 18; }},
                          {"delays a core that does not exist", [](auto &s) { s.delayedCore = 2; }},
                          {"has 0 stages", [](auto &s) { s.stages = 0; }},
                          {"has 9 stages", [](auto &s) { s.stages = 9; }},
                          {"has stages of 0 ticks", [](auto &s) { s.step = 0; }},
                          {"has stages of 24 ticks", [](auto &s) { s.step = 24; }},
                          {"has stages of 32768 ticks", [](auto &s) { s.step = 32768; }},
                          {"key and mask differ", [](auto &s) { s.extensionKey = 0x301; }},
                          {"key and mask differ", [](auto &s) { s.extensionMask = 0xfffffff5; }},
                          {"more neurons in its stages than keys", [](auto &s) { s.stages = 3; }},
                          {"delays a core by the same steps", [](auto &s) { s.extensions = 2; }}};
  for (Case &each : cases)
    each.spoil = [spoil = each.spoil](SampleImage &s) {
      s.extensions = 1;
      spoil(s);
    };
  refuse(cases, &SampleImage::spinn);
}

namespace {

/// The same rows, each of an image that learns.
std::vector<Case> learning(std::vector<Case> cases) {
  for (Case &each : cases)
    each.spoil = [spoil = each.spoil](SampleImage &s) {
      s.learns = true;
      spoil(s);
    };
  return cases;
}

} // namespace

TEST_CASE("learning") {
  SampleImage good;
  good.learns = true;
  CHECK_NOTHROW(image::Image::fromBytes(good.reference()));
  good.coreLearn = {-1, 0};
  CHECK_NOTHROW(image::Image::fromBytes(good.spinn()));
  refuse(learning({{"there is no such rule", [](auto &s) { s.usedRule = 1; }},
                   {"'on_pre' is no model", [](auto &s) { s.onPre = 5; }},
                   {"'on_pre' has other states", [](auto &s) { s.onPre = 0; }},
                   {"has other states or inputs", [](auto &s) { s.preTraces = 2; }},
                   {"too many traces", [](auto &s) { s.postTraces = 1000; }},
                   {"'on_pre' has other states", [](auto &s) { s.synapseTerms = {0.0}; }},
                   {"leads to no port", [](auto &s) { s.useTarget = 0; }},
                   {"leads to no port", [](auto &s) { s.usePort = 1; }},
                   {"names node 2 of 2", [](auto &s) { s.useTarget = 2; }},
                   {"a time constant is no time", [](auto &s) { s.tau = -1; }},
                   {"begins out of range",
                    [](auto &s) { s.initial = std::numeric_limits<double>::infinity(); }},
                   {"'param' has 16 bytes, not 1 x 8", [](auto &s) { s.ruleParam = {1, 2}; }},
                   {"gain out of range", [](auto &s) { s.gain = 16; }},
                   {"enables a rule that does not exist", [](auto &s) { s.phaseRule = 1; }},
                   {"learns by a rule that does not exist", [](auto &s) { s.projectionLearn = 1; }},
                   {"learns without delay", [](auto &s) { s.delay = 0; }}}),
         &SampleImage::reference);
  refuse(learning({{"an entry of 'table' is above 1", [](auto &s) { s.traceTable = {2049}; }},
                   {"begins out of range", [](auto &s) { s.initial = 16; }},
                   {"learns by a rule that does not exist", [](auto &s) { s.coreLearn = {1}; }},
                   {"keeps or does more", [](auto &s) { s.synapseTerms = {0.0}; }}}),
         &SampleImage::spinn);
}

TEST_CASE("crossbar programs") {
  refuse({{"'rows' is 0", [](auto &s) { s.rows = 0; }},
          {"'rows' is 4096", [](auto &s) { s.rows = 4096; }},
          {"'cols' is 1", [](auto &s) { s.cols = 1; }},
          {"'slots' is 65", [](auto &s) { s.slots = 65; }},
          {"'levels' is 1", [](auto &s) { s.levels = 1; }},
          {"more banks", [](auto &s) { s.banks = 1; }},
          {"outside the mesh", [](auto &s) { s.tileX = 2; }},
          {"5 logical columns of 4", [](auto &s) { s.neurons = {0, 1, 0, 1, 0}; }},
          {"neuron that does not exist", [](auto &s) { s.neurons = {0, 2}; }},
          {"not each on one tile", [](auto &s) { s.neurons = {1, 1}; }},
          {"'codes' has 31 elements, not 32", [](auto &s) { s.codes.pop_back(); }},
          {"beyond the levels", [](auto &s) { s.codes[7] = 32; }},
          {"beyond the levels", [](auto &s) { s.codes[7] = -1; }},
          {"tile that does not exist", [](auto &s) { s.flits[0] |= 1u << 24; }},
          {"row that does not exist", [](auto &s) { s.flits[0] = (8u << 14) | (1u << 8) | 1u; }},
          {"route of delay 0", [](auto &s) { s.flits[0] = 1; }},
          {"'route_start' falls", [](auto &s) { s.routeStart = {0, 2, 1}; }}},
         &SampleImage::xbar);
}
