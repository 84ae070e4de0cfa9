"""Batches hold every image once, in order."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.store.batches import BATCH, batches


@given(images=st.integers(0, 500), size=st.integers(1, 200))
def test_every_image_once(images: int, size: int) -> None:
    parts = [list(range(images))[some] for some in batches(images, size)]
    assert list(itertools.chain(*parts)) == list(range(images))
    assert all(0 < len(part) <= size for part in parts)
    assert all(len(part) == size for part in parts[:-1])


def test_the_usual_size() -> None:
    assert [some.stop - some.start for some in batches(2 * BATCH)] == [BATCH, BATCH]
