# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Bad input: each kind has its exit code and a message that names what is wrong."""
import pathlib

from support import CommandTest, main, population, spikes, write_npy


class Networks(CommandTest):
    def everywhere(self, path, says, code=1):
        """check, compile and run refuse it alike."""
        self.refused("check", path, code=code, says=says)
        self.refused("compile", path, "--target=spinn", "-o", self.folder / "x.spn", "--dt=1e-3",
                     code=code, says=says)
        self.refused("run", path, "--input=%s" % self.input, "--dt=1e-3", code=code, says=says)
        self.assertFalse((self.folder / "x.spn").exists())

    def test_missing_file(self):
        self.everywhere(self.folder / "absent.nir", ["absent.nir", "No such file"])

    def test_folder(self):
        self.everywhere(self.folder, ["folder"])

    def test_not_hdf5(self):
        path = self.folder / "text.nir"
        path.write_text("this is no network\n" * 100)
        self.everywhere(path, ["text.nir", "HDF5"])

    def test_empty(self):
        path = self.folder / "empty.nir"
        path.write_bytes(b"")
        self.everywhere(path, ["empty.nir"])

    def test_truncated(self):
        whole = self.net.read_bytes()
        for part in (0.3, 0.6, 0.95):
            path = self.folder / "cut.nir"
            path.write_bytes(whole[:int(len(whole) * part)])
            self.everywhere(path, ["cut.nir"])

    def test_wrong_dtype(self):
        self.everywhere(self.folder / "wrong_dtype.nir", ["wrong_dtype.nir", "fc1", "weight"])

    def test_nan_tau(self):
        self.everywhere(self.folder / "nan_tau.nir", ["'out'", "tau", "nan"])

    def test_negative_tau(self):
        self.everywhere(self.folder / "negative_tau.nir", ["'out'", "tau", "index 1"])

    def test_dangling_edge(self):
        self.everywhere(self.folder / "dangling.nir", ["'nowhere'"])

    def test_huge_dataset(self):
        self.everywhere(self.folder / "huge.nir", ["huge.nir", "fc1", "weight"])

    def test_zero_delay_loop(self):
        link = "  snn.project %%%s to %%%s as #snn.one_to_one forward delay 0 : !snn.pop<3> to !snn.pop<3>\n"
        path = self.text("loop.mlir", population("ring_a", 3) + population("ring_b", 3) +
                         link % ("ring_a", "ring_b") + link % ("ring_b", "ring_a"))
        self.refused("check", path, says=["zero-delay loop", "ring_a", "ring_b"])
        for target in ("reference", "spinn", "xbar"):
            self.refused("run", path, "--steps=3", "--target=" + target, says=["ring_a", "ring_b"])

    def test_syntax_error_has_line(self):
        path = self.folder / "broken.mlir"
        path.write_text("snn.network @x {\n  %a = snn.sauce\n}\n")
        self.refused("check", path, says=["broken.mlir:2:"])

    def test_unknown_profile(self):
        self.refused("check", self.net, "--profile=euler-wrong", says=["euler-wrong", "euler-value"])
        self.refused("run", self.net, "--profile=euler-wrong", "--input=%s" % self.input,
                     says=["euler-wrong", "euler-value"])

    def test_too_large_for_the_fabric(self):
        for command in (["compile", self.net, "-o", self.folder / "x.spn"],
                        ["run", self.net, "--input=%s" % self.input]):
            result = self.refused(*command, "--target=xbar", "--tiles=1x1", "--dt=1e-3", code=2,
                                  says=["does not fit", "tile"])
            self.assertRegex(result.stderr, r"\b1\b")  # what there is
            self.assertRegex(result.stderr, r"\b2\b")  # what is needed
        self.assertFalse((self.folder / "x.spn").exists())


