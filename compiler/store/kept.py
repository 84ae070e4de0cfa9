"""Results kept beside what they were made of, and used again as long as both stay the same.

Netlists, routed designs and compiled simulators take minutes, so they are kept in the build that
they belong to. A build may come from a stranger, who could put a netlist or a program of their own
there, and a checksum that fits it: what is kept is therefore stamped with a key that only this
user's tabfab knows (HMAC, RFC 2104), and what carries no such stamp is made anew.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .files import atomic_file

_KEY_BYTES = 32


@dataclass(frozen=True)
class KeptFiles:
    r"""Files that one run makes of something, and a later run uses again.

    Parameters
    ----------
    directory: with tabfab's mark, where the files are.
    files: their names there; the stamp is called after the first.
    made_of: all that their contents depend on.

    Examples
    --------
    >>> kept = KeptFiles(build.directory, ("netlist.v",), "\n".join(passes).encode())
    >>> if not kept.fit():
    ...     make_netlist()
    ...     kept.stamp()
    """

    directory: Path
    files: tuple[str, ...]
    made_of: bytes

    @property
    def stamp_file(self) -> Path:
        """Where the stamp is."""
        return self.directory / f"{self.files[0]}.stamp"

    def fit(self) -> bool:
        """Whether the files are those that this user's tabfab made of the same."""
        try:
            given = self.stamp_file.read_bytes().strip()
            return hmac.compare_digest(given, self._signature())
        except OSError:
            return False

    def stamp(self) -> None:
        """Note that the files, as they are now, were made of `made_of`.

        Raises
        ------
        TabfabError: the stamp cannot be written.
        """
        signature = self._signature()
        with atomic_file(self.stamp_file, within=self.directory) as temporary:
            temporary.write_bytes(signature + b"\n")

    def _signature(self) -> bytes:
        signature = hmac.new(_key(), hashlib.sha256(self.made_of).digest(), hashlib.sha256)
        for name in self.files:
            with (self.directory / name).open("rb") as file:
                signature.update(hashlib.file_digest(file, "sha256").digest())
        return signature.hexdigest().encode()


@cache
def _key() -> bytes:
    """The key in ``$XDG_STATE_HOME/tabfab/key`` (``~/.local/state``), made where there is none.

    Where it can neither be read nor written, one that lasts as long as this process: then results
    are made anew each time.
    """
    try:
        state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        file = Path(state) / "tabfab" / "key"
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(file)
        key = file.read_bytes()
    except (OSError, RuntimeError):  # no such place, or no home at all
        key = b""
    return key if len(key) == _KEY_BYTES else secrets.token_bytes(_KEY_BYTES)


def _create(file: Path) -> None:
    """Write a new key whole, readable by its user alone, unless another process was faster."""
    if file.exists():
        return
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(_KEY_BYTES))
        os.link(temporary, file)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
