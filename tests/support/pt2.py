"""Archives of torch.export, taken apart and put together again with other contents."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.model_file import load_model
from torch import nn

MODEL = "models/model.json"
WEIGHTS = "data/weights/model_weights_config.json"
CONSTANTS = "data/constants/model_constants_config.json"
SHAPE = (1, 8, 8)


class Small(nn.Module):
    """A network whose file has a bit of everything: weights, a constant, sizes, a wrapped graph."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(2)
        self.head = nn.Linear(32, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            y = self.stem(x - torch.tensor([0.5]).reshape(1, 1, 1, 1))
        y = torch.max_pool2d(torch.relu_(self.norm(y)), 2)
        return self.head(y.view(x.shape[0], -1))


def save(module: nn.Module, path: Path, dtype: torch.dtype = torch.float32) -> Path:
    """`module` as torch.export saves it, for any number of images of `SHAPE`."""
    example = torch.zeros((2, *SHAPE), dtype=dtype)
    batch = torch.export.Dim("batch")
    exported = torch.export.export(module.eval(), (example,), dynamic_shapes=({0: batch},))
    torch.export.save(exported, path)
    return path


class Parts:
    """The members of an archive.

    Parameters
    ----------
    path: of a good one.
    """

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.members = {
                name.partition("/")[2]: archive.read(name) for name in archive.namelist()
            }

    def document(self, name: str) -> Any:
        """A copy of the JSON document `name`."""
        return json.loads(self.members[name])

    def write(
        self,
        path: Path,
        changes: Mapping[str, bytes | None] | None = None,
        folder: str = "model",
    ) -> Path:
        """Write the archive with other members, or without those that are None."""
        members = {**self.members, **(changes or {})}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                if content is not None:
                    archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), content)
        return path

    def changed(self, path: Path, change: Callable[[Any], object], name: str = MODEL) -> Path:
        """Write the archive with `change` applied to the document `name`."""
        document = copy.deepcopy(self.document(name))
        change(document)
        return self.write(path, {name: json.dumps(document).encode()})


def nodes(document: Any) -> list[Any]:
    """The operators in a model's document."""
    found: list[Any] = document["graph_module"]["graph"]["nodes"]
    return found


def load_and_import(path: str) -> None:
    """Take a file as far as its layers."""
    import_network(load_model(Path(path)).network)
