"""AdderGraph: sums of inputs with constant weights, by shifts and additions that outputs share.

Every weight is a sum of few signed powers of two, its canonical signed digits. Two digits of an
output are a pattern: two inputs, how far one is shifted against the other, whether their signs
differ. A pattern that occurs in several outputs, or several times in one, is added up once: the
most frequent one becomes a new input, and so on until none occurs twice (Hartley, "Subexpression
sharing in filters using canonic signed digit multipliers", 1996; for matrices, with the width of
the adders in mind, Sun et al., da4ml, arXiv 2507.04535). What remains of each output is added up
as a tree.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import signed_digits

Digit = tuple[int, int]
"""A node, and by how many bits it is shifted to the left."""
Row = dict[Digit, int]
"""Digits of an output, each with its sign."""
Pattern = tuple[int, int, int, int]
"""`Sum` as a tuple."""

_DEEPEST = 32
"""Bits by which no digit is shifted: weights are of 32 bits."""
_MOST_PAIRS = 1 << 20
"""Pairs of digits that patterns are looked for among; in larger matrices only pairs of inputs near
each other count, so that it takes seconds."""


@dataclass(frozen=True)
class Sum:
    """``left + (right << shift)``, or ``left - (right << shift)``.

    Parameters
    ----------
    left, right: numbers of the nodes that it reads.
    shift: at least 0.
    sign: of what `right` adds, 1 or -1.
    """

    left: int
    right: int
    shift: int
    sign: int


@dataclass(frozen=True)
class Output:
    """``bias``, or ``bias + (node << shift)``, or ``bias - (node << shift)``.

    Parameters
    ----------
    bias: what is added.
    node: whose value; None for the bias alone.
    shift: at least 0.
    sign: 1 or -1.
    """

    bias: int
    node: int | None = None
    shift: int = 0
    sign: int = 1


@dataclass(frozen=True, eq=False)
class AdderGraph:
    """Sums of `inputs` integers with constant weights.

    Nodes are numbered: first the inputs, then the sums, each behind those that it reads.

    Parameters
    ----------
    inputs: how many.
    low, high: of each.
    sums: in order.
    outputs: of the graph.
    """

    inputs: int
    low: int
    high: int
    sums: tuple[Sum, ...]
    outputs: tuple[Output, ...]

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """Least and greatest value of each node, by the weights that it gives its inputs."""
        weights: list[dict[int, int]] = [{n: 1} for n in range(self.inputs)]
        for total in self.sums:
            combined = dict(weights[total.left])
            for n, weight in weights[total.right].items():
                combined[n] = combined.get(n, 0) + total.sign * (weight << total.shift)
            weights.append(combined)
        return [
            (
                sum(w * (self.low if w > 0 else self.high) for w in each.values()),
                sum(w * (self.high if w > 0 else self.low) for w in each.values()),
            )
            for each in weights
        ]

    @cached_property
    def levels(self) -> list[int]:
        """Additions behind each other until a node is there, 0 for the inputs."""
        found = [0] * self.inputs
        for total in self.sums:
            found.append(1 + max(found[total.left], found[total.right]))
        return found

    def __call__(self, x: NDArray[np.integer]) -> NDArray[np.int64]:
        """(N, outputs) for (N, inputs)."""
        values = list(x.astype(np.int64).T)
        for total in self.sums:
            values.append(values[total.left] + total.sign * (values[total.right] << total.shift))
        return np.stack(
            [
                np.full(len(x), out.bias, np.int64)
                if out.node is None
                else out.bias + out.sign * (values[out.node] << out.shift)
                for out in self.outputs
            ],
            axis=1,
        )


def adder_graph(
    weight: NDArray[np.integer], bias: NDArray[np.integer], low: int, high: int
) -> AdderGraph:
    """The graph that computes ``weight @ x + bias``.

    Parameters
    ----------
    weight: (M, N).
    bias: (M,).
    low, high: of each element of x.
    """
    rows: list[Row] = [
        {(n, shift): sign for n, w in enumerate(row) if w for sign, shift in signed_digits(w)}
        for row in weight.tolist()
    ]
    builder = _Builder(weight.shape[1])
    _Patterns(rows, builder).share()
    ends = [builder.add_up(row) for row in rows]
    outputs = tuple(
        Output(int(b)) if end is None else Output(int(b), *end)
        for b, end in zip(bias.tolist(), ends, strict=True)
    )
    return AdderGraph(weight.shape[1], low, high, tuple(builder.sums), outputs)


class _Builder:
    """Sums, each made once.

    Parameters
    ----------
    inputs: of the graph.
    """

    def __init__(self, inputs: int) -> None:
        self.sums: list[Sum] = []
        self._inputs = inputs
        self._known: dict[Sum, int] = {}
        self._levels = [0] * inputs
        self._reach = [0] * inputs  # bits by which a node is longer than an input, about

    def node(self, total: Sum) -> int:
        """The number of a sum's node."""
        if total not in self._known:
            self._known[total] = self._inputs + len(self.sums)
            self.sums.append(total)
            pair = (total.left, total.right)
            self._levels.append(1 + max(self._levels[n] for n in pair))
            reaches = (self._reach[total.left], self._reach[total.right] + total.shift)
            self._reach.append(1 + max(reaches))
        return self._known[total]

    def add_up(self, row: Mapping[Digit, int]) -> tuple[int, int, int] | None:
        """(node, shift, sign) of the sum of a row; None of an empty one.

        What is there first is added first, and of that, what is shortest.
        """
        waiting = [self._entry(digit, sign) for digit, sign in row.items()]
        if not waiting:
            return None
        heapq.heapify(waiting)
        while len(waiting) > 1:
            (*_, a, sign_a), (*_, b, sign_b) = heapq.heappop(waiting), heapq.heappop(waiting)
            pattern, (shift, sign) = pattern_of(a, sign_a, b, sign_b)
            heapq.heappush(waiting, self._entry((self.node(pattern), shift), sign))
        (*_, (node, shift), sign) = waiting[0]
        return node, shift, sign

    def _entry(self, digit: Digit, sign: int) -> tuple[int, int, Digit, int]:
        node, shift = digit
        return self._levels[node], self._reach[node] + shift, digit, sign


