"""How many points an encoder is learned from."""

from __future__ import annotations

import pytest
from tabfab.compiler.methods.table.tables import wanted_points
from tabfab.compiler.options import LayerOptions


@pytest.mark.parametrize(
    ("prototypes", "levels", "points"),
    [(16, None, 25_000), (16, 6, 25_000), (256, 10, 48 * 1024), (4096, None, 48 * 4096)],
)
def test_trees_want_points_for_every_leaf(prototypes: int, levels: int | None, points: int) -> None:
    options = LayerOptions(prototypes=prototypes, tree_levels=levels)
    assert wanted_points(options) == points


def test_nearest_prototypes_want_fewer() -> None:
    assert wanted_points(LayerOptions(prototypes=8192, encoder="nearest")) == 4 * 8192
