# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Machines, dead parts and the report of a mapping, as a user asks for them."""
import json
import xml.etree.ElementTree

from support import CommandTest, main


class Machines(CommandTest):
    def compile(self, *options, expect=0):
        return self.spindle("compile", self.net, "--dt=1e-3", "--target=spinn", "--neurons-per-core=1",
                            *options, expect=expect)

    def report(self, *options):
        return json.loads(self.compile("--emit=report", *options).stdout)

    def test_report_says_what_is_used(self):
        report = self.report()
        machine = report["machine"]
        self.assertEqual((machine["width"], machine["height"], machine["chips"]), (8, 8, 48))
        self.assertEqual(machine["cores_available"], 808)
        used = sum(chip["cores_used"] for chip in machine["chip_use"])
        self.assertEqual(used, report["resources"]["cores_used"])
        self.assertGreater(sum(machine["slices_by_hops"].values()), 0)
        self.assertGreaterEqual(machine["routing_entries_unmerged"],
                                report["resources"]["routing_entries"])
        self.assertGreater(machine["largest_dtcm_bytes"], 0)

    def test_machines(self):
        self.assertEqual(self.report("--board=spinn3")["machine"]["chips"], 4)
        wrapped = self.report("--board=12x12", "--dead-chips=3,3:4,4", "--dead-cores=0,0,1-5")
        self.assertEqual(wrapped["machine"]["chips"], 142)
        self.assertEqual(self.report("--boards=3")["machine"]["width"], 16)
        self.assertEqual(self.report("--boards=auto")["machine"]["width"], 8)

    def test_dead_parts_are_not_used(self):
        dead = self.report("--dead-chips=0,0", "--dead-links=1,1,0")["machine"]
        self.assertEqual(dead["chips"], 47)
        self.assertNotIn([0, 0], [chip["chip"] for chip in dead["chip_use"]])
        for chip in dead["chip_use"]:
            if chip["chip"] == [1, 1]:
                self.assertEqual(chip["link_packets_per_tick"][0], 0)

    def test_text_and_picture(self):
        text = self.folder / "report.txt"
        self.compile("--emit=report", "-o", text)
        for word in ("machine: spinn5 8x8", "SDRAM:", "DTCM:", "routing entries:", "hidden.lif"):
            self.assertIn(word, text.read_text())
        picture = self.folder / "report.svg"
        self.compile("--emit=report", "-o", picture, "--picture-node=hidden.lif",
                     "--dead-chips=3,3", "--dead-links=0,0,0", "--dead-cores=1,1,4-6")
        root = xml.etree.ElementTree.parse(picture).getroot()
        texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("dead", texts)
        chips = [group for group in root.iter("{http://www.w3.org/2000/svg}g")
                 if group[0].text.startswith("chip (1,1):")]
        titles = [element.text for element in chips[0].iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(sum(title.endswith(": dead") for title in titles), 4)  # this chip has 17
        self.assertIn("hidden.lif", texts)
        self.assertNotIn("http", picture.read_text().replace("http://www.w3.org/2000/svg", ""))
        refused = self.compile("--emit=report", "-o", picture, "--picture-node=nobody", expect=1)
        self.assertIn("nobody", refused.stderr)
        refused = self.spindle("compile", self.net, "--dt=1e-3", "--target=xbar", "--emit=report",
                               "-o", picture, expect=1)
        self.assertIn("spinn target only", refused.stderr)

    def test_errors(self):
        for options, exit_code, words in (
                (["--boards=0"], 1, "--boards=0"),
                (["--boards=some"], 1, "a number from 1 on, or auto"),
                (["--board=spinn9"], 1, "unknown board 'spinn9'"),
                (["--board=12x13"], 1, "no spinn5 machine has 12x13 chips"),
                (["--dead-chips=1"], 1, "expected x,y"),
                (["--boards=1", "--dead-chips=9,9"], 1, "dead chip (9,9) is not on a machine"),
                (["--dead-links=0,0,7"], 1, "a link from 0 to 5"),
                (["--board=spinn3", "--dead-chips=0,0:0,1:1,0:1,1"], 2, "cores, 0 are available")):
            result = self.compile("--emit=report", *options, expect=exit_code)
            self.assertIn(words, result.stderr)

    def test_same_mapping_twice(self):
        self.assertEqual(self.compile("--emit=target").stdout, self.compile("--emit=target").stdout)


main()
