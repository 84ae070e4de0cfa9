"""Catalogs: plain dictionaries by class, in which a room keeps what it knows of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from .errors import TabfabError

Known = TypeVar("Known")


class Item(Protocol):
    """What can be looked up: a node of a program or a layer of a graph."""

    @property
    def name(self) -> str:
        """Unique among its like."""

    @property
    def kind(self) -> str:
        """The name of its class in files and messages."""


def find_by_class(catalog: Mapping[Any, Known], item: Item, noun: str, room: str) -> Known:
    """What a room's `catalog` holds for the class of `item`.

    A class counts for itself alone: what a room knows of it says nothing of its subclasses.

    Parameters
    ----------
    catalog: by class.
    item: of any class.
    noun: what to call it in errors.
    room: where the catalog stands, as a path in the repository (``sim/models/catalog.py``).

    Raises
    ------
    TabfabError: the catalog lacks the class.
    """
    known = catalog.get(type(item))
    if known is None:
        raise TabfabError(
            f"{noun} {item.name!r} is of the kind {item.kind!r}, which {room} does not know; add "
            "it there"
        )
    return known
