"""Devices to train on."""

from __future__ import annotations

import pytest
import torch
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train.device import choose_device


def test_the_processor() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda")


@pytest.mark.parametrize("name", ["meta", "xyz", "", "cpu:x", "cuda:99", "mps", "privateuseone"])
def test_what_holds_no_numbers_is_refused(name: str) -> None:
    with pytest.raises(TabfabError, match=f"torch cannot train on device '{name}' "):
        choose_device(name)
