"""Results appear whole or not at all, whatever stops the run that writes them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tabfab.compiler.errors import TabfabError
from tabfab.compiler.files import MARKER, atomic_directory, atomic_file


def write_directory(destination: Path, text: str, kind: str = "build") -> None:
    with atomic_directory(destination, kind) as temporary:
        (temporary / "a").write_text(text)
        (temporary / "sub").mkdir()
        (temporary / "sub" / "b").write_text(text)


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


REPLACE_FOREVER = """
import sys
from pathlib import Path
from tabfab.compiler.files import atomic_directory
for number in range(10**9):
    with atomic_directory(Path(sys.argv[1]), "build") as temporary:
        (temporary / "a").write_text(str(number))
        (temporary / "sub").mkdir()
        (temporary / "sub" / "b").write_text(str(number))
    if not number:
        print("started", flush=True)
"""


@pytest.mark.parametrize("attempt", range(5))
def test_kill_leaves_the_old_or_the_new(tmp_path: Path, attempt: int) -> None:
    destination = tmp_path / "build"
    with subprocess.Popen(
        [sys.executable, "-c", REPLACE_FOREVER, str(destination)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 + 0.0137 * attempt)
        process.send_signal(signal.SIGKILL)
    one, other = contents(destination)
    assert one == other
    assert (destination / MARKER).read_text() == "build\n"
    write_directory(destination, "after")  # what the killed run left is no hindrance
    assert contents(destination) == ("after", "after")
    assert os.listdir(tmp_path) == ["build"]


def test_without_an_atomic_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda *args, **kwargs: object())
    write_directory(tmp_path / "build", "one")
    write_directory(tmp_path / "build", "two")
    assert contents(tmp_path / "build") == ("two", "two")
    assert os.listdir(tmp_path) == ["build"]


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
