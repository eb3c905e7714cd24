#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_docs.py [GENERATED.md ...]: links between the pages lead somewhere, every page of docs/ is reached from the README, and every
operation and attribute of the generated dialect pages has a summary, a description and an example. Prints each fault; exit 1."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def links(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    return [target for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in target]


def check_links(bad):
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    pages += sorted((ROOT / "docs").glob("*.md")) + sorted(ROOT.glob("*/README.md")) + sorted(ROOT.glob("examples/*/README.md"))
    for page in pages:
        for target in links(page):
            if not (page.parent / target).exists():
                bad.append(f"{page.relative_to(ROOT)}: the link to {target} leads nowhere")
    reached = set(links(ROOT / "README.md"))
    for page in sorted((ROOT / "docs").glob("*.md")):
        if f"docs/{page.name}" not in reached:
            bad.append(f"README.md: docs/{page.name} is not linked")


def check_reference(page, bad):
    """Sections of operations and attributes, as mlir-tblgen writes them."""
    text = page.read_text()
    found = 0
    for kind in ("Operations", "Attributes", "Types"):
        part = re.search(rf"^## {kind}$(.*?)(?=^## |\Z)", text, flags=re.S | re.M)
        for name, body in re.findall(r"^### (\S+)[^\n]*\n(.*?)(?=^### |\Z)", part.group(1) if part else "", flags=re.S | re.M):
            found += 1
            if "Enum cases:" in body:
                continue
            if not re.search(r"^_.+_$|^[A-Za-z].+", body, flags=re.M):
                bad.append(f"{page.name}: {name}: no summary")
            if not re.search(r"Examples?:", body):
                bad.append(f"{page.name}: {name}: no example")
    if found == 0:
        bad.append(f"{page.name}: no operation found")


def main() -> int:
    bad = []
    check_links(bad)
    for page in sys.argv[1:]:
        check_reference(pathlib.Path(page), bad)
    print("\n".join(bad) if bad else "the pages are whole")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
