"""The best choice for every layer under budgets: a small integer program, solved exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse


@dataclass(frozen=True)
class Candidate:
    """One way to compute a layer.

    Parameters
    ----------
    loss: what it costs in accuracy, in any unit that adds up over the layers.
    operations: that it takes.
    stored: bytes of its tables or weights.
    """

    loss: float
    operations: int
    stored: int


def choose_candidates(
    layers: Sequence[Sequence[Candidate]],
    operations: float | None = None,
    stored: float | None = None,
) -> list[int] | None:
    """The number of the candidate of each layer, so that the sum of losses is least.

    Parameters
    ----------
    layers: the candidates of every layer, at least one each.
    operations: most operations of all layers together; None for any.
    stored: most bytes of all layers together; None for any.

    Returns
    -------
    None where no choice fits.
    """
    flat = [candidate for candidates in layers for candidate in candidates]
    owner = np.repeat(np.arange(len(layers)), [len(candidates) for candidates in layers])
    one_each = sparse.csr_matrix(
        (np.ones(len(flat)), (owner, np.arange(len(flat)))), (len(layers), len(flat))
    )
    limits = [optimize.LinearConstraint(one_each, 1, 1)]
    for values, most in (
        ([candidate.operations for candidate in flat], operations),
        ([candidate.stored for candidate in flat], stored),
    ):
        if most is not None:  # in units of the limit, where the solver's tolerance is meant
            row = np.array(values, np.float64)[None] / max(most, 1.0)
            limits.append(optimize.LinearConstraint(row, -np.inf, most / max(most, 1.0)))
    losses = np.array([candidate.loss for candidate in flat])
    solution = optimize.milp(
        losses / max(np.abs(losses).max(), 1e-300),
        constraints=limits,
        bounds=optimize.Bounds(0, 1),
        integrality=np.ones(len(flat)),
        options={"mip_rel_gap": 0.0},
    )
    if solution.x is None:
        return None
    chosen = np.flatnonzero(solution.x > 0.5)
    first = np.searchsorted(owner, np.arange(len(layers)))
    return [int(number) for number in chosen - first]
