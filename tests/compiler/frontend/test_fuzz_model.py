"""Whatever a saved network or a checkpoint holds, it loads or is refused in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.frontend.model_file import load_model, save_model
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.train.weights import import_state_dict
from torch import nn

from support.mutations import damaged_bytes, damaged_json, refused

SHAPE = (1, 6, 6)
SETTINGS = NetworkSettings(1, (8, 8), 10, (0.5,), (0.25,))
MODEL = "model.json"
WEIGHTS = "model_weights_config.json"
NOTE = "tabfab.json"


class Saved:
    """The members of a good archive, and a file to write a damaged one to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        torch.manual_seed(0)
        module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 3))
        save_model(module.eval(), SHAPE, path, ["a", "b", "c"], {"seed": 7})
        self.whole = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}

    def name(self, end: str) -> str:
        (name,) = (name for name in self.members if name.endswith(f"/{end}"))
        return name

    def check(self, changes: dict[str, bytes]) -> None:
        """Load the archive with other members, whose checksums are right."""
        with zipfile.ZipFile(self.path, "w") as archive:
            for name, content in {**self.members, **changes}.items():
                archive.writestr(name, content)
        refused(lambda: load_model(self.path))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved") / "model.pt2")


@pytest.mark.parametrize("end", [MODEL, WEIGHTS, NOTE])
@given(data=st.data())
def test_any_json(end: str, data: st.DataObject, saved: Saved) -> None:
    name = saved.name(end)
    document = data.draw(damaged_json(json.loads(saved.members[name]), damages=1))
    saved.check({name: json.dumps(document).encode()})


@given(data=st.data())
def test_any_member(data: st.DataObject, saved: Saved) -> None:
    name = data.draw(st.sampled_from(sorted(saved.members)))
    saved.check({name: data.draw(damaged_bytes(saved.members[name]))})


@given(data=st.data())
def test_any_archive(data: st.DataObject, saved: Saved) -> None:
    saved.path.write_bytes(data.draw(damaged_bytes(saved.whole)))
    refused(lambda: load_model(saved.path))


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    file = io.BytesIO()
    torch.save(build("digits-cnn", SETTINGS).state_dict(), file)
    return file.getvalue()


@given(data=st.data())
def test_any_checkpoint(
    data: st.DataObject, checkpoint: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "net.pt"
    path.write_bytes(data.draw(damaged_bytes(checkpoint)))
    refused(lambda: import_state_dict("digits-cnn", path, SETTINGS))


@given(data=st.data())
def test_any_pickle_in_a_checkpoint(
    data: st.DataObject, checkpoint: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The archive is whole, so that the damage reaches torch's safe unpickler."""
    path = tmp_path_factory.getbasetemp() / "net.pt"
    with (
        zipfile.ZipFile(io.BytesIO(checkpoint)) as good,
        zipfile.ZipFile(path, "w") as archive,
    ):
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("data.pkl"):
                content = data.draw(damaged_bytes(content))
            archive.writestr(name, content)
    refused(lambda: import_state_dict("digits-cnn", path, SETTINGS))