def pattern_of(a: Digit, sign_a: int, b: Digit, sign_b: int) -> tuple[Sum, tuple[int, int]]:
    """The sum of two digits, and the shift and sign with which it stands for both."""
    if (b[1], b[0]) < (a[1], a[0]):
        a, sign_a, b, sign_b = b, sign_b, a, sign_a
    return Sum(a[0], b[0], b[1] - a[1], sign_a * sign_b), (a[1], sign_a)


class _Patterns:
    """How often each pattern occurs.

    Parameters
    ----------
    rows: of digits; they change.
    builder: makes nodes of patterns.
    """

    def __init__(self, rows: Sequence[Row], builder: _Builder) -> None:
        self._rows = rows
        self._builder = builder
        self._counts: dict[Pattern, int] = {}
        self._heap: list[tuple[int, int, Pattern]] = []
        pairs = sum(len(row) ** 2 // 2 for row in rows)
        longest = max((len(row) for row in rows), default=0)
        self._near = max(1, longest * _MOST_PAIRS // pairs) if pairs > _MOST_PAIRS else longest
        for row in rows:
            digits = list(row)
            for place, digit in enumerate(digits):
                self._count(row, digit, digits[place + 1 : place + 1 + self._near], 1)
        self._offer(self._counts)

    def share(self) -> None:
        """Make nodes of patterns until none occurs twice."""
        while self._heap:
            count, _, pattern = heapq.heappop(self._heap)
            now = self._counts.get(pattern, 0)
            if now != -count:
                self._offer([pattern])  # it has become rarer since
                continue
            found = [(row, pair) for row in self._rows for pair in _places(row, pattern)]
            if len(found) < 2:
                continue  # they overlap
            node = self._builder.node(Sum(*pattern))
            changed: set[Pattern] = set()
            for row, pair in found:
                changed |= self._replace(row, pair, node)
            self._offer(changed)

    def _replace(self, row: Row, pair: tuple[Digit, Digit], node: int) -> set[Pattern]:
        """Let a node stand for two digits of a row; returns the patterns that it is part of."""
        sign = row[pair[0]]
        for digit in pair:
            self._count(row, digit, [other for other in row if other != digit], -1)
            del row[digit]
        digit = (node, pair[0][1])
        others = list(row)
        row[digit] = sign
        return self._count(row, digit, others, 1)

    def _count(self, row: Row, digit: Digit, others: Iterable[Digit], change: int) -> set[Pattern]:
        """Count the pairs of a digit with others."""
        (node, shift), sign, counts = digit, row[digit], self._counts
        patterns = set()
        for other in others:
            right, by = other[0], other[1] - shift
            if by > 0 or (by == 0 and right > node):
                pattern = (node, right, by, sign * row[other])
            else:
                pattern = (right, node, -by, sign * row[other])
            if change > 0 or pattern in counts:  # of those far from each other, not all are
                counts[pattern] = counts.get(pattern, 0) + change
                patterns.add(pattern)
        return patterns

    def _offer(self, patterns: Iterable[Pattern]) -> None:
        for pattern in patterns:
            count = self._counts.get(pattern, 0)
            if count > 1:
                # Of the most frequent ones, those whose parts overlap: their sums grow least.
                heapq.heappush(self._heap, (-count, pattern[2], pattern))


def _places(row: Row, pattern: Pattern) -> Iterator[tuple[Digit, Digit]]:
    """The pairs of digits of a row that are a pattern, none in two of them."""
    left, right, by, sign = pattern
    taken: set[Digit] = set()
    for shift in range(_DEEPEST):
        pair = (left, shift), (right, shift + by)
        if taken.isdisjoint(pair) and pair[0] in row and row[pair[0]] * sign == row.get(pair[1]):
            taken.update(pair)
            yield pair
