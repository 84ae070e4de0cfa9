"""Values of a JSON document that a stranger may have written: each is checked as it is taken."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...store.errors import shown
from ...store.zip_archive import ArchiveError

_NOT_FINITE = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}
_MOST = 1 << 63
"""torch's integers have 64 bits."""
_LONGEST_NAME = 200
"""Characters of a module's path or of a tensor's name."""
_NO_NAME = frozenset("\"'\\`,;")
"""What torch or a language that names are written to would take for something else."""


@dataclass(frozen=True)
class Value:
    """A JSON value and where it stands.

    Parameters
    ----------
    value: any.
    where: the way to it, for errors.
    """

    value: Any
    where: str

    def wrong(self, wanted: str) -> ArchiveError:
        """The error for a value that is not as `wanted`."""
        return ArchiveError(
            f"{self.where} must be {wanted}, not {shown(self.value)}: export the network again "
            "with torch.export"
        )

    def __getitem__(self, name: str) -> Value:
        """The entry `name` of an object."""
        if not isinstance(self.value, dict) or name not in self.value:
            raise self.wrong(f"an object with {name!r}")
        return Value(self.value[name], f"{self.where}.{name}")

    def get(self, name: str) -> Value | None:
        """The entry `name` of an object, or None where it has none, or null."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        found = self.value.get(name)
        return None if found is None else Value(found, f"{self.where}.{name}")

    def items(self) -> Iterator[tuple[str, Value]]:
        """Names and entries of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        for name, value in self.value.items():
            yield name, Value(value, f"{self.where}.{shown(name)}")

    def __iter__(self) -> Iterator[Value]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        for number, value in enumerate(self.value):
            yield Value(value, f"{self.where}[{number}]")

    def choice(self) -> tuple[str, Value]:
        """Name and value of an object's only entry, which is how torch writes alternatives."""
        if not isinstance(self.value, dict) or len(self.value) != 1:
            raise self.wrong("an object with one entry")
        ((name, value),) = self.value.items()
        return name, Value(value, f"{self.where}.{shown(name)}")

    def integer(self) -> int:
        """An integer of 64 bits."""
        if type(self.value) is not int or not -_MOST <= self.value < _MOST:
            raise self.wrong("an integer of 64 bits")
        return self.value

    def real(self) -> float:
        """A number; torch writes those that JSON has no word for as text."""
        if isinstance(self.value, str) and self.value in _NOT_FINITE:
            return _NOT_FINITE[self.value]
        if type(self.value) not in (int, float) or abs(self.value) > 1e308:
            raise self.wrong("a number")
        return float(self.value)

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def text(self) -> str:
        """Any text: to be looked up or searched, never to be shown or written as it is."""
        if not isinstance(self.value, str):
            raise self.wrong("text")
        return self.value

    def name(self) -> str:
        """The name of a tensor of the graph, which is an identifier."""
        text = self.text()
        if not text.isidentifier() or len(text) > _LONGEST_NAME:
            raise self.wrong(f"a name of letters, digits and _, of {_LONGEST_NAME} at most")
        return text

    def path(self) -> str:
        """The dotted path of a module or of a weight."""
        return self.checked_path(self.text())

    def checked_path(self, text: str) -> str:
        """`text`, a part of this value, if it can be the path of a module."""
        if text.isprintable() and not _NO_NAME & set(text) and len(text) <= _LONGEST_NAME:
            return text
        raise ArchiveError(
            f"{self.where} names a module or a weight {shown(text)}: names must not hold quotes, "
            "backslashes, commas, semicolons or control characters, nor be longer than "
            f"{_LONGEST_NAME} characters; rename it and export the network again"
        )
