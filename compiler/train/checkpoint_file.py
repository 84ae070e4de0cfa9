"""Checkpoints of work under way: tensors and how far it has come, in one file to go on from.

A safetensors file; what is no tensor is JSON in its header. Nothing is unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..store.errors import TabfabError, reason, shown
from ..store.files import atomic_file

FORMAT_VERSION = 1
_HEADER = "tabfab"


def write_checkpoint(path: Path, run: object, state: object, tensors: Mapping[str, Tensor]) -> None:
    """Write a checkpoint, whole or not at all.

    Parameters
    ----------
    path: the file to write or replace.
    run: JSON value that names the run: a checkpoint resumes no other.
    state: JSON value; how far the run has come, and what else is no tensor.
    tensors: everything else that changes, by name.

    Raises
    ------
    TabfabError: `path` cannot be written.
    """
    header = {"format_version": FORMAT_VERSION, "run": run, "state": state}
    with atomic_file(path) as temporary:
        save_file(_apart(tensors), temporary, {_HEADER: json.dumps(header)})


def read_checkpoint(path: Path, what: str, run: object) -> tuple[Any, dict[str, Tensor]]:
    """The state and the tensors that `write_checkpoint` was given.

    Parameters
    ----------
    path: the file.
    what: the kind of run, one word, for messages.
    run: that the checkpoint must belong to.

    Raises
    ------
    TabfabError: the file is damaged or of another format, or belongs to another run.
    """
    if not path.is_file():  # a pipe would be waited for without end
        raise TabfabError(f"{path} is no file, and checkpoints are kept there; move it away")
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})[_HEADER])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        version, of, state = header["format_version"], header["run"], header["state"]
    except (OSError, SafetensorError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TabfabError(
            f"{path} is no checkpoint of a {what} ({reason(error)}), or is damaged; delete it to "
            "start anew"
        ) from error
    if type(version) is not int or version != FORMAT_VERSION:
        raise TabfabError(
            f"{path} has checkpoint format {shown(version)} and this tabfab reads "
            f"{FORMAT_VERSION}; delete it to start anew"
        )
    if of != json.loads(json.dumps(run)):
        raise TabfabError(
            f"{path} is a checkpoint of another {what}, with other options or data; repeat those "
            "to resume it, or delete it to start anew"
        )
    return state, tensors


def _apart(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors on the CPU; a copy of each that is a view of another, as safetensors keeps none.

    All others stay as they are: they may fill much of the memory.
    """
    result, taken = {}, set()
    for name, value in tensors.items():
        whole = value.detach().cpu().contiguous()
        storage = whole.untyped_storage()
        if storage.nbytes() != whole.nbytes or storage.data_ptr() in taken:
            whole = whole.clone()
        taken.add(storage.data_ptr())
        result[name] = whole
    return result
