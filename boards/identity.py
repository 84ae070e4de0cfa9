"""Which hardware a build is, and which tables it holds, as numbers that a board can tell."""

from __future__ import annotations

import hashlib
import re

from ..compiler.program import Program
from ..compiler.store.manifest import FileRecord
from ..hw.rtl.build import Build
from ..hw.rtl.loading import load_stream
from ..hw.rtl.verilog import VERILOG_FILE

_MEMORY = re.compile(r"top-\d+\.mem")


def build_number(build: Build) -> int:
    """56 bits of the SHA-256 of the build's Verilog and memories: the same for equal hardware."""
    files = [
        path.name
        for path in build.directory.iterdir()
        if path.name == VERILOG_FILE or _MEMORY.fullmatch(path.name)
    ]
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name} {FileRecord.of(build.directory / name).sha256}\n".encode())
    return int.from_bytes(whole.digest()[:7], "big")


def tables_number(build: Build, program: Program) -> int:
    """32 bits, never 0: which tables, weights and biases a loadable build works with.

    Raises
    ------
    LoadError: the build cannot be loaded with the program.
    """
    words = load_stream(build, program).astype("<u4").tobytes()
    return int.from_bytes(hashlib.sha256(words).digest()[:4], "big") or 1
