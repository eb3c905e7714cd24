#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""count_tests.py DIR: sums the JUnit files that ctest left in DIR; prints the skipped and the failed, then one line of counts."""
import pathlib
import sys
import xml.etree.ElementTree as xml


def main() -> int:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.xml"))
    for file in files:
        for case in xml.parse(file).getroot().iter("testcase"):
            if case.get("status") == "fail" or case.find("failure") is not None:
                kind = "failed"
            elif case.find("skipped") is not None:
                kind = "skipped"
            else:
                kind = "passed"
            counts[kind] += 1
            if kind != "passed":
                print(f"{kind}: {file.stem}/{case.get('name')}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
