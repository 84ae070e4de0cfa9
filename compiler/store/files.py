"""Files and directories that appear whole or not at all, and replace nothing but their like.

A result is written to a temporary sibling and moved to its name in one step, so that whatever
stops a run (an error, Ctrl-C, a kill, a full disk) leaves the old result or the new one and
never a mixture. While a run writes RESULT there are two siblings: ``.RESULT.tabfab-new`` with what
is written and ``.RESULT.tabfab-lock``, which refuses a second run. A killed run leaves them
behind; they hinder nobody, and the next run that writes RESULT removes them.

A file takes the place of a regular file alone, a directory that of an empty one or of one with
tabfab's mark of the same kind. Symbolic links are followed. Devices, pipes, what is
write-protected, and everything inside a directory with tabfab's mark stay as they are: such a
directory changes as a whole or through the verb that keeps its files there (`within`). Nothing
here imports torch.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import TabfabError, shown
from .extras import need_extra

MARKER = ".tabfab"
"""File that marks a directory as written by tabfab; it holds the kind of its contents."""

PICTURES = (".png", ".svg", ".pdf")
"""Formats of pictures, by their suffix."""

_LONGEST_MARK = 32
"""Bytes of a mark: more was not written by tabfab."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What a system or a file system says that cannot exchange two names."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says when there is no room for what is written."""

_SPECIAL = {
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFLNK: "a symbolic link that leads nowhere",
}
"""Words for what is neither a file nor a directory."""

_TRIES = 5


@contextmanager
def atomic_file(destination: Path, within: Path | None = None) -> Iterator[Path]:
    """Write one file so that it appears complete or not at all.

    Yields a temporary path of the same name; the file written there replaces `destination` when
    the block ends, and is removed when the block fails.

    Parameters
    ----------
    destination: the file to make or replace; its folder is made.
    within: the directory with tabfab's mark that it belongs to, for the verbs that keep files
        there; what a link leads to must lie there too.

    Raises
    ------
    TabfabError: as `check_file`, or another run is writing `destination`, or it cannot be written.
    """
    asked, destination = destination, check_file(destination, within)
    with _temporary_directory(destination) as temporary:
        with _room_for(destination):
            yield temporary / destination.name
        with _writing(destination):
            check_file(asked, within)
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
    TabfabError: as `check_directory`, or another run is writing `destination`, or it cannot be
        written.
    """
    asked, destination = destination, check_directory(destination, kind)
    with _temporary_directory(destination) as temporary:
        with _room_for(destination):
            yield temporary
        with _writing(destination):
            (temporary / MARKER).write_text(kind + "\n")
            check_directory(asked, kind)
            _move(temporary, destination)


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """An empty directory among the system's temporary files, removed when the block ends.

    Raises
    ------
    TabfabError: there is no place for temporary files, or none is left there.
    """
    advice = "free some space or name another place in the environment variable TMPDIR"
    try:
        scratch = tempfile.TemporaryDirectory(prefix="tabfab-")
    except OSError as error:
        raise TabfabError(
            f"no place can be written to for temporary files ({error.strerror}); {advice}"
        ) from error
    with scratch as name, _room_for(Path(name).parent, advice):
        yield Path(name)


# ------------------------------------------------------------------- what may be replaced


def check_file(destination: Path, within: Path | None = None) -> Path:
    """Refuse to write a file where there is something else, or where it does not belong.

    Verbs that compute for long before they write call this first.

    Parameters
    ----------
    destination, within: see `atomic_file`.

    Returns
    -------
    `destination` without symbolic links.

    Raises
    ------
    TabfabError: `destination` is neither a file that may be written nor free, or lies in a
        directory with tabfab's mark other than `within`.
    """
    with _writing(destination):
        place = Path(os.path.realpath(destination))
        mode = _mode(destination, place)
        if mode is not None and stat.S_ISDIR(mode):
            raise TabfabError(f"{place} is a directory; give the name of a file to write")
        if mode is not None and not stat.S_ISREG(mode):
            raise TabfabError(
                f"{destination} is {_SPECIAL[stat.S_IFMT(mode)]} and stays as it is; give the "
                "name of a file to write"
            )
        if within is not None and not place.is_relative_to(os.path.realpath(within)):
            raise TabfabError(f"{destination} leads to {place}, outside of {within}; remove it")
        _check_place(place, mode, within)
        return place


def check_entries(directory: Path) -> None:
    """Refuse a directory in which anything is a way out of it, or no file at all.

    Tools write their logs and results beside what they read. In a directory of a stranger a link
    in the place of a log would have them write over any file of the user's, a pipe would stop them.

    Parameters
    ----------
    directory: with everything below it.

    Raises
    ------
    TabfabError: there is a symbolic link that leads outside, a pipe, a device or a socket in it.
    """
    top = os.path.realpath(directory)
    for parent, folders, files in os.walk(directory):
        for entry in (Path(parent, name) for name in (*folders, *files)):
            if entry.is_symlink():
                place = Path(os.path.realpath(entry))
                if not place.is_relative_to(top):
                    raise TabfabError(
                        f"{entry} leads to {place}, outside of {directory}; remove it"
                    )
            mode = _mode(entry, entry) or 0
            if stat.S_IFMT(mode) in _SPECIAL:
                raise TabfabError(
                    f"{entry} is {_SPECIAL[stat.S_IFMT(mode)]}, which is no part of a "
                    f"{_mark(directory) or 'directory'}; remove it"
                )


