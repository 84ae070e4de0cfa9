"""What is kept is used again while it is the same, and only by the user who made it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tabfab.compiler.store import kept as module
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.kept import KeptFiles


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the key of a user is who has none yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    module._key.cache_clear()
    yield tmp_path / "state" / "tabfab" / "key"
    module._key.cache_clear()


@pytest.fixture
def files(tmp_path: Path) -> KeptFiles:
    build = tmp_path / "build"
    build.mkdir()
    for name in ("netlist.v", "report.json"):
        (build / name).write_text(name)
    return KeptFiles(build, ("netlist.v", "report.json"), b"a build and passes")


def test_it_fits_once_stamped(files: KeptFiles) -> None:
    assert not files.fit()
    files.stamp()
    assert files.fit()
    assert not KeptFiles(files.directory, files.files, b"other passes").fit()


@pytest.mark.parametrize("name", ["netlist.v", "report.json"])
@pytest.mark.parametrize("change", ["text", "gone", "link"])
def test_it_does_not_once_a_file_changes(files: KeptFiles, name: str, change: str) -> None:
    files.stamp()
    path = files.directory / name
    path.unlink()
    if change == "text":
        path.write_text("another")
    elif change == "link":
        path.symlink_to("/dev/null")
    assert not files.fit()


def test_no_other_user_can_stamp(files: KeptFiles, key: Path) -> None:
    files.stamp()
    stranger = key.read_bytes()
    key.unlink()
    module._key.cache_clear()
    assert not files.fit()
    assert key.read_bytes() != stranger
    # Nor can a checksum of whatever kind.
    files.stamp_file.write_text(hashlib.sha256(files.made_of).hexdigest())
    assert not files.fit()


def test_the_key_is_the_users_alone(files: KeptFiles, key: Path) -> None:
    files.stamp()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert os.listdir(key.parent) == ["key"]
    assert len(key.read_bytes()) == 32
    module._key.cache_clear()
    assert files.fit()


@pytest.mark.parametrize("damage", ["no place", "too short"])
def test_without_a_key_it_lasts_as_long_as_the_process(
    files: KeptFiles, key: Path, damage: str
) -> None:
    if damage == "no place":
        key.parent.parent.write_text("a file where the folder should be")
    else:
        key.parent.mkdir(parents=True)
        key.write_bytes(b"")
    files.stamp()
    assert files.fit()
    module._key.cache_clear()
    assert not files.fit()


def test_a_stamp_leads_nowhere_else(files: KeptFiles, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    diary.write_text("years of work")
    files.stamp_file.symlink_to(diary)
    assert not files.fit()
    with pytest.raises(TabfabError, match="leads to"):
        files.stamp()
    assert diary.read_text() == "years of work"
