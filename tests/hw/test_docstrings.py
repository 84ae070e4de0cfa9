"""What docstrings show is what comes out."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from tabfab.hw.nodes.methods.table import table_bank
from tabfab.hw.plan import plan
from tabfab.hw.stream import elastic, queue
from tabfab.hw.window import line_buffer


@pytest.mark.parametrize("module", [queue, elastic, line_buffer, table_bank, plan])
def test_examples(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 2
    assert result.failed == 0