class Inputs(CommandTest):
    def run_with(self, path, *more, **kwargs):
        return self.refused("run", self.net, "--dt=1e-3", "--input=%s" % path, *more, **kwargs)

    def test_wrong_width_names_both(self):
        path = self.folder / "wide.npy"
        write_npy(path, spikes(10, 5))
        for target in ("reference", "spinn", "xbar"):
            self.run_with(path, "--target=" + target, says=["wide.npy", "5", "4", "'input'"])

    def test_missing(self):
        self.run_with(self.folder / "absent.npy", says=["absent.npy"])

    def test_truncated(self):
        path = self.folder / "cut.npy"
        path.write_bytes(self.input.read_bytes()[:-5])
        self.run_with(path, says=["cut.npy"])

    def test_not_npy(self):
        path = self.folder / "text.npy"
        path.write_text("0,1,2")
        self.run_with(path, says=["text.npy"])

    def test_real_values_on_hardware(self):
        path = self.folder / "real.npy"
        write_npy(path, [[0.5, 0, 1, 0]] * 5, "<f8")
        for target in ("spinn", "xbar"):
            self.run_with(path, "--target=" + target, says=["real.npy", "0.5", "reference"])
        self.spindle("run", self.net, "--dt=1e-3", "--input=%s" % path)

    def test_negative_count_on_hardware(self):
        path = self.folder / "negative.npy"
        write_npy(path, [[-1, 0, 1, 0]] * 5, "<f8")
        self.run_with(path, "--target=spinn", says=["negative.npy", "-1"])

    def test_unknown_source(self):
        self.run_with("elsewhere:%s" % self.input, says=["elsewhere", "'input'"])

    def test_no_input_and_no_steps(self):
        self.refused("run", self.net, "--dt=1e-3", says=["--input", "--steps"])

    def test_steps_and_for_exclude_each_other(self):
        self.run_with(self.input, "--steps=3", "--for=1ms", says=["--steps", "--for"])


class Options(CommandTest):
    def test_unknown_command_and_option(self):
        self.spindle("frobnicate", expect=1)
        self.spindle(expect=1)
        self.spindle("run", self.net, "--frobnicate", expect=1)
        self.spindle("run", self.net, "--target=gpu", expect=1)

    def test_bad_dt(self):
        for dt in ("-1", "0", "often", "1e-3 lightyears", "nan"):
            self.refused("run", self.net, "--dt=" + dt, "--input=%s" % self.input, says=["--dt"])

    def test_bad_tiles(self):
        for tiles in ("4", "0x1", "17x1", "4x4x4"):
            self.refused("run", self.net, "--dt=1e-3", "--target=xbar", "--tiles=" + tiles,
                         "--input=%s" % self.input, says=["--tiles"])

    def test_bad_fabric(self):
        for option, says in {
            "--rows=0": "2 to 1024", "--rows=1": "2 to 1024", "--rows=2048": "2 to 1024",
            "--rows=100": "power of two", "--rows=1024": "choose fewer banks", "--rows=many": "--rows",
            "--cols=0": "2 to 256", "--cols=258": "2 to 256", "--cols=7": "pairs",
            "--banks=0": "1 to 128", "--banks=129": "1 to 128", "--banks=9": "choose fewer banks",
            "--levels=1": "2 to 32768", "--levels=32769": "2 to 32768",
            "--adc-bits=0": "1 to 16", "--adc-bits=17": "1 to 16",
        }.items():
            result = self.spindle("run", self.net, "--dt=1e-3", "--target=xbar", option,
                                  "--input=%s" % self.input, expect=1)
            self.assertIn(says, result.stderr)

    def test_unknown_recording(self):
        run = ["run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o", self.folder / "rec"]
        self.refused(*run, "--record=nothing:spikes", says=["'nothing'", "hidden.lif"])
        self.refused(*run, "--record=out:w", says=["'out'", "'w'", "v"])
        self.assertFalse((self.folder / "rec").exists())

    def test_rtl_is_of_the_fabric(self):
        self.refused("run", self.net, "--dt=1e-3", "--engine=rtl", "--target=spinn",
                     "--input=%s" % self.input, says=["--engine=rtl", "xbar"])

    def test_verilog_is_of_the_fabric(self):
        self.refused("compile", self.net, "--dt=1e-3", "--emit=verilog", "--target=spinn",
                     says=["--emit=verilog", "xbar"])

    def test_output_folder_in_the_way(self):
        path = self.folder / "occupied"
        path.write_text("x")
        self.refused("run", self.net, "--dt=1e-3", "--input=%s" % self.input, "-o", path,
                     says=["occupied"])
        self.assertEqual(path.read_text(), "x")

    def test_compile_without_output(self):
        self.refused("compile", self.net, "--dt=1e-3", "--target=spinn", says=["-o"])

    def test_compare_of_an_image(self):
        image = self.folder / "c.spn"
        self.spindle("compile", self.net, "--dt=1e-3", "--target=reference", "-o", image)
        self.refused("compare", image, "--input=%s" % self.input, says=["network"])
        self.refused("compare", self.net, "--dt=1e-3", "--input=%s" % self.input, "--targets=gpu",
                     says=["gpu"])

    def test_against_of_wrong_size(self):
        path = self.folder / "golden.npy"
        write_npy(path, spikes(60, 5))
        self.refused("compare", self.net, "--dt=1e-3", "--input=%s" % self.input,
                     "--targets=reference", "--against=out:%s" % path, says=["golden.npy", "3"])


