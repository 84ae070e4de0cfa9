"""The sections of `docs/results.md` and the numbers of `README.md`, made from docs/results/*.json.

    python docs/results.py            # are they what the records say? exit status 1 if not
    python docs/results.py --write    # write them anew

`bench/record.py` makes a record of what a command printed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from made_parts import DOCS, keep

sys.path.insert(0, str(DOCS.parent / "bench"))

from record import Record, read_record

DEMO = "demo"
"""The record of `make demo`, whose summary the README shows."""


def records() -> list[tuple[Path, Record]]:
    """All records with their files, by name."""
    return [(path, read_record(path)) for path in sorted((DOCS / "results").glob("*.json"))]


def sections() -> str:
    """A section for each record, in Markdown, in the order of their titles."""
    found = sorted(records(), key=lambda each: each[1].title)
    return "\n\n".join(_section(path, record) for path, record in found)


def _section(path: Path, record: Record) -> str:
    command = record.command.replace(" && ", " && \\\n    ")
    parts = [f"## {record.title}", f"```sh\n{command}\n```"]
    for table in record.tables:
        lines = [table.columns, ["---"] * len(table.columns), *table.rows]
        parts.append("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    if not record.tables:
        parts.append(f"```text\n{record.output.strip()}\n```")
    if record.remarks:
        parts.append(record.remarks)
    parts.append(
        f"*{record.date}, commit {record.commit}, {record.machine}; {record.seconds:,.0f} s. "
        f"Data: {record.data}. Record: [results/{path.name}](results/{path.name}).*"
    )
    return "\n\n".join(parts)


def demo() -> str:
    """What `make demo` ended with, in five numbers, and where that was."""
    found = {path.stem: record for path, record in records()}
    if DEMO not in found:
        return "([Results](docs/results.md) has what was measured.)"
    record = found[DEMO]
    accuracy = re.search(r"float (\S+)%, tables and integers (\S+)%", record.output)
    saved = re.search(r"\((\S+)% fewer\)", record.output)
    wrong = re.search(r"(\d+) wrong values, (\d+) wrong clocks", record.output)
    if accuracy is None or saved is None or wrong is None:
        raise ValueError(f"the record {DEMO} has another summary; say here what to take of it")
    return (
        f"{accuracy[1]} % of the test images are right in float, {accuracy[2]} % as tables and "
        f"integers,\nwhich take {saved[1]} % fewer operations; in simulation {wrong[1]} values and "
        f"{wrong[2]} clocks are wrong.\n([Results](docs/results.md) has the command, the machine "
        "and all else.)"
    )


PAGES = {"results.md": sections, "../README.md": demo}
"""What stands between the two marks of each page."""


if __name__ == "__main__":
    sys.exit(keep(__file__, __doc__ or "", "results", PAGES))
