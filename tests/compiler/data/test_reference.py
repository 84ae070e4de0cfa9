"""A program finds the data set that it was made with, from wherever a command runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tabfab.compiler.data import NAMES, data_reference, referred_data
from tabfab.compiler.data.image_set import DataError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a data set and programs in it, from which the command runs."""
    for folder in ("project/data", "project/programs/one", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "project" / "data" / "my.npz").write_text("images")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_everywhere(project: Path, name: str) -> None:
    assert data_reference(name, project / "programs" / "one") == name
    assert referred_data(name, project / "programs" / "one") == name


def test_an_absolute_path_stays(project: Path) -> None:
    path = str(project / "data" / "my.npz")
    assert data_reference(path, Path("programs/one")) == path
    assert referred_data(path, Path("anywhere")) == path


@pytest.mark.parametrize("there", [".", "data", "programs/one", "../elsewhere", "/"])
def test_a_relative_path_is_found_from_anywhere(
    project: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    reference = data_reference("data/my.npz", Path("programs/one"))
    assert reference == "../../data/my.npz"
    monkeypatch.chdir(there)
    found = referred_data(reference, project / "programs" / "one")
    assert os.path.samefile(found, project / "data" / "my.npz")
    assert data_reference(found, project / "programs" / "two") == reference


def test_both_may_be_moved_together(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = data_reference("data/my.npz", Path("programs/one"))
    moved = project.with_name("moved")
    monkeypatch.chdir(project.parent)
    project.rename(moved)
    found = referred_data(reference, moved / "programs" / "one")
    assert os.path.samefile(found, moved / "data" / "my.npz")


def test_a_program_behind_a_link(project: Path) -> None:
    (project / "link").symlink_to(project / "programs" / "one")
    reference = data_reference("data/my.npz", Path("link"))
    assert os.path.samefile(referred_data(reference, Path("link")), "data/my.npz")


def test_programs_of_earlier_versions(project: Path) -> None:
    """They note what the command was given."""
    assert referred_data("data/my.npz", Path("programs/one")) == "data/my.npz"


def test_what_is_not_there_is_told_with_its_place(project: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*project/programs/gone\.npz; .*--data"):
        referred_data("../gone.npz", Path("programs/one"))
