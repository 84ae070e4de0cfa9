"""Masks: which method computes which layer, as a user writes it. Nothing here imports torch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from ..store.errors import TabfabError
from .catalog import METHODS

Mask: TypeAlias = str | tuple[str | int, ...]
"""The method of every convolution and linear layer in the order of `Graph.convs`: by name, or 1
for ``table`` and 0 for ``exact``. One method's name, ``all`` (table) or ``none`` (exact) stands for
all of them that the method takes (`Method.takes`); the others are exact.

Or which layers have a method, all others being exact: ``all-but-first``, ``all-but-first-last``,
numbers of layers and ranges of them (``2-31``), and names (with ``*`` and ``?`` as in file names).
Each means ``table``, or the method behind it (``2-31=dyadic``); what comes later counts."""

_NUMBERS = {1: "table", 0: "exact"}
"""As in the masks of the TabConv paper (arXiv 2404.05872)."""
_ALL = {"all": "table", "none": "exact"}
_SELECTED = "table"
OTHERS = "exact"
"""The method of layers that a mask does not choose."""
_WITHOUT = {"all-but-first": (1, 0), "all-but-first-last": (1, 1)}
"""Layers left out at the beginning and at the end."""
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def normal_mask(mask: Mask) -> Mask:
    """A mask with the names of methods in the place of 0, 1, ``all`` and ``none``.

    Raises
    ------
    TabfabError: an entry is none, as far as that can be told without the network's layers.
    """
    if isinstance(mask, str):
        mask = _ALL.get(mask, mask)
        return mask if mask in METHODS else (_Entry.read(mask).text,)
    named = [_NUMBERS.get(entry, entry) if isinstance(entry, int) else entry for entry in mask]
    others = [str(entry) for entry in named if entry not in METHODS]
    if not others:
        return tuple(map(str, named))
    # A choice says nothing of single layers in their order; 1 is the first layer's number.
    if any(entry in METHODS for entry, given in zip(named, mask, strict=True) if given != 1):
        raise _none_of(others[0], " in a list of methods")
    return tuple(_Entry.read(str(entry)).text for entry in mask)


def methods_in(mask: Mask) -> frozenset[str]:
    """The methods that layers may have by a mask, whatever the network."""
    mask = normal_mask(mask)
    if isinstance(mask, str):
        return frozenset({mask})
    if all(entry in METHODS for entry in mask):
        return frozenset(map(str, mask))
    return frozenset({OTHERS, *(_Entry.read(str(entry)).method for entry in mask)})


def methods_by(mask: Mask, names: Sequence[str]) -> dict[str, str]:
    """The method of every layer by its name.

    Parameters
    ----------
    mask: one of any form.
    names: of the network's convolutions and linear layers, in order.

    Raises
    ------
    TabfabError: the mask has another length, chooses layers that are not there, or says the same
        of a layer twice.
    """
    mask = normal_mask(mask)
    if isinstance(mask, str):
        return dict.fromkeys(names, mask)
    if not all(entry in METHODS for entry in mask):
        return _selected([_Entry.read(str(entry)) for entry in mask], names)
    if len(mask) != len(names):
        raise TabfabError(
            f"the mask has {len(mask)} entries, but the network has {len(names)} maskable "
            "layers; give one method, or 0 or 1, for each of, in this order, or choose some "
            f"of them by number or name (2-{len(names)}): {_listed(names)}"
        )
    return dict(zip(names, map(str, mask), strict=True))


@dataclass(frozen=True)
class _Entry:
    """One choice of layers.

    Parameters
    ----------
    text: as it was written.
    where: which layers.
    method: theirs.
    """

    text: str
    where: str
    method: str

    @classmethod
    def read(cls, entry: str) -> _Entry:
        """A choice from ``WHERE`` or ``WHERE=METHOD``."""
        where, equals, method = (part.strip() for part in entry.partition("="))
        method = method if equals else _SELECTED
        if not where or where == "none" or method not in METHODS or where in METHODS:
            raise _none_of(entry)
        return cls(entry, where, method)

    def layers(self, names: Sequence[str]) -> list[str]:
        """The names of those among `names` that it chooses."""
        if self.where == "all":
            return list(names)
        if self.where in _WITHOUT:
            first, last = _WITHOUT[self.where]
            return list(names[first : len(names) - last])
        numbers = _RANGE.fullmatch(self.where)
        if numbers is None:
            return [name for name in names if fnmatchcase(name, self.where)]
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        return list(names[first - 1 : last]) if 1 <= first <= last <= len(names) else []


def _selected(entries: Sequence[_Entry], names: Sequence[str]) -> dict[str, str]:
    """The method of every layer by its name, from choices of layers."""
    methods = dict.fromkeys(names, OTHERS)
    said: dict[tuple[str, str], _Entry] = {}
    for entry, name in _pairs(entries, names):
        before = said.setdefault((name, entry.method), entry)
        if before is not entry:
            raise TabfabError(
                f"the mask makes layer {name!r} {entry.method} twice, by {before.text!r} and by "
                f"{entry.text!r}; leave one away, or say 0 or 1 of each of the {len(names)} layers"
            )
        methods[name] = entry.method
    return methods


def _pairs(entries: Sequence[_Entry], names: Sequence[str]) -> Iterator[tuple[_Entry, str]]:
    for entry in entries:
        chosen = entry.layers(names)
        if not chosen:
            raise _none_of(entry.text, f"; the layers are {_listed(names)}")
        for name in chosen:
            yield entry, name


def _none_of(entry: str, more: str = "") -> TabfabError:
    return TabfabError(
        f"the mask must be 'all', 'none', the name of a method ({', '.join(METHODS)}), for each "
        "layer a name or one of 1 (table) and 0 (exact), such as 0,1,1, or a choice of layers, "
        f"such as all-but-first, 2-5 or 'conv2*=dyadic'; {entry!r} is none of these{more}"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, start=1))
