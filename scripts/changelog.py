"""Writes what is unreleased into CHANGELOG.md: changelog.py CHANGELOG [VERSION]

Each file in .changes/unreleased is one entry. With a version the part gets its name and today's date,
a new empty "Unreleased" comes above it, and the files are removed.
"""

import datetime
import json
import pathlib
import re
import sys

FRAGMENTS = pathlib.Path(__file__).resolve().parent.parent / ".changes" / "unreleased"
KINDS = ["BREAKING CHANGES", "NOTES", "FEATURES", "ENHANCEMENTS", "BUG FIXES"]
# The body is a quoted text of YAML, which JSON reads the same.
FORM = re.compile(r'kind: (.+)\nbody: ("(?:[^"\\]|\\["\\])+")\n')
UNRELEASED = "## Unreleased\n"


def main(changelog: str, version: str = "") -> None:
    changelog = pathlib.Path(changelog)
    files = sorted(FRAGMENTS.glob("*.yaml"))
    head, rest = changelog.read_text().split(UNRELEASED)
    _, released, older = rest.partition("\n## ")
    part = UNRELEASED + entries(files)
    if version:
        part = f"{UNRELEASED}\n## {version} ({datetime.date.today():%B %-d, %Y})\n" + entries(files)
    changelog.write_text(head + part + released + older)
    for file in files if version else []:
        file.unlink()


def entries(files: list[pathlib.Path]) -> str:
    found = {kind: [] for kind in KINDS}
    for file in files:
        match = FORM.fullmatch(file.read_text())
        if not match or match[1] not in found:
            sys.exit(f'{file}: not of the form kind: ONE OF {", ".join(KINDS)}, body: "..."')
        found[match[1]].append(f"- {json.loads(match[2])}\n")
    return "".join(f"\n{kind}:\n\n{''.join(lines)}" for kind, lines in found.items() if lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
