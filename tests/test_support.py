"""What the tests stand on: compiled objects, results that workers share, tools that are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support import needs, object_cache
from support.shared import made_once

# Notes what it compiles, and takes a moment, so that another process comes in between.
COMPILER = """\
#!/bin/sh
case " $* " in *" -c "*) echo "$*" >> {log}; sleep 0.3;; esac
exec c++ "$@"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a compiler, a source and its header in it, and a folder for objects."""
    compiler = tmp_path / "compiler"
    compiler.write_text(COMPILER.format(log=tmp_path / "log"))
    compiler.chmod(0o755)
    (tmp_path / "log").touch()
    (tmp_path / "source.cpp").write_text('#include "header.h"\nint answer() { return ANSWER; }\n')
    (tmp_path / "header.h").write_text("#define ANSWER 42\n")
    (tmp_path / "objects").mkdir()
    return tmp_path


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    script = [sys.executable, object_cache.__file__, str(folder / "objects")]
    return subprocess.Popen(
        [*script, str(folder / "compiler"), *arguments],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )


def compiled(folder: Path, *arguments: str) -> bytes:
    """The object."""
    with start(folder, "-O0", "-c", "source.cpp", *arguments) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    return (folder / "source.o").read_bytes()


def runs(folder: Path) -> int:
    return len((folder / "log").read_text().splitlines())


def test_the_same_source_is_compiled_once(folder: Path) -> None:
    first = compiled(folder)
    (folder / "source.o").unlink()
    assert compiled(folder) == first
    assert runs(folder) == 1


@pytest.mark.parametrize("what", ["source", "header", "arguments", "compiler"])
def test_whatever_goes_in_makes_another_object(folder: Path, what: str) -> None:
    first = compiled(folder)
    match what:
        case "source":
            (folder / "source.cpp").write_text("int answer() { return 43; }\n")
        case "header":
            (folder / "header.h").write_text("#define ANSWER 43\n")
        case "compiler":
            script = (folder / "compiler").read_text()
            other = '#!/bin/sh\nif [ "$1" = --version ]; then echo another; exit; fi\n'
            (folder / "compiler").write_text(other + script)
    again = compiled(folder, *(["-DANSWER=43", "-w"] if what == "arguments" else []))
    assert runs(folder) == 2
    assert (again != first) == (what in ("source", "header"))


def test_one_process_compiles_while_others_wait(folder: Path) -> None:
    processes = [start(folder, "-c", "source.cpp", "-o", f"{n}.o") for n in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    objects = {(folder / f"{n}.o").read_bytes() for n in range(3)}
    assert len(objects) == runs(folder) == 1


def test_a_source_that_does_not_compile_leaves_nothing(folder: Path) -> None:
    (folder / "source.cpp").write_text("int answer() { return question; }\n")
    for _ in range(2):
        with start(folder, "-c", "source.cpp") as process:
            _, errors = process.communicate()
        assert process.returncode == 1
        assert "question" in errors
    assert runs(folder) == 2
    assert not list((folder / "objects").glob("*.o"))


def test_linking_is_left_to_the_compiler(folder: Path) -> None:
    (folder / "main.cpp").write_text("int answer(); int main() { return answer(); }\n")
    compiled(folder)
    with start(folder, "main.cpp", "source.o", "-o", "program") as process:
        process.communicate()
    assert subprocess.run([folder / "program"], check=False).returncode == 42


def test_old_objects_are_removed(folder: Path) -> None:
    compiled(folder)
    object_cache.clear_old(folder / "objects", days=1)
    assert list((folder / "objects").glob("*.o"))
    object_cache.clear_old(folder / "objects", days=-1)
    assert not list((folder / "objects").iterdir())


def test_what_workers_share_is_made_once_and_copied(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.mkdir()
        (path / "file").write_text("content")

    first, second = (made_once(tmp_path_factory, "test-support", make) for _ in range(2))
    (first / "file").write_text("changed")
    assert first.name == second.name == "test-support"
    assert (second / "file").read_text() == "content"
    assert len(made) == 1


def test_a_missing_tool_skips_the_test(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(needs.PACKAGES, "abacus", "The abacus")
    request.node.add_marker(pytest.mark.needs("sys", "abacus"))
    with pytest.raises(pytest.skip.Exception, match="The abacus is not installed"):
        needs.pytest_runtest_setup(request.node)
