"""Which ONNX operators tabfab reads, by family, and what becomes of each.

An operator is a function in one of the files of `operators`, marked with `translates`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .node import TRANSLATIONS
from .operators import (
    activations,
    constants,
    convolutions,
    elementwise,
    ends,
    pools,
    quantization,
    resize,
    shapes,
    sizes,
)

FAMILIES = {
    family.__name__: (family.__doc__ or "").rstrip(".")
    for family in (
        convolutions,
        pools,
        activations,
        elementwise,
        shapes,
        resize,
        ends,
        quantization,
        constants,
        sizes,
    )
}
"""What the operators of each file have in common, in the order of documentation."""


def operators() -> Iterator[tuple[str, str, str]]:
    """Family, name and meaning of every operator, a family after the other."""
    for module, family in FAMILIES.items():
        for name in sorted(TRANSLATIONS):
            translation = TRANSLATIONS[name]
            if translation.__module__ == module:
                yield family, name, (translation.__doc__ or "").strip().partition("\n")[0]
