// RUN: spindle-opt %s -split-input-file -verify-diagnostics

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{outside the mesh of 2x1}}
  xbar.tile @a at (2, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-note @below {{by this tile}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{this place is taken}}
  xbar.tile @b at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{3 neurons, a tile has 2}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0, 1, 2] rows 1 steps [1.0, 1.0, 1.0] scale [1, 1, 1] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{9 rows, a tile has 8}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 9 steps [1.0] scale [1] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{2 neurons, 1 steps and 1 scales}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0, 1] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{has no neurons}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [] rows 1 steps [] scale [] shift 0 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // expected-error @below {{out of range}}
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 63 adc_shift 0
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{there is no tile 'b'}}
  xbar.program @b codes dense<0> : tensor<1x2xi16>
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{has 2 x 2 codes: the tile uses 1 rows and 2 columns}}
  xbar.program @a codes dense<0> : tensor<2x2xi16>
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{is a tensor of i16, rows x columns}}
  xbar.program @a codes dense<0> : tensor<1x2xi32>
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{code 8, a device has the codes 0 to 7}}
  xbar.program @a codes dense<[[8, 0]]> : tensor<1x2xi16>
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{both devices of a pair are above code 0}}
  xbar.program @a codes dense<[[1, 1]]> : tensor<1x2xi16>
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{sends to (1, 0), where there is no tile}}
  xbar.inject "in" {
    0 to (1, 0) row 0 delay 1
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{sends to row 1 of 'a', which uses 1 rows}}
  xbar.inject "in" {
    0 to (0, 0) row 1 delay 1
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{an event takes at least one step}}
  xbar.inject "in" {
    0 to (0, 0) row 0 delay 0
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{there is no tile 'z'}}
  xbar.route @z {} of 1
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  // expected-error @below {{lists 2 columns, the tile has 1}}
  xbar.route @a {
    1 to (0, 0) row 0 delay 1
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  xbar.inject "in" {
    // expected-error @below {{an event cannot name this tile, row or delay}}
    0 to (0, 0) row 0 delay 64
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  xbar.inject "in" {
    // expected-error @below {{an event cannot name this tile, row or delay}}
    0 to (16, 0) row 0 delay 1
  }
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  xbar.tile @a at (0, 0) node "n" model "m" onset 0 neurons [0] rows 1 steps [1.0] scale [1] shift 0 adc_shift 0
  xbar.inject "in" {
    1 to (0, 0) row 0 delay 1
    // expected-error @below {{sources are listed in ascending order}}
    0 to (0, 0) row 0 delay 1
  }
}

// -----

    // expected-error @below {{mesh width is 17, not in 1 to 16}}
xbar.fabric @fabric of @net mesh <width = 17, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

    // expected-error @below {{16 rows in 65 banks are 1040 inputs: an event names at most 1024 (choose fewer banks)}}
xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 16, cols = 4, banks = 65>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

    // expected-error @below {{a weight takes a pair of them}}
xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 5, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    // expected-error @below {{adc_bits is 17, not in 1 to 16}}
    periphery <adc_bits = 17, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    // expected-error @below {{number of levels is 1, not in 2 to 32768}}
    device <family = ideal, levels = 1, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    // expected-error @below {{conductances run from g_min >= 0 to g_max > g_min}}
    device <family = ideal, levels = 8, g_min = 1.0e-3 : f64, g_max = 1.0e-4 : f64> {
}

// -----

// expected-error @below {{3 columns share a converter: 4 is no multiple of twice that}}
xbar.fabric @fabric of @net mesh <width = 2, height = 1> geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 3, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}

// -----

xbar.fabric @fabric of @net mesh <width = 2, height = 1>
    // expected-error @below {{number of rows is 3: it must be a power of two}}
    geometry <rows = 3, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 8, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
}
