"""Checkpoint files keep tensors as they are, whatever memory they share."""

from pathlib import Path

import torch
from tabfab.compiler.train.checkpoint_file import _apart, read_checkpoint, write_checkpoint


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
