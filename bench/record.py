"""Keep what a command printed, as a record that docs/results.md is made from.

    python bench/record.py docs/results/activations.json \
        --title "Activation functions" --data "none: formulas" -- python bench/activations.py
    python bench/record.py docs/results/activations.json     # the same command again
    python docs/results.py --write                           # the page

The command is one line of bash, run at the repository's root; ``python`` and ``tabfab`` are those
that run this file. What it prints is kept whole, the Markdown tables in it also as columns and
rows, beside commit, machine and date. A title, data and remarks that are given again replace
those of the record; others stay.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tabfab.compiler.store.files import atomic_file

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that a command printed.

    Parameters
    ----------
    columns: their heads, as Markdown.
    rows: cells, as Markdown.
    """

    columns: list[str]
    rows: list[list[str]]

    def __post_init__(self) -> None:
        """Refuse rows of another length.

        Raises
        ------
        ValueError: a row has more or fewer cells than there are columns.
        """
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"the row {row} has not {len(self.columns)} cells")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a command printed, and where and when.

    Parameters
    ----------
    title: of the section that it makes.
    command: one line of bash, run at the repository's root.
    data: what was trained, calibrated and tested with.
    commit: of the repository; ``+`` behind it where files were changed since.
    machine: processor, cores, Python and torch.
    date: ISO, of the day.
    seconds: on the wall; with other work beside it they say little.
    output: what was printed on standard output.
    tables: the Markdown tables in that.
    remarks: what to make of it, as Markdown.
    """

    title: str
    command: str
    data: str
    commit: str
    machine: str
    date: str
    seconds: float
    output: str
    tables: list[Table] = field(default_factory=list)
    remarks: str = ""


def read_record(path: Path) -> Record:
    """The record of a file.

    Raises
    ------
    ValueError: it is none, or its tables are not what its output says.
    """
    try:
        fields = json.loads(path.read_text())
        tables = [Table(**table) for table in fields.pop("tables")]
        record = Record(**fields, tables=tables)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    if record.tables != list(tables_in(record.output)):
        raise ValueError(f"{path}: the tables are not those of the output")
    return record


def write_record(path: Path, record: Record) -> None:
    """Write a record, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary:
        text = json.dumps(dataclasses.asdict(record), indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n")


def tables_in(output: str) -> Iterator[Table]:
    """The Markdown tables in what a command printed, one after the other."""
    block: list[list[str]] = []
    for line in [*output.splitlines(), ""]:
        if line.startswith("|"):
            block.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif block:
            if len(block) > 1 and all(set(cell) <= set("-:") for cell in block[1]):
                yield Table(columns=block[0], rows=block[2:])
            block = []


def run(command: str) -> tuple[str, float]:
    """What a line of bash prints, and how many seconds it took; its errors go to the terminal.

    Raises
    ------
    subprocess.CalledProcessError: it failed.
    """
    own = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}
    start = time.monotonic()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout, time.monotonic() - start


def commit() -> str:
    """The commit that is checked out, with a plus where something else than records differs."""
    told = _told("git", "rev-parse", "--short", "HEAD")
    changed = _told("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return told + ("+" if changed else "")


def machine() -> str:
    """Processor, cores, Python and torch of this machine."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    return (
        f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}, "
        f"torch {version('torch').partition('+')[0]}"
    )


def _told(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    """Run the command and write the record."""
    parser = argparse.ArgumentParser(
        prog="record.py",
        usage="%(prog)s FILE [OPTIONS] [-- COMMAND...]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the record, docs/results/NAME.json")
    parser.add_argument("--title", help="of its section of the page")
    parser.add_argument("--data", help="what was trained, calibrated and tested with")
    parser.add_argument("--remarks", help="what to make of it, as Markdown")
    words = sys.argv[1:]  # argparse does not tell "--" from what follows options
    own = words[: words.index("--")] if "--" in words else words
    command = words[len(own) + 1 :]
    options = parser.parse_args(own)
    old = dataclasses.asdict(read_record(options.file)) if options.file.exists() else {}
    said = {name: getattr(options, name) for name in ("title", "data", "remarks")}
    if command:
        said["command"] = command[0] if len(command) == 1 else shlex.join(command)
    fields = {**old, **{name: value for name, value in said.items() if value is not None}}
    missing = [name for name in ("title", "data", "command") if name not in fields]
    if missing:
        parser.error(f"{options.file} is new: say its {', '.join(missing)}")
    at = commit()
    try:
        output, seconds = run(fields["command"])
    except subprocess.CalledProcessError as error:
        sys.exit(f"record: the command ended with status {error.returncode}; nothing was written")
    fields |= {
        "commit": at,
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "seconds": round(seconds, 1),
        "output": output,
        "tables": list(tables_in(output)),
    }
    write_record(options.file, Record(**fields))
    print(f"{options.file}: {len(fields['tables'])} tables, {seconds:.0f} s")


if __name__ == "__main__":
    main()
