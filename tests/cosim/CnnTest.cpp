// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The convolutional network of the shared data on the functional model: it fits the default fabric
// and answers as the reference does.
#include "tests/cosim/Cosim.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <iostream>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("the CNN answers 4 on the fabric") {
  nir::Graph graph = nir::load(requireShared("nir/cnn_sinabs.nir").string());
  Frames frames = readFrames(requireShared("nir-golden/nmnist_sample_frames_1ms_u8.npy").string());
  for (const char *profile : {"euler-value", "if-multi-clip"}) {
    nir::ImportOptions import;
    import.profile = profile;
    import.dt = 1e-3;
    auto image = compileNir(graph, import, XbarOptions{});
    auto machine = machineFor(image);
    Trace trace = run(*machine, *image, frames, frames.size() + 16);
    uint32_t out = image->meta().outputs()->Get(0)->node();
    uint64_t size = image->meta().nodes()->Get(out)->size();
    std::vector<double> totals(size, 0.0);
    for (const auto &events : trace.emitted[out])
      for (Event e : events)
        totals[e.neuron] += e.value;
    std::cout << profile << ": " << image->meta().program_as_Xbar()->tiles()->size() << " tiles;";
    for (double total : totals)
      std::cout << " " << total;
    std::cout << "\n";
    INFO(profile);
    CHECK(std::max_element(totals.begin(), totals.end()) - totals.begin() == 4);
  }
}
