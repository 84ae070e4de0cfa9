"""Built-in networks with weights from somewhere else."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ..networks import NetworkSettings, build
from ..store.errors import TabfabError, reason, shown
from ..store.zip_archive import ArchiveError, check_members

_NORMALIZE = "normalize."
_HOLDERS = ("state_dict", "model_state_dict", "model")
"""Names under which checkpoints hold a state dict."""


def import_state_dict(network: str, path: Path, settings: NetworkSettings) -> nn.Module:
    """The built-in `network` in evaluation mode with the weights in the checkpoint `path`.

    The checkpoint is read by `read_state_dict`. Input normalization comes from `settings` where it
    has none.

    Raises
    ------
    TabfabError: if the file cannot be read or its weights do not fit the network.
    """
    module = build(network, settings)
    fit_state_dict(module, read_state_dict(path), path, network, optional=_NORMALIZE)
    return module.eval()


def fit_state_dict(
    module: nn.Module, weights: Mapping[str, Tensor], path: Path, name: str, optional: str = ""
) -> None:
    """Put `weights` into `module`.

    Parameters
    ----------
    module: to change.
    weights: by the names of its parameters and buffers.
    path: that they are from, for messages.
    name: of the network, for messages.
    optional: what names begin with that may be missing; empty if none may be.

    Raises
    ------
    TabfabError: they do not fit, or are no numbers.
    """
    try:
        missing, unexpected = module.load_state_dict(weights, strict=False)
    except Exception as error:  # tensors of odd kinds raise odd errors
        raise TabfabError(
            f"the weights in {path} do not fit {name}: {reason(error, line=-1)}"
        ) from error
    missing = [key for key in missing if not (optional and key.startswith(optional))]
    if missing or unexpected:
        found = [f"lacks {', '.join(missing[:3])}"] if missing else []
        found += [f"brings {', '.join(map(shown, unexpected[:3]))}"] if unexpected else []
        raise TabfabError(f"{path} is not a checkpoint of {name}: it {' and '.join(found)}")
    _check_finite(path, module)


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The state dict in a checkpoint of torch, or in a ``.safetensors``; no pickled code is run.

    It may be a dictionary that holds one under ``state_dict``, ``model_state_dict`` or ``model``;
    the ``module.`` of `DataParallel` before its names is dropped.

    Raises
    ------
    TabfabError: the file cannot be read, or holds something else.
    """
    if not path.is_file():
        raise TabfabError(f"there is no checkpoint {path}")
    content = _safetensors(path) if path.suffix == ".safetensors" else _torch(path)
    for key in _HOLDERS:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()
    ):
        raise TabfabError(f"{path} holds no state dict: save module.state_dict()")
    return {name.removeprefix("module."): value for name, value in content.items()}


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return dict(load_file(path))
    except Exception as error:  # a wrong file may raise anything at all
        raise TabfabError(
            f"{path} cannot be read as safetensors ({reason(error)}): save the state dict again"
        ) from error


def _torch(path: Path) -> object:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                check_members(path, archive)
        return torch.load(path, map_location="cpu", weights_only=True)
    except ArchiveError:
        raise
    except Exception as error:  # a wrong file may raise anything at all
        raise TabfabError(
            f"{path} is not a checkpoint that torch.load reads with weights_only=True: save the "
            "state dict alone"
        ) from error


def _check_finite(path: Path, module: nn.Module) -> None:
    for name, value in module.state_dict().items():
        if not bool(torch.isfinite(value).all()):
            raise TabfabError(
                f"{path} holds weights that are no numbers, in {name}: take an earlier checkpoint"
            )
