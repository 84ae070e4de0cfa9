"""All proofs, in the order of the hardware."""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.store.errors import TabfabError
from .components import (
    elastic,
    lanes,
    loads,
    maxima,
    memories,
    queues,
    rearrangements,
    residual,
    sums,
    tops,
)
from .methods import engine, lookups
from .proof import Proof

PROOFS: tuple[Proof, ...] = (
    *queues.PROOFS,
    *elastic.PROOFS,
    *lanes.PROOFS,
    *memories.PROOFS,
    *loads.PROOFS,
    *lookups.PROOFS,
    *sums.PROOFS,
    *engine.PROOFS,
    *maxima.PROOFS,
    *residual.PROOFS,
    *rearrangements.PROOFS,
    *tops.PROOFS,
)


def select(components: Sequence[str] = (), short: bool = False) -> list[Proof]:
    """The proofs of these components, all of them if none is named.

    Parameters
    ----------
    components: names of classes, in any case.
    short: only the few that every run of the test suite does.

    Raises
    ------
    TabfabError: a component has no proofs.
    """
    known = list(dict.fromkeys(proof.component for proof in PROOFS))
    for name in components:
        if name.lower() not in map(str.lower, known):
            raise TabfabError(
                f"there are no proofs of {name!r}; there are some of {', '.join(known)}"
            )
    wanted = {name.lower() for name in components or known}
    return [
        proof
        for proof in PROOFS
        if proof.component.lower() in wanted and (proof.short or not short)
    ]
