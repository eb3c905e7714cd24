#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_cam.py CUE CONTENT > cam.mlir: the content-addressable memory of the hippocampus for cues and contents of these sizes.

make_cam.py --input TABLE.csv > input.csv: the input spikes of a table with the columns INcue and INcont as lines of `t,id`.
"""
import sys

MODEL = ("cm = {cm} : f64, tau_m = {tau} : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = {thresh} : f64, "
         "tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64")
SLOW = {"cm": 0.27, "tau": 3.0}
FAST = {"cm": 0.14, "tau": 0.5}


def network(cue, cont):
    size = {"in": cue + cont, "cue_cue": cue, "cue_cont": cue, "cont_cue": cont, "cont_cont": cont, "cond": cont,
            "cond_int": 1, "merge_cue": cue, "merge_cont": cont, "out": cue + cont}
    lines = [f"// The memory with {cue} cues and {cont} contents, written by make_cam.py.",
             "snn.network @cam attributes {dt = 1.0e-3 : f64} {",
             f'  %in = snn.source "in" : !snn.pop<{size["in"]}>']
    for name in list(size)[1:]:
        kind = FAST if name in ("cue_cont", "cond", "cond_int") else SLOW
        text = MODEL.format(**kind, thresh=-57.5 if name == "out" else -57.0)
        lines.append(f'  %{name} = snn.population "{name}" of @IF_curr_exp {{{text}}}\n'
                     f'      initial {{v = -60.0 : f64}} : !snn.pop<{size[name]}>')

    def project(source, target, rule, weight, delay, port="excitatory", parts=("", ""), learn=""):
        lines.append(f'  snn.project %{source}{parts[0]} to %{target}{parts[1]} port "{port}" as '
                     f'#snn.generated<{rule}, weight = {float(weight)}>\n      forward delay {delay}{learn} : '
                     f'!snn.pop<{size[source]}> to !snn.pop<{size[target]}>')

    project("in", "cue_cue", "one_to_one", 6, 1, parts=(f"[0 to {cue}]", ""))
    project("in", "cont_cue", "one_to_one", 6, 1, parts=(f"[{cue} to {cue + cont}]", ""))
    project("cue_cue", "cue_cont", "one_to_one", 6, 2)
    project("cue_cue", "cue_cont", "all_but_self", 6 * cont, 3, "inhibitory")
    project("cue_cue", "cond", "all_to_all", 6, 2, "inhibitory")
    project("cont_cue", "cond", "one_to_one", 9, 1)
    project("cond", "cont_cont", "one_to_one", 6, 1)
    project("cont_cue", "cond_int", "all_to_all", 6, 1)
    project("cond_int", "cond", "all_to_all", 2, 1)
    project("cue_cont", "cue_cont", "all_but_self", 6 * cont, 2, "inhibitory")
    project("cue_cue", "merge_cue", "one_to_one", 6, 3)
    project("cue_cont", "merge_cue", "one_to_one", 6, 1)
    project("cont_cue", "merge_cont", "one_to_one", 6, 3)
    project("cont_cont", "merge_cont", "one_to_one", 6, 1)
    project("merge_cue", "out", "one_to_one", 6, 1, parts=("", f"[0 to {cue}]"))
    project("merge_cont", "out", "one_to_one", 6, 1, parts=("", f"[{cue} to {cue + cont}]"))
    learn = (" learn @SpikePairRule_AdditiveWeightDependence with {tau_plus = 3.0 : f64, tau_minus = 3.0 : f64, "
             "A_plus = 6.0 : f64, A_minus = 6.0 : f64, w_min = 0.0 : f64, w_max = 6.0 : f64}")
    project("cue_cue", "cont_cue", "all_to_all", 0, 1, learn=learn)
    project("cont_cont", "cue_cont", "all_to_all", 0, 1, learn=learn)
    lines += [f'  snn.output %{name} as "{name}.out" : !snn.pop<{n}>' for name, n in list(size.items())[1:]]
    return "\n".join(["// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"] + lines + ["}"])


def spikes(file):
    with open(file, encoding="utf-8") as table:
        head = table.readline().strip().split(";")
        rows = [line.rstrip("\n").split(";") for line in table if line.strip()]
    cue, cont = head.index("INcue"), head.index("INcont")
    cues = 1 + max(int(i) for row in rows for i in row[cue].split())
    yield "t,id"
    for row in rows:
        for neuron in [int(i) for i in row[cue].split()] + [cues + int(i) for i in row[cont].split()]:
            yield f"{row[0]},{neuron}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    if sys.argv[1] == "--input":
        print("\n".join(spikes(sys.argv[2])))
    else:
        print(network(int(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
