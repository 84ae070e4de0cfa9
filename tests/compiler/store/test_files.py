"""Results appear whole or not at all, whatever stops the run that writes them."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import (
    MARKER,
    atomic_directory,
    atomic_file,
    check_directory,
    check_file,
    claim_directory,
    scratch_directory,
)

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


def special(path: Path, kind: str) -> os.stat_result:
    """Make something that is neither a file nor a directory; its status."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(path))  # an address is short
    elif kind == "device":
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("only root makes devices")
    else:
        path.symlink_to(path)
    return os.lstat(path)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "symbolic link that leads nowhere"])
def test_what_is_no_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    path, link = tmp_path / "there", tmp_path / "link"
    link.symlink_to(path)
    before = special(path, kind)
    for place in (path, link):
        with pytest.raises(TabfabError, match=f"{place.name} is a {kind}"):
            write_file(place, "new")
        refuse(place, f"{place.name} is a {kind}")
    assert os.path.samestat(os.lstat(path), before)
    assert os.lstat(path).st_mode == before.st_mode
    assert set(os.listdir(tmp_path)) == {"there", "link"}


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_stays_though_it_came_meanwhile(tmp_path: Path, kind: str) -> None:
    def write_both() -> None:
        with contextlib.suppress(TabfabError), atomic_file(tmp_path / "x") as temporary:
            temporary.write_text("new")
            special(tmp_path / "x", kind)
        with atomic_directory(tmp_path / "y", "build"):
            special(tmp_path / "y", kind)

    with pytest.raises(TabfabError, match=f"is a {kind}"):
        write_both()
    for name in ("x", "y"):
        mode = os.lstat(tmp_path / name).st_mode
        assert stat.S_ISFIFO(mode) if kind == "pipe" else stat.S_ISCHR(mode)
    assert set(os.listdir(tmp_path)) == {"x", "y"}


def test_the_standard_output_stays() -> None:
    for name in ("/dev/null", "/dev/stdout", "/proc/self/fd/1"):
        if not stat.S_ISREG(os.stat(name).st_mode):
            with pytest.raises(TabfabError, match="stays as it is"):
                check_file(Path(name))


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("sub/real")
    write_file(tmp_path / "link", "one")
    write_file(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "sub" / "real").read_text() == "two"


def test_another_name_of_a_file_keeps_its_contents(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("old")
    (tmp_path / "other").hardlink_to(tmp_path / "one")
    write_file(tmp_path / "one", "new")
    assert (tmp_path / "other").read_text() == "old"


@pytest.mark.parametrize("name", ["a", "sub/b", "new", MARKER, "sub/deep/er/new", "."])
def test_a_directory_of_tabfab_changes_as_a_whole(tmp_path: Path, name: str) -> None:
    write_directory(tmp_path / "program", "one", "program")
    place = tmp_path / "program" / name
    (tmp_path / "link").symlink_to(place)
    for file in (place, tmp_path / "link"):
        with pytest.raises(TabfabError, match=r"lies in the program|is a directory"):
            write_file(file, "new")
        refuse(file, "lies in the program|is a file|holds a program")
    assert contents(tmp_path / "program") == ("one", "one")
    assert set(os.listdir(tmp_path / "program")) == {MARKER, "a", "sub"}


def test_the_verb_that_keeps_files_there_writes_them(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_directory(build, "one")
    with atomic_file(build / "sub" / "report", within=build) as temporary:
        temporary.write_text("report")
    (tmp_path / "diary").write_text("years of work")
    (build / "link").symlink_to(tmp_path / "diary")
    with pytest.raises(TabfabError, match=r"link leads to .*diary, outside of"):
        check_file(build / "link", within=build)
    assert (tmp_path / "diary").read_text() == "years of work"
    assert (build / "sub" / "report").read_text() == "report"


def test_a_directory_with_another_in_it_stays(tmp_path: Path) -> None:
    write_directory(tmp_path / "other", "two")
    write_directory(tmp_path / "build", "one")
    (tmp_path / "other").rename(tmp_path / "build" / "sub" / "other")
    refuse(tmp_path / "build", "also holds the build .*other, which would be lost")
    assert contents(tmp_path / "build" / "sub" / "other") == ("two", "two")


@pytest.mark.parametrize("mark", [b"", b"two words", b"\xff\xfe", b"x" * 100, None])
def test_what_is_no_mark_of_tabfab_is_none(tmp_path: Path, mark: bytes | None) -> None:
    marker = tmp_path / "mine" / MARKER
    marker.parent.mkdir()
    if mark is None:
        os.mkfifo(marker)
    else:
        marker.write_bytes(mark)
    refuse(tmp_path / "mine", "files that tabfab did not write")
    write_file(tmp_path / "mine" / "x", "one")  # it lies in nothing of tabfab's
    assert (tmp_path / "mine" / "x").read_text() == "one"


def test_what_is_write_protected_stays(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "old")
    write_directory(tmp_path / "build", "old")
    (tmp_path / "file").chmod(0o444)
    (tmp_path / "build").chmod(0o555)
    with pytest.raises(TabfabError, match="file is write-protected"):
        write_file(tmp_path / "file", "new")
    refuse(tmp_path / "build", "build is write-protected")
    (tmp_path / "build").chmod(0o755)
    assert contents(tmp_path / "build") == ("old", "old")
    assert (tmp_path / "file").read_text() == "old"


def test_refusals_come_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert check_file(tmp_path / "new" / "file") == tmp_path / "new" / "file"
    assert check_directory(tmp_path / "new", "build") == tmp_path / "new"
    assert os.listdir(tmp_path) == ["file"]  # they only look
    with pytest.raises(TabfabError, match="is a directory"):
        check_file(tmp_path)
    with pytest.raises(TabfabError, match="is a file"):
        check_directory(tmp_path / "file", "build")
    with pytest.raises(TabfabError, match="cannot be written: File name too long"):
        check_file(tmp_path / ("x" * 1000))


def test_results_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = tmp_path / "demo"
    for _ in range(2):
        claim_directory(demo, "demo")
        write_directory(demo / "build", "one")
        write_file(demo / "report", "one")
    assert set(os.listdir(demo)) == {MARKER, "build", "report"}
    monkeypatch.chdir(demo)
    claim_directory(Path("."), "demo")
    monkeypatch.chdir(tmp_path)
    refuse(demo, "holds a demo")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "report").write_text("years of work")
    with pytest.raises(TabfabError, match="files that tabfab did not write"):
        claim_directory(tmp_path / "thesis", "demo")
    with pytest.raises(TabfabError, match="lies in the build"):
        claim_directory(demo / "build" / "demo", "demo")


def test_no_room_is_told_with_the_place(tmp_path: Path) -> None:
    """A limit of the process stands for a full disk: the system names no file for either."""
    script = f"""
import signal
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import atomic_directory, atomic_file, scratch_directory
setrlimit(RLIMIT_FSIZE, (1000, {resource.RLIM_INFINITY}))
root = Path({str(tmp_path)!r})
for block, name in (
    (atomic_file(root / "file"), ""),
    (atomic_directory(root / "build", "build"), "x"),
    (scratch_directory(), "x"),
):
    try:
        with block as temporary:
            (temporary / name).write_bytes(bytes(2000))
    except TabfabError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 3, done.stderr
    for line, words in zip(lines, (f"{tmp_path}/file", f"{tmp_path}/build", "TMPDIR"), strict=True):
        assert "File too large" in line
        assert words in line
    assert not os.listdir(tmp_path)


def test_no_place_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(TabfabError, match="TMPDIR"), scratch_directory():
        pass