def check_picture(destination: Path) -> Path:
    """The same as `check_file` for a picture, whose suffix says its format.

    Raises
    ------
    TabfabError: as `check_file`, or the suffix is not one of `PICTURES`, or what draws is missing.
    """
    need_extra("plot", "a picture is drawn by", "matplotlib")
    if destination.suffix.lower() not in PICTURES:
        raise TabfabError(
            f"a picture is a {', '.join(PICTURES[:-1])} or {PICTURES[-1]} file, not "
            f"{shown(destination.name)}"
        )
    return check_file(destination)


def check_directory(destination: Path, kind: str) -> Path:
    """Refuse to write a directory in the place of anything that tabfab did not write.

    Verbs that compute for long before they write call this first.

    Parameters
    ----------
    destination, kind: see `atomic_directory`.

    Returns
    -------
    `destination` without symbolic links.

    Raises
    ------
    TabfabError: `destination` is not a directory, or holds files and is not marked as tabfab's
        own of the same kind, or holds another such directory, or lies in one.
    """
    with _writing(destination):
        place = Path(os.path.realpath(destination))
        mode = _mode(destination, place)
        if mode is not None and not stat.S_ISDIR(mode):
            what = _SPECIAL.get(stat.S_IFMT(mode), "a file")
            raise TabfabError(f"{destination} is {what}; choose a directory to write the {kind} to")
        _check_place(place, mode, None)
        if mode is not None:
            _check_contents(place, kind)
        return place


def claim_directory(destination: Path, kind: str) -> None:
    """Make or take a directory in which several results come to lie, and mark it as `kind`.

    Unlike that of `atomic_directory` it changes file by file, and what it holds may be replaced
    one by one.

    Parameters
    ----------
    destination: the directory; parents are made.
    kind: one of `COLLECTIONS`.

    Raises
    ------
    TabfabError: `destination` is not a directory, or holds files and lacks the mark, or it cannot
        be written.
    """
    place = check_directory(destination, kind)
    with _writing(place):
        place.mkdir(parents=True, exist_ok=True)
    if _mark(place) != kind:
        with atomic_file(place / MARKER) as temporary:
            temporary.write_text(kind + "\n")


COLLECTIONS = ("demo", "sweep")
"""Kinds of directories in which results lie side by side, for everyone to replace."""


def _mode(destination: Path, place: Path) -> int | None:
    """Type and permissions of what `destination` leads to; None where nothing is."""
    try:
        return os.stat(destination).st_mode
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    try:
        return os.lstat(place).st_mode
    except FileNotFoundError:
        return None


def _check_place(place: Path, mode: int | None, within: Path | None) -> None:
    """Refuse what is write-protected and what lies in a directory with tabfab's mark."""
    if mode is not None and not mode & 0o222:
        raise TabfabError(
            f"{place} is write-protected and stays as it is; choose another place or make it "
            "writable"
        )
    for parent in place.parents if within is None else ():
        kind = _mark(parent)
        if kind is not None and kind not in COLLECTIONS:
            raise TabfabError(
                f"{place} lies in the {kind} {parent}, where tabfab alone keeps files; choose a "
                "place outside"
            )


def _check_contents(place: Path, kind: str) -> None:
    """Refuse to replace a directory of which anything is not tabfab's own."""
    if kind not in COLLECTIONS and Path.cwd().is_relative_to(place):
        raise TabfabError(
            f"{place} holds the current directory and cannot be replaced; "
            f"choose another directory for the {kind}"
        )
    if not any(place.iterdir()):
        return
    held = _mark(place)
    if held is None:
        raise TabfabError(
            f"{place} holds files that tabfab did not write; choose an empty or a new "
            f"directory for the {kind}"
        )
    if held != kind:
        raise TabfabError(f"{place} holds a {held}; choose another directory for the {kind}")
    if kind not in COLLECTIONS:
        for inner, _, _ in os.walk(place):
            own = None if inner == str(place) else _mark(Path(inner))
            if own is not None:
                raise TabfabError(
                    f"{place} also holds the {own} {inner}, which would be lost; move it away, or "
                    f"choose another directory for the {kind}"
                )


def _mark(directory: Path) -> str | None:
    """The kind that a directory is marked as; None if it is not marked."""
    path = directory / MARKER
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_MARK:
            return None
        kind = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return kind if kind.isalpha() else None


# ------------------------------------------------------------------ what the system refuses


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


@contextmanager
def _room_for(
    path: Path, advice: str = "free some space or choose another place to write to"
) -> Iterator[None]:
    """Say what was being written when there was no room left: the system does not."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise TabfabError(f"{path} cannot be written: {error.strerror}; {advice}") from error


# ------------------------------------------------------------------------- what lies beside


def _beside(destination: Path, role: str) -> Path:
    return destination.with_name(f".{destination.name}.tabfab-{role}")


@contextmanager
def _temporary_directory(destination: Path) -> Iterator[Path]:
    """An empty directory beside `destination` that this run alone uses, removed in the end."""
    temporary = _beside(destination, "new")
    with locked(destination):
        try:
            with _writing(destination):
                _clear_up(destination)
                temporary.mkdir()
            yield temporary
        finally:
            _remove(temporary)


@contextmanager
def locked(destination: Path) -> Iterator[None]:
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
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
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
