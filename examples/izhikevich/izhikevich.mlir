// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Izhikevich's pulse-coupled network of 2003: 1,000 neurons, all to all, with a model of its own: two half
// steps of 0.5 ms for v, one step of 1 ms for u. README.md has the numbers and what to expect.
snn.network @izhikevich attributes {dt = 1.0e-3 : f64, seed = 15 : i64} {
  snn.model @exc params(r) state(v = -65.0, u) inputs(x, noise current) derived(a, b, c, d)
    derive {
      %r = snn.get "r"
      %square = arith.mulf %r, %r : f64
      %a = arith.constant 0.02 : f64
      snn.set "a", %a
      %b = arith.constant 0.2 : f64
      snn.set "b", %b
      %c15 = arith.constant 15.0 : f64
      %c0 = arith.constant -65.0 : f64
      %c1 = arith.mulf %c15, %square : f64
      %c = arith.addf %c0, %c1 : f64
      snn.set "c", %c
      %d6 = arith.constant 6.0 : f64
      %d0 = arith.constant 8.0 : f64
      %d1 = arith.mulf %d6, %square : f64
      %d = arith.subf %d0, %d1 : f64
      snn.set "d", %d
      %u = arith.mulf %b, %c0 : f64
      snn.set "u", %u
    } update {
      %v = snn.get "v"
      %u = snn.get "u"
      %x = snn.get "x"
      %noise = snn.get "noise"
      %i = arith.addf %x, %noise : f64
      // 0.04 v^2 + 5 v as (0.64 v + 80) (v / 16): s16.15 holds 0.64 ten times as well as 0.04.
      %k2 = arith.constant 0.64 : f64
      %k1 = arith.constant 80.0 : f64
      %sixteenth = arith.constant 0.0625 : f64
      %k0 = arith.constant 140.0 : f64
      %half = arith.constant 0.5 : f64
      %rest = arith.subf %i, %u : f64
      %base = arith.addf %rest, %k0 : f64
      %p1 = arith.mulf %k2, %v : f64
      %q1 = arith.addf %p1, %k1 : f64
      %w1 = arith.mulf %sixteenth, %v : f64
      %s1 = arith.mulf %q1, %w1 : f64
      %f1 = arith.addf %s1, %base : f64
      %h1 = arith.mulf %half, %f1 : f64
      %v1 = arith.addf %v, %h1 : f64
      %p2 = arith.mulf %k2, %v1 : f64
      %q2 = arith.addf %p2, %k1 : f64
      %w2 = arith.mulf %sixteenth, %v1 : f64
      %s2 = arith.mulf %q2, %w2 : f64
      %f2 = arith.addf %s2, %base : f64
      %h2 = arith.mulf %half, %f2 : f64
      %v2 = arith.addf %v1, %h2 : f64
      snn.set "v", %v2
      %a = snn.get "a"
      %b = snn.get "b"
      %bv = arith.mulf %b, %v2 : f64
      %du = arith.subf %bv, %u : f64
      %adu = arith.mulf %a, %du : f64
      %u1 = arith.addf %u, %adu : f64
      snn.set "u", %u1
    } emit {
      %v = snn.get "v"
      %peak = arith.constant 30.0 : f64
      %z = arith.cmpf oge, %v, %peak : f64
      snn.emit spike %z : i1
    } reset {
      %c = snn.get "c"
      snn.set "v", %c
      %u = snn.get "u"
      %d = snn.get "d"
      %u1 = arith.addf %u, %d : f64
      snn.set "u", %u1
    }
  snn.model @inh params(r) state(v = -65.0, u) inputs(x, noise current) derived(a, b, c, d)
    derive {
      %r = snn.get "r"
      %a1 = arith.constant 0.08 : f64
      %a0 = arith.constant 0.02 : f64
      %ar = arith.mulf %a1, %r : f64
      %a = arith.addf %a0, %ar : f64
      snn.set "a", %a
      %b1 = arith.constant 0.05 : f64
      %b0 = arith.constant 0.25 : f64
      %br = arith.mulf %b1, %r : f64
      %b = arith.subf %b0, %br : f64
      snn.set "b", %b
      %c0 = arith.constant -65.0 : f64
      snn.set "c", %c0
      %d = arith.constant 2.0 : f64
      snn.set "d", %d
      %u = arith.mulf %b, %c0 : f64
      snn.set "u", %u
    } update {
      %v = snn.get "v"
      %u = snn.get "u"
      %x = snn.get "x"
      %noise = snn.get "noise"
      %i = arith.addf %x, %noise : f64
      // 0.04 v^2 + 5 v as (0.64 v + 80) (v / 16): s16.15 holds 0.64 ten times as well as 0.04.
      %k2 = arith.constant 0.64 : f64
      %k1 = arith.constant 80.0 : f64
      %sixteenth = arith.constant 0.0625 : f64
      %k0 = arith.constant 140.0 : f64
      %half = arith.constant 0.5 : f64
      %rest = arith.subf %i, %u : f64
      %base = arith.addf %rest, %k0 : f64
      %p1 = arith.mulf %k2, %v : f64
      %q1 = arith.addf %p1, %k1 : f64
      %w1 = arith.mulf %sixteenth, %v : f64
      %s1 = arith.mulf %q1, %w1 : f64
      %f1 = arith.addf %s1, %base : f64
      %h1 = arith.mulf %half, %f1 : f64
      %v1 = arith.addf %v, %h1 : f64
      %p2 = arith.mulf %k2, %v1 : f64
      %q2 = arith.addf %p2, %k1 : f64
      %w2 = arith.mulf %sixteenth, %v1 : f64
      %s2 = arith.mulf %q2, %w2 : f64
      %f2 = arith.addf %s2, %base : f64
      %h2 = arith.mulf %half, %f2 : f64
      %v2 = arith.addf %v1, %h2 : f64
      snn.set "v", %v2
      %a = snn.get "a"
      %b = snn.get "b"
      %bv = arith.mulf %b, %v2 : f64
      %du = arith.subf %bv, %u : f64
      %adu = arith.mulf %a, %du : f64
      %u1 = arith.addf %u, %adu : f64
      snn.set "u", %u1
    } emit {
      %v = snn.get "v"
      %peak = arith.constant 30.0 : f64
      %z = arith.cmpf oge, %v, %peak : f64
      snn.emit spike %z : i1
    } reset {
      %c = snn.get "c"
      snn.set "v", %c
      %u = snn.get "u"
      %d = snn.get "d"
      %u1 = arith.addf %u, %d : f64
      snn.set "u", %u1
    }
  %e = snn.population "e" of @exc {r = #snn.distribution<uniform(0.0, 1.0)>} : !snn.pop<800>
  %i = snn.population "i" of @inh {r = #snn.distribution<uniform(0.0, 1.0)>} : !snn.pop<200>
  %all = snn.assembly "all" (%e, %i) : (!snn.pop<800>, !snn.pop<200>) to !snn.pop<1000>
  snn.project %e to %all port "x" as #snn.generated<all_to_all, seed = 1, weight = uniform(0.0, 0.5)>
      forward delay 1 : !snn.pop<800> to !snn.pop<1000>
  snn.project %i to %all port "x" as #snn.generated<all_to_all, seed = 1, weight = uniform(-1.0, 0.0)>
      forward delay 1 : !snn.pop<200> to !snn.pop<1000>
  snn.current "noise_e" into %e port "noise" noisy {mean = 0.0 : f64, stdev = 5.0 : f64} : !snn.pop<800>
  snn.current "noise_i" into %i port "noise" noisy {mean = 0.0 : f64, stdev = 2.0 : f64} : !snn.pop<200>
  snn.output %e as "e.out" : !snn.pop<800>
  snn.output %i as "i.out" : !snn.pop<200>
}
