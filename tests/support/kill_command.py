"""Killing a `tabfab` command before some of its file operations.

Run as ``python -m support.kill_command``: the command runs in forks of this process, so that
the libraries are loaded once, and away from pytest's.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from .kills import count_operations, run_and_kill

Snapshot = dict[str, str]
"""Relative path of each file -> checksum."""

_UNDER_WAY = ("new", "lock")
"""What may lie beside a file that was being written; the next run clears it away."""


def snapshot(path: Path) -> Snapshot:
    """What is in a directory, or in a file."""
    paths = [path, *path.rglob("*")]
    return {
        str(found.relative_to(path)): hashlib.sha256(found.read_bytes()).hexdigest()
        for found in paths
        if found.is_file()
    }


def restore(path: Path, old: Path) -> None:
    """Put the file or directory `old` in the place of `path`, and let no training go on."""
    path.with_name(f"{path.name}.checkpoint").unlink(missing_ok=True)
    if old.is_dir():
        shutil.rmtree(path)
        shutil.copytree(old, path)
    else:
        shutil.copyfile(old, path)


def command(arguments: list[str]) -> Callable[[], None]:
    """``tabfab ARGUMENTS``, silent."""
    importlib.import_module("tabfab.compiler.compile")
    app = importlib.import_module("tabfab.cli.app").app

    def run() -> None:
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        app(arguments)

    return run


def main(output: Path, number: int, points: int, *arguments: str) -> None:
    """Kill ``tabfab ARGUMENTS -o OUTPUT``, and print how often the old and the new stayed.

    Parameters
    ----------
    output: an earlier result, which differs from that of `arguments`; alone in its folder.
    number: the signal.
    points: how many runs to kill, at least 2: from before the first file operation to before the
        last one, evenly.
    arguments: verb and options.
    """
    folder, name = output.parent, output.name
    old = folder.parent / "old"
    shutil.copytree(output, old) if output.is_dir() else shutil.copyfile(output, old)
    run = command([*arguments, "-o", str(output)])
    operations = count_operations(run, folder)
    before, after = snapshot(old), snapshot(output)
    assert before != after
    assert os.listdir(folder) == [name]
    written = (name, f"{name}.checkpoint")
    harmless = {*written, *(f".{file}.tabfab-{kind}" for file in written for kind in _UNDER_WAY)}
    seen = []
    for operation in sorted({(operations - 1) * n // (points - 1) for n in range(points)}):
        restore(output, old)
        status = run_and_kill(run, folder, operation, number)
        assert status in (-number, 130), f"status {status} before file operation {operation}"
        state = snapshot(output)
        assert state in (before, after), f"a mixture before file operation {operation}"
        seen.append("old" if state == before else "new")
        assert set(os.listdir(folder)) <= harmless
    restore(output, old)
    assert count_operations(run, folder)  # the killed runs are no hindrance
    assert snapshot(output) == after
    assert os.listdir(folder) == [name]
    print(seen.count("old"), seen.count("new"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
