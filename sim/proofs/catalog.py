"""All proofs, in the order of the hardware."""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.store.errors import TabfabError
from . import designs
from .components import (
    channels,
    elastic,
    frame_guard,
    lanes,
    loads,
    memories,
    queues,
    rearrangements,
)
from .components.arithmetic import matrices, maxima, residual, sums
from .methods import dyadic, exact, haste, nearest, table
from .proof import Proof

METHODS: dict[str, tuple[Proof, ...]] = {
    "table": (*table.PROOFS, *nearest.PROOFS),
    "exact": exact.PROOFS,
    "dyadic": dyadic.PROOFS,
    "haste": haste.PROOFS,
}
"""The proofs of what each layer method has of its own, by its name."""

PROOFS: tuple[Proof, ...] = (
    *queues.PROOFS,
    *elastic.PROOFS,
    *lanes.PROOFS,
    *memories.PROOFS,
    *loads.PROOFS,
    *sums.PROOFS,
    *matrices.PROOFS,
    *(proof for proofs in METHODS.values() for proof in proofs),
    *maxima.PROOFS,
    *residual.PROOFS,
    *channels.PROOFS,
    *rearrangements.PROOFS,
    *frame_guard.PROOFS,
    *designs.PROOFS,
)


def select(components: Sequence[str] = (), short: bool = False) -> list[Proof]:
    """The proofs of these components, all of them if none is named.

    Parameters
    ----------
    components: names of classes, in any case.
    short: only the few that every run of the test suite does.

    Raises
    ------
    TabfabError: a component has no proofs, or none of them is short.
    """
    known = list(dict.fromkeys(proof.component for proof in PROOFS))
    for name in components:
        if name.lower() not in map(str.lower, known):
            raise TabfabError(
                f"there are no proofs of {name!r}; there are some of {', '.join(known)}"
            )
    wanted = {name.lower() for name in components or known}
    proofs = [
        proof
        for proof in PROOFS
        if proof.component.lower() in wanted and (proof.short or not short)
    ]
    if not proofs:
        raise TabfabError(f"no proof of {', '.join(components)} is short; leave out --short")
    return proofs
