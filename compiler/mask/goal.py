"""What a mask is asked to reach, as a user writes it. Nothing here imports torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..store.errors import TabfabError

PREFIX = "auto:"
"""What a mask that is to be searched begins with."""

CONVERTED = "table"
"""The method of the layers that an automatic mask converts."""
KEPT = "exact"
"""The method of those that it keeps as they are."""
SHIFTED = "dyadic"
"""The method of all layers where additions are what counts."""
MERGED = "haste"
"""The method that an automatic mask of operations converts layers by if it is told so."""

_EXAMPLES = (
    "auto:operations=0.4, auto:accuracy=0.99, auto:similarity=0.9, auto:bytes=2x or "
    "auto:additions=1.4x"
)


@dataclass(frozen=True)
class MaskGoal:
    """What the chosen layers must reach; the rest of the network suffers as little as possible.

    Exactly one of similarity, operations, accuracy and additions, or `stored` alone or with
    operations.

    Parameters
    ----------
    similarity: a layer becomes tables if its output then has at least this cosine similarity to
        the float network's, everything being converted.
    operations: least share of the network's operations to remove.
    as_tabconv: count what is left of them by the TabConv paper's convention
        (`compiler.program.cost`), in which log2(K) operations find a code and log2(N) add N rows.
    accuracy: least accuracy, relative to the float network's, on training images that nothing
        was learned from; as many operations as possible are removed.
    stored: most bytes of tables and exact layers' weights.
    relative: `stored` counts the bytes of the network's int8 weights instead, and `additions` its
        multiply-accumulates.
    additions: most additions of all layers, which are all dyadic, for an image.
    method: that layers are converted by where operations are to be removed: table or haste.
    """

    similarity: float | None = None
    operations: float | None = None
    accuracy: float | None = None
    stored: float | None = None
    relative: bool = False
    as_tabconv: bool = False
    additions: float | None = None
    method: str = CONVERTED

    def __post_init__(self) -> None:
        shares = {
            name: getattr(self, name)
            for name in ("similarity", "operations", "accuracy")
            if getattr(self, name) is not None
        }
        for name, value in shares.items():
            if not 0 < value <= 1:
                raise TabfabError(
                    f"the mask's {name} must be above 0 and at most 1, not {value}, as in "
                    f"auto:{name}=0.9"
                )
        if self.stored is not None and not 0 < self.stored < math.inf:
            raise TabfabError(f"the mask's bytes must be above 0 and finite, not {self.stored:g}")
        if self.additions is not None and not 0 < self.additions < math.inf:
            raise TabfabError(
                f"the mask's additions must be above 0 and finite, not {self.additions:g}, as in "
                "auto:additions=1.4x"
            )
        goals = {*shares, *(["bytes"] if self.stored is not None else [])}
        goals |= {"additions"} if self.additions is not None else set()
        if len(goals) != 1 and goals != {"bytes", "operations"}:
            raise TabfabError(
                "an automatic mask takes one of similarity, operations, accuracy and additions, or "
                f"bytes alone or with operations, such as {_EXAMPLES}"
            )

        if self.method not in (CONVERTED, MERGED):
            raise TabfabError(
                f"an automatic mask converts layers by the method {CONVERTED} or {MERGED}, not "
                f"{self.method!r}"
            )
        if self.method == MERGED and (goals != {"operations"} or self.as_tabconv):
            raise TabfabError(
                f"method={MERGED} goes with operations alone, as in "
                f"auto:operations=0.3,method={MERGED}"
            )

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it chooses between for every layer."""
        return (self.method, KEPT) if self.additions is None else (SHIFTED,)

    def bytes_allowed(self, weight_bytes: int) -> int | None:
        """Most bytes that may be stored; None for any.

        Parameters
        ----------
        weight_bytes: of the network's int8 weights.
        """
        if self.stored is None:
            return None
        return int(self.stored * (weight_bytes if self.relative else 1))

    def additions_allowed(self, products: int) -> int | None:
        """Most additions for an image; None for any.

        Parameters
        ----------
        products: multiply-accumulates of the network.
        """
        if self.additions is None:
            return None
        return int(self.additions * (products if self.relative else 1))


def parse_goal(text: str) -> MaskGoal:
    """The goal in ``auto:operations=0.85,bytes=4x``.

    ``tabconv=0.85`` is ``operations=0.85`` counted by the TabConv paper's convention. Bytes are a
    number, of thousands or millions with ``k`` or ``M`` behind it, or of times the
    network's int8 weights with ``x``; additions likewise, or of times its multiply-accumulates.
    ``method=haste`` beside operations makes layers haste instead of tables.

    Raises
    ------
    TabfabError: `text` is no goal.
    """
    values: dict[str, float | bool | str] = {}
    for part in text.removeprefix(PREFIX).split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            goal = _READERS[name](value) if name in _READERS else {}
        except ValueError:
            raise TabfabError(
                f"the mask's {name} must be a number, not {value!r}; write {_EXAMPLES}"
            ) from None
        if not goal or set(goal) & set(values):
            raise TabfabError(
                f"{part!r} is no goal that a mask can reach, or it comes twice; write {_EXAMPLES}"
            )
        values |= goal
    return MaskGoal(**values)  # type: ignore[arg-type]


_Goal = dict[str, float | bool | str]


def _share(name: str) -> Callable[[str], _Goal]:
    return lambda text: {name: float(text)}


def _as_tabconv(text: str) -> _Goal:
    return {"operations": float(text), "as_tabconv": True}


def _method(text: str) -> _Goal:
    return {"method": text}


def _amount(name: str) -> Callable[[str], _Goal]:
    """Of a number, of thousands or millions, or of times what the network has."""

    def read(text: str) -> _Goal:
        unit = text[-1:]
        if unit == "x":
            return {name: float(text[:-1]), "relative": True}
        factor = {"k": 1e3, "M": 1e6}.get(unit)
        return {name: float(text[:-1]) * factor if factor else float(text)}

    return read


_READERS = {
    "similarity": _share("similarity"),
    "operations": _share("operations"),
    "tabconv": _as_tabconv,
    "accuracy": _share("accuracy"),
    "bytes": _amount("stored"),
    "additions": _amount("additions"),
    "method": _method,
}
