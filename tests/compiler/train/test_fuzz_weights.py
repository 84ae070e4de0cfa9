"""Whatever a checkpoint from elsewhere holds, it loads or is refused in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.train.weights import import_state_dict

from support.mutations import damaged_bytes, refused

SETTINGS = NetworkSettings(1, (8, 8), 10, (0.5,), (0.25,))


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
