"""Results appear whole or not at all, whatever stops the run that writes them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import MARKER, atomic_directory, atomic_file

from support.kills import kill_everywhere


def write_directory(destination: Path, text: str, kind: str = "build") -> None:
    with atomic_directory(destination, kind) as temporary:
        (temporary / "a").write_text(text)
        (temporary / "sub").mkdir()
        (temporary / "sub" / "b").write_text(text)


def write_file(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text)


def contents(directory: Path) -> tuple[str, str]:
    return (directory / "a").read_text(), (directory / "sub" / "b").read_text()


def test_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    write_directory(tmp_path / "x" / "build", "one")
    assert contents(tmp_path / "x" / "build") == ("one", "one")
    assert os.listdir(tmp_path / "x") == ["build"]


def test_directory_replaces_an_empty_or_earlier_one(tmp_path: Path) -> None:
    destination = tmp_path / "build"
    destination.mkdir()
    write_directory(destination, "one")
    (destination / "leftover").write_text("")
    write_directory(destination, "two")
    assert contents(destination) == ("two", "two")
    assert not (destination / "leftover").exists()
    assert os.listdir(tmp_path) == ["build"]


def test_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write_directory(tmp_path / "link", "one")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == ("one", "one")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failure_keeps_the_old_directory(tmp_path: Path, error: type[BaseException]) -> None:
    destination = tmp_path / "build"

    def fail() -> None:
        with atomic_directory(destination, "build") as temporary:
            (temporary / "a").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert not os.listdir(tmp_path)
    write_directory(destination, "one")
    with pytest.raises(error):
        fail()
    assert contents(destination) == ("one", "one")
    assert os.listdir(tmp_path) == ["build"]


def refuse(destination: Path, words: str, kind: str = "build") -> None:
    with pytest.raises(TabfabError, match=words):
        write_directory(destination, "new", kind)


def test_foreign_contents_are_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").write_text("years of work")
    refuse(tmp_path / "thesis", "files that tabfab did not write")
    assert (tmp_path / "thesis" / "chapter").read_text() == "years of work"
    refuse(tmp_path / "thesis" / "chapter", "is a file")
    write_directory(tmp_path / "program", "one", "program")
    refuse(tmp_path / "program", "holds a program")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    refuse(Path("."), "current directory")
    refuse(tmp_path / "thesis" / "chapter" / "x", "cannot be written")
    assert not list(tmp_path.rglob("*.tabfab-new"))


def test_two_runs_do_not_write_one_directory(tmp_path: Path) -> None:
    with atomic_directory(tmp_path / "build", "build") as temporary:
        (temporary / "a").write_text("first")
        refuse(tmp_path / "build", "another tabfab run is writing")
        write_directory(tmp_path / "other", "free")
    assert (tmp_path / "build" / "a").read_text() == "first"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_kill_before_any_file_operation_leaves_the_old_or_the_new(
    tmp_path: Path, number: int
) -> None:
    destination, seen = tmp_path / "build", set()
    write_directory(destination, "old")

    def check() -> None:
        one, other = contents(destination)
        assert one == other
        seen.add(one)
        assert (destination / MARKER).read_text() == "build\n"
        assert set(os.listdir(destination)) == {MARKER, "a", "sub"}
        write_directory(destination, "old")  # what the killed run left is no hindrance
        assert contents(destination) == ("old", "old")
        assert os.listdir(tmp_path) == ["build"]

    stopped = kill_everywhere(lambda: write_directory(destination, "new"), tmp_path, check, number)
    assert stopped > 10
    assert seen == {"old", "new"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_kill_leaves_the_old_or_the_new_file(tmp_path: Path, number: int) -> None:
    path, seen = tmp_path / "model.pt2", set()
    path.write_text("old")

    def check() -> None:
        seen.add(path.read_text())
        write_file(path, "old")
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["model.pt2"]

    stopped = kill_everywhere(lambda: write_file(path, "new"), tmp_path, check, number)
    assert stopped > 5
    assert seen == {"old", "new"}


REPLACE_FOR_A_WHILE = """
import sys, time
from pathlib import Path
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import atomic_directory
end, done = time.monotonic() + 0.7, 0
while time.monotonic() < end:
    try:
        with atomic_directory(Path(sys.argv[1]), "build") as temporary:
            (temporary / "a").write_text(f"{sys.argv[2]} {done}")
            (temporary / "sub").mkdir()
            (temporary / "sub" / "b").write_text(f"{sys.argv[2]} {done}")
        done += 1
    except TabfabError as error:
        assert "another tabfab run is writing" in str(error)
print(done)
"""


def test_many_runs_at_once_write_one_after_the_other(tmp_path: Path) -> None:
    destination = tmp_path / "build"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", REPLACE_FOR_A_WHILE, str(destination), str(number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    assert sum(int(run.communicate()[0]) for run in runs) > 3
    assert all(run.returncode == 0 for run in runs)
    one, other = contents(destination)
    assert one == other
    assert os.listdir(tmp_path) == ["build"]


def test_leftovers_hinder_no_run(tmp_path: Path) -> None:
    (tmp_path / ".build.tabfab-new").mkdir()
    (tmp_path / ".build.tabfab-new" / "half").write_text("")
    (tmp_path / ".build.tabfab-lock").write_text("")
    write_directory(tmp_path / "build", "one")
    (tmp_path / ".build.tabfab-new").write_text("")
    write_directory(tmp_path / "build", "two")
    assert contents(tmp_path / "build") == ("two", "two")
    assert os.listdir(tmp_path) == ["build"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_without_an_atomic_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda *args, **kwargs: object())
    destination = tmp_path / "build"
    write_directory(destination, "old")

    def check() -> None:
        write_file(tmp_path / "other", "")
        with pytest.raises(KeyError), atomic_directory(destination, "build"):
            raise KeyError  # a run that fails takes the old contents back all the same
        one, other = contents(destination)
        assert one == other
        write_directory(destination, "old")
        assert set(os.listdir(tmp_path)) == {"build", "other"}

    assert kill_everywhere(lambda: write_directory(destination, "new"), tmp_path, check, number)
    write_directory(destination, "two")
    assert contents(destination) == ("two", "two")


def test_an_exchange_that_the_file_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_with(code: int) -> None:
        library = SimpleNamespace(renameat2=lambda *names: -1)
        monkeypatch.setattr("ctypes.CDLL", lambda *args, **kwargs: library)
        monkeypatch.setattr("ctypes.get_errno", lambda: code)

    write_directory(tmp_path / "build", "one")
    refuse_with(errno.EINVAL)
    write_directory(tmp_path / "build", "two")
    assert contents(tmp_path / "build") == ("two", "two")
    refuse_with(errno.EACCES)
    refuse(tmp_path / "build", "cannot be written: Permission denied")
    assert contents(tmp_path / "build") == ("two", "two")


def test_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "x" / "model.pt2"
    with atomic_file(path) as temporary:
        assert temporary.suffix == ".pt2"
        temporary.write_text("one")
        assert not path.exists()

    def fail() -> None:
        with atomic_file(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "one"
    assert os.listdir(path.parent) == ["model.pt2"]


def test_file_cannot_replace_a_directory(tmp_path: Path) -> None:
    with pytest.raises(TabfabError, match="is a directory"), atomic_file(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(TabfabError, match="cannot be written"),
        atomic_file(tmp_path / "file" / "x"),
    ):
        pass
