"""A compiler that remembers: C++ that was compiled before is not compiled again.

Every model that Verilator makes is linked with Verilator's own library, which takes g++ several
times as long as the model of a small network does, and is the same for all. Verilator's makefile
puts what the variable OBJCACHE names in front of the compiler; the tests' conftest.py names this
file there, run as a script:

    python object_cache.py DIRECTORY COMPILER ARGUMENT...

An object is found by the SHA-256 of everything that goes into it: the preprocessed source, that
is with all its headers, the arguments but for the object's name, and what the compiler says of
its version. Several processes may share the directory: one compiles while others wait for it,
and objects appear in it whole. What nobody has used for `DAYS` days is removed by `clear_old`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

DAYS = 7


def command(directory: Path) -> str:
    """What OBJCACHE is to be; make reads a dollar sign as a variable's."""
    words = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(directory)]
    return shlex.join(words).replace("$", "$$")


def main(directory: Path, command: list[str]) -> int:
    """Run the compiler, or copy what it made of the same input; its exit status."""
    target = _target(command)
    key = None if target is None else _key(command)
    if target is None or key is None:
        return subprocess.run(command, check=False).returncode
    kept = directory / f"{key}.o"
    with (directory / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.is_file():
            os.utime(kept)
            shutil.copyfile(kept, target)
            return 0
        status = subprocess.run(command, check=False).returncode
        if status == 0:
            new = directory / f"{key}.new"
            shutil.copyfile(target, new)
            new.replace(kept)
    return status


def _target(command: list[str]) -> Path | None:
    """The object that a compilation of one source writes; None where it is anything else."""
    sources = [word for word in command[1:] if word.endswith((".cpp", ".cc"))]
    if len(sources) != 1 or "-c" not in command:
        return None
    if "-o" in command:
        return Path(command[command.index("-o") + 1])
    return Path(sources[0]).with_suffix(".o").relative_to(Path(sources[0]).parent)


def _key(command: list[str]) -> str | None:
    """Of everything that goes into the object; None where the source cannot be preprocessed."""
    arguments = [_without_precompiled(word) for word in command if word not in ("-MMD", "-c")]
    if "-o" in arguments:
        place = arguments.index("-o")
        del arguments[place : place + 2]
    source = subprocess.run([*arguments, "-E"], capture_output=True, check=False)
    version = subprocess.run([command[0], "--version"], capture_output=True, check=False)
    if source.returncode or version.returncode:
        return None
    key = hashlib.sha256(Path(__file__).read_bytes())
    for part in ("\0".join(arguments).encode(), version.stdout, source.stdout):
        key.update(len(part).to_bytes(8, "little") + part)
    return key.hexdigest()


def _without_precompiled(word: str) -> str:
    """Verilator includes ``X.fast``, which is there only as the precompiled ``X.fast.gch``."""
    header, _, kind = word.rpartition(".")
    return header if kind in ("fast", "slow") and Path(header).is_file() else word


def clear_old(directory: Path, days: float = DAYS) -> None:
    """Remove what was not used for so many days."""
    for file in directory.iterdir():
        if file.stat().st_mtime < time.time() - 86400 * days:
            file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
