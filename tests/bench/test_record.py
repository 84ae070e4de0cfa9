"""Records: what a command printed, kept with where and when."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import record
from record import Table, read_record, tables_in

OUTPUT = "first\n| a | b |\n|---|---:|\n| 1 | x y |\n\n| c |\n|---|\n| 2 |\n| 3 |\nlast\n"


def test_finds_the_tables_in_what_was_printed() -> None:
    assert list(tables_in(OUTPUT)) == [
        Table(columns=["a", "b"], rows=[["1", "x y"]]),
        Table(columns=["c"], rows=[["2"], ["3"]]),
    ]
    assert not list(tables_in("| no | table |\n"))


def test_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        Table(columns=["a", "b"], rows=[["1"]])


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["record.py", *map(str, arguments)])
    record.main()


def test_keeps_what_a_command_prints_and_runs_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.json"
    said = ("--title", "X", "--data", "none", "--remarks", "So.")
    run(monkeypatch, file, *said, "--", "printf '| a |\\n|---|\\n| %s |\\n' 7; echo no >&2")
    first = read_record(file)
    assert first.tables == [Table(columns=["a"], rows=[["7"]])]
    assert (first.title, first.data, first.remarks) == ("X", "none", "So.")
    assert "no" not in first.output
    run(monkeypatch, file, "--title", "Y")
    again = read_record(file)
    assert (again.title, again.command, again.output) == ("Y", first.command, first.output)


def test_a_command_that_fails_leaves_the_old_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.json"
    run(monkeypatch, file, "--title", "X", "--data", "none", "--", "echo 1")
    before = file.read_text()
    with pytest.raises(SystemExit, match="status 3"):
        run(monkeypatch, file, "--", "exit 3")
    assert file.read_text() == before


def test_a_new_record_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path / "x.json", "--", "echo", "1")
    assert "say its title, data" in capsys.readouterr().err


@pytest.mark.parametrize("change", [{"tables": []}, {"title": None, "extra": 1}])
def test_refuses_a_record_that_was_edited(
    change: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.json"
    run(monkeypatch, file, "--title", "X", "--data", "none", "--", "printf '|a|\\n|-|\\n|1|\\n'")
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ValueError, match=r"x\.json"):
        read_record(file)
