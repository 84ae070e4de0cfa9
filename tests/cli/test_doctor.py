"""`tabfab doctor`: what is there, what is missing, and what ends it with an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tabfab.cli.app import app
from tabfab.cli.doctor import needs


def told(tabfab) -> tuple[int, dict[str, dict[str, object]]]:
    outcome = tabfab("doctor", "--json")
    return outcome.status, {each["name"]: each for each in json.loads(outcome.out)["needs"]}


def test_tells_what_is_there(tabfab) -> None:
    status, found = told(tabfab)
    assert status == 0
    assert str(found["torch"]["found"]).startswith("2.")
    assert found["perl"]["found"]
    assert "torch" in tabfab("doctor").out


def test_a_missing_compiler_is_an_error(
    tabfab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    status, found = told(tabfab)
    assert status == 1
    assert [found[name]["found"] for name in ("a C++ compiler", "make", "perl")] == [None] * 3
    shown = tabfab("doctor")
    assert shown.status == 1
    assert "perl is missing, for simulate" in shown.out
    assert "apt install perl" in shown.out


def test_a_missing_extra_is_none(tabfab, monkeypatch: pytest.MonkeyPatch) -> None:
    from tabfab.cli import doctor

    real = doctor.version

    def without_onnx(name: str) -> str:
        if name == "onnx":
            raise doctor.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor, "version", without_onnx)
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    status, found = told(tabfab)
    assert status == 0
    assert found["onnx"]["found"] is None
    assert "pip install 'tabfab[onnx]'" in tabfab("doctor").out


def test_every_need_names_verbs_that_there_are() -> None:
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for need in needs():
        for name in need.verbs:
            assert name == "every verb" or name.split()[0] in verbs
