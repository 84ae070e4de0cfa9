"""Where a fine-tuning stands, in one file that a killed run goes on from.

A safetensors file: parameters, batch norm's statistics, momenta, encoders and the state of the
random generator as tensors; the step and a fingerprint of what is being done as JSON in its
header. Nothing is unpickled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from ..errors import TabfabError
from ..files import atomic_file

_VERSION = 1
_HEADER = "tabfab"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The state of a fine-tuning between two steps.

    Parameters
    ----------
    fingerprint: of the network, the images and the options.
    step: the next one.
    tensors: everything that steps change, by name.
    """

    fingerprint: str
    step: int
    tensors: dict[str, Tensor]


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint, whole or not at all.

    Raises
    ------
    TabfabError: `path` cannot be written.
    """
    header = {
        "version": _VERSION, "fingerprint": checkpoint.fingerprint, "step": checkpoint.step,
    }  # fmt: skip
    # A tensor may be a view of another one, and safetensors keeps no views.
    tensors = {name: value.cpu().clone().contiguous() for name, value in checkpoint.tensors.items()}
    with atomic_file(path) as temporary:
        safetensors.torch.save_file(tensors, temporary, {_HEADER: json.dumps(header)})


def load_checkpoint(path: Path, fingerprint: str) -> Checkpoint | None:
    """The checkpoint at `path`; None where there is none.

    Raises
    ------
    TabfabError: it is damaged, of a newer tabfab, or of another fine-tuning.
    """
    if not path.exists():
        return None
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})[_HEADER])
            version, step, of = header["version"], header["step"], header["fingerprint"]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise TabfabError(
            f"{path} is no checkpoint of a fine-tuning or is damaged ({error}); delete it to "
            "start anew"
        ) from error
    if version > _VERSION:
        raise TabfabError(
            f"{path} was written by a newer tabfab (version {version}); update tabfab, or delete "
            "it to start anew"
        )
    if of != fingerprint:
        raise TabfabError(
            f"{path} is a checkpoint of another fine-tuning (other network, images or options); "
            "give the same ones to go on, or delete it to start anew"
        )
    return Checkpoint(of, int(step), tensors)
