"""Paths with settings behind a colon."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.compiler import data
from tabfab.compiler.data import data_reference, referred_data
from tabfab.compiler.data.image_set import DataError
from tabfab.compiler.data.own.named import named_data


@pytest.mark.parametrize("text", ["a.npy", "./a:b.npy", "c:/data/a.npy", "a.npy:", ":x", "a:B=1"])
def test_a_path_alone(text: str) -> None:
    assert named_data(text).path == Path(text)
    assert not named_data(text).settings


def test_settings() -> None:
    named = named_data("here/a.csv:range=-1..2.5,target=the kind")
    assert named.path == Path("here/a.csv")
    assert named.settings == {"range": "-1..2.5", "target": "the kind"}
    assert named.text == "here/a.csv:range=-1..2.5,target=the kind"


def test_a_file_of_that_very_name_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.npy:range=0..1"
    path.touch()
    assert named_data(str(path)).path == path


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("range=0..1,depth=3", "'depth=3' is no setting"),
        ("range=0..1,range=0..2", "'range=0..2' is no setting"),
        ("range=", "'range=' is no setting"),
        ("range=0..1,", "'' is no setting"),
        ("target=x", "has no setting 'target'"),
        ("size=3x3", "has no setting 'size'"),
    ],
)
def test_settings_that_are_none(said: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        data.load(f"a.npy:{said}", "train")


def test_a_program_finds_its_data_with_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    reference = data_reference("photos:size=8x8", tmp_path / "out" / "program")
    assert reference == "../../photos:size=8x8"
    assert referred_data(reference, tmp_path / "out" / "program") == "photos:size=8x8"
    with pytest.raises(DataError, match="there is no file"):
        referred_data("../../others:size=8x8", tmp_path / "out" / "program")


@pytest.mark.parametrize("name", ["nowhere.npy", "nowhere.csv", "nowhere.npz"])
def test_files_that_are_missing(name: str) -> None:
    with pytest.raises(DataError, match=f"no data set file {name}"):
        data.load(name, "train")
