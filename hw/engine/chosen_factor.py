"""ChosenFactor: a multiplication by one of a few constants, by where in its image a number is."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Array, Module, Shape, Value
from numpy.typing import NDArray

from ..logic.counters import choose, late, loop
from ..logic.demand import Demand, counter, select
from ..stream.core import Core
from .constant_factor import ConstantFactor


class ChosenFactor(Core):
    """``x * factors[row, column] + offset`` without a multiplier.

    There is a `ConstantFactor` for each of the factors, and one of their products is taken.

    Parameters
    ----------
    shape: of `x`, signed.
    lanes: elements of a beat.
    factors: (rows, columns) of an image's pixels, each at least 1, several of them different.
    words: beats of a pixel.
    offset: what is added.

    Members
    -------
    i: in, `lanes` numbers of `shape`: the pixels of images, row by row.
    o: out, `lanes` results in the smallest signed shape that holds them all, a clock after the
        slowest product.
    """

    def __init__(
        self, shape: Shape, lanes: int, factors: NDArray[np.int64], words: int, offset: int
    ) -> None:
        self.factors = factors
        self.words = words
        self.different = np.unique(factors)
        self.products = {
            f"factor{n}": ConstantFactor(shape, lanes, int(factor), offset)
            for n, factor in enumerate(self.different)
        }
        *_, largest = self.products.values()
        super().__init__(
            i=(shape, lanes),
            o=largest.output,
            latency=1 + max(product.latency for product in self.products.values()),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        products = sum((product.demand() for product in self.products.values()), Demand())
        waits = sum(
            (self.latency - 1 - product.latency) * product.output_bits
            for product in self.products.values()
        )
        width = self.output_bits * self.output[1]
        registers = Demand(registers=width + self.output[1] * waits + 4 * self.latency)
        rows, columns = self.factors.shape
        return (
            products
            + registers
            + counter(self.words, rows, columns)
            + select(len(self.different), width)
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        self.mark_answers(m)
        rows, columns = self.factors.shape
        _, pixel_end = loop(m, "word", self.words, self.i.valid)
        column, row_end = loop(m, "column", columns, pixel_end)
        row, _ = loop(m, "row", rows, row_end)
        chosen = late(m, "chosen", self._chosen(m, row, column), self.latency - 1)
        answers: list[list[Value]] = []
        for name, product in self.products.items():
            m.submodules[name] = product
            m.d.comb += [product.i.valid.eq(self.i.valid), product.i.p.eq(self.i.p)]
            wait = self.latency - 1 - product.latency
            answers.append(
                [
                    late(m, f"{name}_lane{lane}_", product.o.p.data[lane], wait).as_signed()
                    for lane in range(self.output[1])
                ]
            )
        for lane in range(self.output[1]):
            m.d.sync += self.o.p.data[lane].eq(Array(each[lane] for each in answers)[chosen])
        return m

    def _chosen(self, m: Module, row: Value, column: Value) -> Value:
        """Which of the factors a pixel's is: of rows alike, those of the columns alike."""
        numbers = np.searchsorted(self.different, self.factors)
        kinds_of_rows, row_kind = np.unique(numbers, axis=0, return_inverse=True)
        kinds, column_kind = np.unique(kinds_of_rows, axis=1, return_inverse=True)
        down = choose(m, "row_kind", row, row_kind.reshape(-1).tolist())
        across = choose(m, "column_kind", column, column_kind.reshape(-1).tolist())
        return Array(Array(int(number) for number in line)[across] for line in kinds)[down]
