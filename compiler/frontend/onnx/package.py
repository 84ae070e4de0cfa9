"""The onnx package, which is an extra: tabfab runs without it."""

from __future__ import annotations

import importlib
from types import ModuleType

from ...store.errors import TabfabError

INSTALL = "pip install 'tabfab[onnx]'"


def onnx_package(name: str = "onnx") -> ModuleType:
    """The module `name` of the onnx package.

    Raises
    ------
    TabfabError: it is not installed, or does not load.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise TabfabError(
            f"reading ONNX models takes the onnx package, which is not installed: {INSTALL}"
        ) from error
