// RUN: not spindle-opt %s --snn-to-xbar="rows=100" 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not spindle-opt %s --snn-to-xbar="cols=7" 2>&1 | FileCheck %s --check-prefix=COLS
// RUN: not spindle-opt %s --snn-to-xbar="rows=1" 2>&1 | FileCheck %s --check-prefix=FEWROWS
// RUN: not spindle-opt %s --snn-to-xbar="rows=2 banks=129" 2>&1 | FileCheck %s --check-prefix=BANKS
// RUN: not spindle-opt %s --snn-to-xbar="rows=512 banks=4" 2>&1 | FileCheck %s --check-prefix=INPUTS
// RUN: not spindle-opt %s --snn-to-xbar="levels=32769" 2>&1 | FileCheck %s --check-prefix=MANYLEVELS
// RUN: not spindle-opt %s --snn-to-xbar="adc-bits=17" 2>&1 | FileCheck %s --check-prefix=MANYBITS
// RUN: not spindle-opt %s --snn-to-xbar="height=0" 2>&1 | FileCheck %s --check-prefix=FLAT
// RUN: spindle-opt %s --snn-to-xbar="rows=8 banks=128 cols=2 levels=32768 adc-bits=16 width=1 height=1" | FileCheck %s --check-prefix=LIMITS
// RUN: not spindle-opt %s --snn-to-xbar="width=17" 2>&1 | FileCheck %s --check-prefix=MESH
// RUN: not spindle-opt %s --snn-to-xbar="levels=1" 2>&1 | FileCheck %s --check-prefix=LEVELS
// RUN: not spindle-opt %s --snn-to-xbar="adc-bits=0" 2>&1 | FileCheck %s --check-prefix=ADC

// ROWS: error: --target=xbar: number of rows is 100: it must be a power of two
// COLS: error: --target=xbar: number of columns is 7: a weight takes a pair of them
// FEWROWS: error: --target=xbar: number of rows is 1, not in 2 to 1024
// BANKS: error: --target=xbar: number of banks is 129, not in 1 to 128
// INPUTS: error: --target=xbar: 512 rows in 4 banks are 2048 inputs: an event names at most 1024 (choose fewer banks)
// MANYLEVELS: error: --target=xbar: number of levels is 32769, not in 2 to 32768
// MANYBITS: error: --target=xbar: adc_bits is 17, not in 1 to 16
// FLAT: error: --target=xbar: mesh height is 0, not in 1 to 16
// LIMITS: geometry <rows = 8, cols = 2, banks = 128>
// MESH: error: --target=xbar: mesh width is 17, not in 1 to 16
// LEVELS: error: --target=xbar: number of levels is 1, not in 2 to 32768
// ADC: error: --target=xbar: adc_bits is 0, not in 1 to 16
snn.network @net {
}
