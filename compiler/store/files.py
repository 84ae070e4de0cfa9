"""Files and directories that appear whole or not at all.

A result is written to a temporary sibling and moved to its name in one step, so that whatever
stops a run (an error, Ctrl-C, a kill, a full disk) leaves the old result or the new one and
never a mixture. While a run writes RESULT there are two siblings: ``.RESULT.tabfab-new`` with what
is written and ``.RESULT.tabfab-lock``, which refuses a second run. A killed run leaves them
behind; they hinder nobody, and the next run that writes RESULT removes them. Nothing here imports
torch.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import TabfabError

MARKER = ".tabfab"
"""File that marks a directory as written by tabfab; it holds the kind of its contents."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What a system or a file system says that cannot exchange two names."""

_TRIES = 5


@contextmanager
def atomic_file(destination: Path) -> Iterator[Path]:
    """Write one file so that it appears complete or not at all.

    Yields a temporary path of the same name; the file written there replaces `destination` when
    the block ends, and is removed when the block fails.

    Raises
    ------
    TabfabError: `destination` is a directory, or another run is writing it, or it cannot be
        written.
    """
    destination = Path(os.path.realpath(destination))
    if destination.is_dir():
        raise TabfabError(f"{destination} is a directory; give the name of a file to write")
    with _temporary_directory(destination) as temporary:
        yield temporary / destination.name
        with _writing(destination):
            os.replace(temporary / destination.name, destination)


@contextmanager
def atomic_directory(destination: Path, kind: str) -> Iterator[Path]:
    """Write a whole directory so that it appears complete or not at all.

    Yields an empty directory beside `destination`. When the block ends it takes the place of
    `destination`, whose old contents are removed; when the block fails, `destination` stays as
    it was.

    Parameters
    ----------
    destination: the directory to make or replace; parents are made.
    kind: what it holds, one word (``program``, ``build``); kept in the file `MARKER`.

    Raises
    ------
    TabfabError: `destination` is not a directory, or holds files and is not marked as tabfab's
        own of the same kind, or another run is writing it, or it cannot be written.
    """
    destination = Path(os.path.realpath(destination))
    _check_replaceable(destination, kind)
    with _temporary_directory(destination) as temporary:
        yield temporary
        with _writing(destination):
            (temporary / MARKER).write_text(kind + "\n")
            _check_replaceable(destination, kind)
            _move(temporary, destination)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Tell the system's refusal to write `path` in one sentence."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise TabfabError(
            f"{path} cannot be written: {cause}; choose another place to write to"
        ) from error


def _check_replaceable(destination: Path, kind: str) -> None:
    """Refuse to replace anything that tabfab did not write."""
    if not destination.exists():
        return
    if not destination.is_dir():
        raise TabfabError(f"{destination} is a file; choose a directory to write the {kind} to")
    if Path.cwd().is_relative_to(destination):
        raise TabfabError(
            f"{destination} holds the current directory and cannot be replaced; "
            f"choose another directory for the {kind}"
        )
    if not any(destination.iterdir()):
        return
    try:
        held = (destination / MARKER).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise TabfabError(
            f"{destination} holds files that tabfab did not write; choose an empty or a new "
            f"directory for the {kind}"
        ) from None
    if held != kind:
        raise TabfabError(f"{destination} holds a {held}; choose another directory for the {kind}")


# ------------------------------------------------------------------------- what lies beside


def _beside(destination: Path, role: str) -> Path:
    return destination.with_name(f".{destination.name}.tabfab-{role}")


@contextmanager
def _temporary_directory(destination: Path) -> Iterator[Path]:
    """An empty directory beside `destination` that this run alone uses, removed in the end."""
    temporary = _beside(destination, "new")
    with _locked(destination):
        try:
            with _writing(destination):
                _clear_up(destination)
                temporary.mkdir()
            yield temporary
        finally:
            _remove(temporary)


@contextmanager
def _locked(destination: Path) -> Iterator[None]:
    """Refuse to go on while another run writes `destination`.

    The lock is the kernel's (flock), so it ends with its process, however that ends: a lock file
    that is there but not locked is what a killed run left.
    """
    path = _beside(destination, "lock")
    with _writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _lock(path)
    if descriptor is None:
        raise TabfabError(
            f"another tabfab run is writing {destination}; wait for it or choose another place"
        )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _lock(path: Path) -> int | None:
    """Lock the file `path`, made if need be; returns its descriptor, or None if it is taken."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_open_as(path, descriptor):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # another run finished just now and removed it


def _is_open_as(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _clear_up(destination: Path) -> None:
    """Remove what a killed run left beside `destination`."""
    _remove(_beside(destination, "new"))
    old = _beside(destination, "old")
    if old.is_dir() and not destination.exists():
        os.rename(old, destination)  # the run was killed between `_exchange`'s two renames
    _remove(old)


def _remove(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for _ in range(_TRIES):  # a tool that the killed run had started may still be writing there
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return


# ------------------------------------------------------------------------ taking the place


def _move(temporary: Path, destination: Path) -> None:
    """Give `temporary` the name `destination`, in one step; the old contents get its own."""
    if not destination.exists() or not any(destination.iterdir()):
        os.rename(temporary, destination)
    else:
        _exchange(temporary, destination)


def _exchange(one: Path, other: Path) -> None:
    """Swap the names of two directories in one step, where the system can (Linux).

    Elsewhere the step is two renames: a kill between them leaves the old contents as
    ``.RESULT.tabfab-old``, from where the next run takes them back.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        if not renameat2(_AT_FDCWD, bytes(one), _AT_FDCWD, bytes(other), _RENAME_EXCHANGE):
            return
        code = ctypes.get_errno()
        if code not in _NO_EXCHANGE:
            raise OSError(code, os.strerror(code))
    old = _beside(other, "old")
    os.rename(other, old)
    try:
        os.rename(one, other)
    except BaseException:
        if not other.exists():
            os.rename(old, other)
        raise
    os.rename(old, one)
