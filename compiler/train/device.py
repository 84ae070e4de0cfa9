"""Where and in which precision to train."""

from __future__ import annotations

from typing import Literal

import torch

from ..store.errors import TabfabError, reason


def choose_device(name: str) -> torch.device:
    """The torch device `name`; for ``auto`` a GPU where torch sees one, else the CPU.

    Raises
    ------
    TabfabError: torch has no such device here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        # There and back: some devices of torch's, such as "meta", only pretend to hold numbers.
        return torch.zeros(1, device=name).add(1).cpu().new_empty(0, device=name).device
    except Exception as error:  # each of torch's devices raises something else
        raise TabfabError(
            f"torch cannot train on device {name!r} ({reason(error)}): use cpu"
        ) from error


def choose_precision(
    precision: Literal["auto", "float32", "bfloat16"], device: torch.device
) -> torch.dtype:
    """The type that activations are computed in; for ``auto`` bfloat16 where it is fast.

    Both hold the integers of 8-bit activations exactly.
    """
    if precision == "auto":
        abilities = torch.cpu.get_capabilities()
        fast = device.type != "cpu" or any(
            abilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16")
        )
        return torch.bfloat16 if fast else torch.float32
    return getattr(torch, precision)
