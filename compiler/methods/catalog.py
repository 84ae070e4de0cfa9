"""All layer methods: a new one is a package beside this file and a line in `METHODS`."""

from __future__ import annotations

from typing import Any

from ..store.errors import TabfabError
from .dyadic.method import DyadicMethod
from .exact.method import ExactMethod
from .haste.method import HasteMethod
from .method import Method
from .table.method import TableMethod

METHODS: dict[str, Method[Any]] = {
    method.name: method for method in (TableMethod(), ExactMethod(), DyadicMethod(), HasteMethod())
}
"""By name. There is no other list of methods; a test may add to this one."""


def find_method(name: str, layer: str) -> Method[Any]:
    """The method that a layer is computed by.

    Parameters
    ----------
    name: of the method.
    layer: name of the layer.

    Raises
    ------
    TabfabError: there is no such method.
    """
    if name not in METHODS:
        raise TabfabError(
            f"layer {layer!r} is to be computed by the method {name!r}, which "
            f"compiler/methods/catalog.py does not know; there are {', '.join(METHODS)}"
        )
    return METHODS[name]