class ProvenanceOptions(CommandTest):
    def refuses(self, *options, says, target="spinn"):
        self.refused("run", self.net, "--dt=1e-3", "--target=" + target,
                     "--input=%s" % self.input, *options, says=says)

    def test_other_target(self):
        for option in ("--provenance", "--cycles", "--stress"):
            self.refuses(option, target="reference", says=["spinn", "reference"])

    def test_values(self):
        self.refuses("--cycles=neurons=3", says=["--cycles", "neurons=3", "synapse"])
        self.refuses("--cycles=neuron", says=["--cycles", "'neuron'", "NAME=NUMBER"])
        self.refuses("--cycles=row=-1", says=["--cycles", "row=-1"])
        self.refuses("--stress=queue=0", says=["--stress", "queue=0", "from 1"])
        self.refuses("--cycles", "--time-scale=-2", says=["--time-scale"])
        self.refuses("--time-scale=2", says=["--time-scale", "--cycles"])


class Images(CommandTest):
    def setUp(self):
        self.image = self.folder / "good.spn"
        self.spindle("compile", self.net, "--dt=1e-3", "--target=spinn", "-o", self.image)
        self.bytes = self.image.read_bytes()

    def refused_image(self, data, says):
        path = self.folder / "bad.spn"
        path.write_bytes(data)
        self.refused("run", path, "--input=%s" % self.input, says=["bad.spn"] + says)
        self.refused("check", path, says=["bad.spn"] + says)

    def test_corrupted(self):
        for at in range(70, len(self.bytes), len(self.bytes) // 9):
            data = bytearray(self.bytes)
            data[at] ^= 0x40
            self.refused_image(bytes(data), ["checksum"])

    def test_truncated(self):
        for size in (0, 7, 63, 64, len(self.bytes) // 2, len(self.bytes) - 1):
            self.refused_image(self.bytes[:size], [])

    def test_newer(self):
        data = bytearray(self.bytes)
        data[8] += 1
        self.refused_image(bytes(data), ["newer"])

    def test_options_of_the_compiler(self):
        for option in ("--dt=1e-4", "--profile=euler-value", "--levels=4", "--weight-shift=3",
                       "--neurons-per-core=9"):
            self.refused("run", self.image, "--input=%s" % self.input, option,
                         says=[option.split("=")[0], "image"])

    def test_other_target(self):
        self.refused("run", self.image, "--input=%s" % self.input, "--target=xbar",
                     says=["spinn", "xbar"])


if __name__ == "__main__":
    main()
