"""Checkpoint files keep tensors as they are, whatever memory they share."""

import json
import os
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train.checkpoint_file import _apart, read_checkpoint, write_checkpoint

from support.mutations import HOSTILE, damaged_bytes, refused


def test_tensors_that_share_memory_come_back(tmp_path: Path) -> None:
    whole = torch.arange(24.0).view(2, 3, 4)
    tensors = {
        "whole": whole,
        "again": whole,
        "row": whole[1],
        "turned": whole.permute(2, 0, 1),
        "same, flat": whole.view(-1),
        "empty": torch.zeros(0, 3),
        "number": torch.tensor(7),
        "codes": torch.arange(5).to(torch.uint16),
    }
    write_checkpoint(tmp_path / "file", {"run": 1}, [1, "two"], tensors)
    state, read = read_checkpoint(tmp_path / "file", "test", {"run": 1})
    assert state == [1, "two"]
    assert set(read) == set(tensors)
    for name, tensor in tensors.items():
        assert torch.equal(read[name], tensor), name


def test_a_tensor_of_its_own_is_not_copied() -> None:
    own = torch.zeros(1000)
    kept = _apart({"own": own, "view": own[:10], "again": own})
    assert [kept[name].data_ptr() == own.data_ptr() for name in kept] == [True, False, False]


@given(data=st.data())
def test_any_damage(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.checkpoint"
    write_checkpoint(path, {"run": 1}, {"epoch": 2}, {"weight": torch.ones(3, 2)})
    path.write_bytes(data.draw(damaged_bytes(path.read_bytes())))
    refused(lambda: read_checkpoint(path, "test", {"run": 1}))


@pytest.mark.parametrize("header", HOSTILE, ids=range(len(HOSTILE)))
def test_any_header(header: object, tmp_path: Path) -> None:
    for text in (json.dumps(header), json.dumps({"format_version": header, "run": 1, "state": 1})):
        save_file({"weight": torch.ones(2)}, tmp_path / "file", {"tabfab": text})
        assert refused(lambda: read_checkpoint(tmp_path / "file", "test", {"run": 1}))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name in ("pipe", "folder", "zeros"):
        with pytest.raises(TabfabError, match=f"{name} is no file"):
            read_checkpoint(tmp_path / name, "training", {})
