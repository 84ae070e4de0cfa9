"""Activation tables in the golden model."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.activation import look_up

from support.programs import activation_table
from support.single_nodes import activations, signed_source, source_of


@pytest.mark.parametrize("tables", [1, 4])
def test_every_value_has_its_entry(tables: int) -> None:
    rng = np.random.default_rng(0)
    source = signed_source()
    node = activation_table(rng, "f", source, ir.ActivationType(5, signed=False), tables=tables)
    x = activations(rng, source)
    x[0, 0, 0], x[0, 0, 1] = -128, 127
    result = look_up(node, source_of(x))
    assert result.dtype == np.int16
    for place in np.ndindex(*x.shape):
        table = node.tables[place[3] if tables > 1 else 0]
        assert result[place] == table[x[place] + 128]
