// RUN: not spindle-opt %s --snn-to-xbar="rows=100" 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not spindle-opt %s --snn-to-xbar="cols=7" 2>&1 | FileCheck %s --check-prefix=COLS
// RUN: not spindle-opt %s --snn-to-xbar="width=17" 2>&1 | FileCheck %s --check-prefix=MESH
// RUN: not spindle-opt %s --snn-to-xbar="levels=1" 2>&1 | FileCheck %s --check-prefix=LEVELS
// RUN: not spindle-opt %s --snn-to-xbar="adc-bits=0" 2>&1 | FileCheck %s --check-prefix=ADC

// ROWS: error: --target=xbar: number of rows is 100: it must be a power of two
// COLS: error: --target=xbar: number of columns is 7: a weight takes a pair of them
// MESH: error: --target=xbar: mesh width is 17, not in 1 to 16
// LEVELS: error: --target=xbar: number of levels is 1, not in 2 to 32768
// ADC: error: --target=xbar: adc_bits is 0, not in 1 to 16
snn.network @net {
}
