"""Files and directories that appear whole or not at all.

A result is written to a temporary sibling and moved to its name in one step, so that whatever
stops a run (an error, Ctrl-C, a kill, a full disk) leaves the old result or the new one and
never a mixture. Nothing here imports torch.
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


@contextmanager
def atomic_file(destination: Path) -> Iterator[Path]:
    """Write one file so that it appears complete or not at all.

    Yields a temporary path beside `destination` with the same suffix; the file written there
    replaces `destination` when the block ends, and is removed when the block fails.

    Raises
    ------
    TabfabError: `destination` is a directory, or cannot be written.
    """
    destination = Path(os.path.realpath(destination))
    if destination.is_dir():
        raise TabfabError(f"{destination} is a directory; give the name of a file to write")
    temporary = destination.with_name(f".{destination.stem}-{os.getpid()}{destination.suffix}")
    with _writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield temporary
        with _writing(destination):
            os.replace(temporary, destination)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_directory(destination: Path, kind: str) -> Iterator[Path]:
    """Write a whole directory so that it appears complete or not at all.

    Yields an empty directory beside `destination`. When the block ends it takes the place of
    `destination`, whose old contents are removed; when the block fails, `destination` stays as
    it was. What a killed run leaves behind is cleared away by the next one.

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
    temporary = destination.with_name(f".{destination.name}.tabfab-new")
    with _writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock_empty(temporary, destination)
    try:
        yield temporary
        with _writing(destination):
            (temporary / MARKER).write_text(kind + "\n")
            _check_replaceable(destination, kind)
            _move(temporary, destination)
    finally:
        if _is_open_as(temporary, lock):  # it was not moved
            shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)


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


def _lock_empty(directory: Path, destination: Path) -> int:
    """Make `directory`, empty and locked, and return the file descriptor that holds the lock.

    The lock is the kernel's (flock), so it ends with its process, however that ends: a
    directory that is there but not locked is what a killed run left.
    """
    while True:
        directory.mkdir(exist_ok=True)
        try:
            descriptor = _lock(directory, destination)
        except FileNotFoundError:
            continue  # another run finished just now and moved it away
        if _is_open_as(directory, descriptor):
            break
        os.close(descriptor)  # the same, between opening and locking it
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    return descriptor


def _lock(directory: Path, destination: Path) -> int:
    """Lock `directory` and return the file descriptor that holds the lock."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise TabfabError(
            f"another tabfab run is writing {destination}; wait for it or choose another directory"
        ) from None
    return descriptor


def _is_open_as(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _move(temporary: Path, destination: Path) -> None:
    """Give `temporary` the name `destination`, in one step, and remove what had that name."""
    if not destination.exists() or not any(destination.iterdir()):
        os.rename(temporary, destination)
        return
    # Locked before it takes the temporary name, where another run would look for a lock.
    old = _lock(destination, destination)
    try:
        _exchange(temporary, destination)
        shutil.rmtree(temporary, ignore_errors=True)
    finally:
        os.close(old)


def _exchange(one: Path, other: Path) -> None:
    """Swap the names of two directories in one step, where the system can (Linux).

    Elsewhere the step is two renames: a kill between them leaves the old contents under a name
    that ends in ``.tabfab-old``.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        if not renameat2(_AT_FDCWD, bytes(one), _AT_FDCWD, bytes(other), _RENAME_EXCHANGE):
            return
        code = ctypes.get_errno()
        if code not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(code, os.strerror(code))
    aside = other.with_name(f".{other.name}.tabfab-old")
    os.rename(other, aside)
    os.rename(one, other)
    os.rename(aside, one)
