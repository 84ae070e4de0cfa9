"""Built-in networks with weights from somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from .errors import TabfabError
from .networks import NetworkSettings, build

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
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise TabfabError(f"the weights in {path} do not fit {network}: {reason}") from error
    missing = [name for name in missing if not name.startswith(_NORMALIZE)]
    if missing or unexpected:
        found = [f"lacks {', '.join(missing[:3])}"] if missing else []
        found += [f"brings {', '.join(unexpected[:3])}"] if unexpected else []
        raise TabfabError(f"{path} is not a checkpoint of {network}: it {' and '.join(found)}")
    return module.eval()


def _read(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise TabfabError(f"there is no checkpoint {path}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a wrong file may raise anything at all
        raise TabfabError(
            f"{path} is not a checkpoint that torch.load reads with weights_only=True: save the "
            "state dict alone"
        ) from error
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not all(
        isinstance(value, Tensor) for value in content.values()
    ):
        raise TabfabError(f"{path} holds no state dict: save module.state_dict()")
    return {str(name).removeprefix("module."): value for name, value in content.items()}
