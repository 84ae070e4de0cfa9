from __future__ import annotations

import pytest
from tabfab.hw.logic.demand import Demand, bits_for, counter, select
from tabfab.hw.logic.memory import Memory


@pytest.mark.parametrize(("count", "bits"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (256, 8)])
def test_bits_of_a_counter(count: int, bits: int) -> None:
    assert bits_for(count) == bits
    assert counter(count) == Demand(registers=bits, counters=bits)


def test_counters_add_up() -> None:
    assert counter(9, 1, 2) == Demand(registers=5, counters=5)


def test_a_choice_of_one_is_a_wire() -> None:
    assert select(1, 8) == Demand()
    assert select(3, 8) == Demand(selects=24)


def test_demands_add_up_memories_and_all() -> None:
    one, other = Memory(4, 8, "rom"), Memory(2, 3, "queue")
    total = Demand(registers=1, multipliers=2, memories=(one,)) + Demand(
        registers=0.5, adders=3, memories=(other,)
    )
    assert total == Demand(registers=1.5, adders=3, multipliers=2, memories=(one, other))
