"""Built-in networks with weights from somewhere else."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from ..networks import NetworkSettings, build
from ..store.errors import TabfabError, reason, shown
from ..store.zip_archive import ArchiveError, check_members

_NORMALIZE = "normalize."


def import_state_dict(network: str, path: Path, settings: NetworkSettings) -> nn.Module:
    """The built-in `network` in evaluation mode with the weights in the checkpoint `path`.

    The checkpoint is a state dict, or a dictionary that holds one under ``state_dict``; the
    ``module.`` of `DataParallel` before its names is dropped. It is read with
    ``weights_only=True``. Input normalization comes from `settings` where it has none.

    Raises
    ------
    TabfabError: if the file cannot be read or its weights do not fit the network.
    """
    weights = _read(path)
    module = build(network, settings)
    try:
        missing, unexpected = module.load_state_dict(weights, strict=False)
    except Exception as error:  # tensors of odd kinds raise odd errors
        raise TabfabError(
            f"the weights in {path} do not fit {network}: {reason(error, line=-1)}"
        ) from error
    missing = [name for name in missing if not name.startswith(_NORMALIZE)]
    if missing or unexpected:
        found = [f"lacks {', '.join(missing[:3])}"] if missing else []
        found += [f"brings {', '.join(map(shown, unexpected[:3]))}"] if unexpected else []
        raise TabfabError(f"{path} is not a checkpoint of {network}: it {' and '.join(found)}")
    _check_finite(path, module)
    return module.eval()


def _read(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise TabfabError(f"there is no checkpoint {path}")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                check_members(path, archive)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except ArchiveError:
        raise
    except Exception as error:  # a wrong file may raise anything at all
        raise TabfabError(
            f"{path} is not a checkpoint that torch.load reads with weights_only=True: save the "
            "state dict alone"
        ) from error
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()
    ):
        raise TabfabError(f"{path} holds no state dict: save module.state_dict()")
    return {name.removeprefix("module."): value for name, value in content.items()}


def _check_finite(path: Path, module: nn.Module) -> None:
    for name, value in module.state_dict().items():
        if not bool(torch.isfinite(value).all()):
            raise TabfabError(
                f"{path} holds weights that are no numbers, in {name}: take an earlier checkpoint"
            )
