from __future__ import annotations

import pytest
from tabfab.compiler.methods.mask import Mask, methods_by, methods_in, normal_mask
from tabfab.compiler.store.errors import TabfabError

NAMES = ("stem", "conv1", "conv2", "conv10", "linear")


def chosen(mask: Mask) -> str:
    """The first letter of every layer's method."""
    methods = methods_by(mask, NAMES)
    assert tuple(methods) == NAMES
    return "".join(method[0] for method in methods.values())


@pytest.mark.parametrize(
    ("mask", "methods"),
    [
        ("all", "ttttt"),
        ("none", "eeeee"),
        ("dyadic", "ddddd"),
        ((0, 1, "dyadic", "exact", "table"), "etdet"),
        ("all-but-first", "etttt"),
        ("all-but-first-last", "ettte"),
        ("all-but-first=dyadic", "edddd"),
        ("2-4", "ettte"),
        ("5", "eeeet"),
        ((1, 3), "tetee"),
        (("1-1",), "teeee"),
        ((1, "4-5"), "teett"),
        ("conv*", "ettte"),
        ("conv?", "ettee"),
        ("conv1", "eteee"),
        (("conv1", "linear=dyadic"), "eteed"),
        (("all-but-first", "3-4=dyadic", "conv10=exact"), "etdet"),
        (("all=dyadic", "1=exact"), "edddd"),
    ],
)
def test_masks_choose_methods(mask: Mask, methods: str) -> None:
    assert chosen(mask) == methods
    assert normal_mask(normal_mask(mask)) == normal_mask(mask)
    assert chosen(normal_mask(mask)) == methods
    assert set(methods) <= {method[0] for method in methods_in(mask)}


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ("some", r"'some' is none of these; the layers are 1 stem, 2 conv1, 3 conv2, 4 conv10, 5 "),
        ("Exact", "'Exact' is none of these; the layers are 1 stem"),
        ("6", "'6' is none of these; the layers are 1 stem"),
        ("0-3", "'0-3' is none of these; the layers"),
        ("4-2", "'4-2' is none of these; the layers"),
        ("2-6", "'2-6' is none of these; the layers"),
        (("2-3", "conv9*"), r"'conv9\*' is none of these; the layers"),
        ((1, 1, "2"), "makes layer 'stem' table twice, by '1' and by '1'"),
        (("all-but-first", "5"), "makes layer 'linear' table twice, by 'all-but-first' and by '5'"),
        ((0, 1), "the mask has 2 entries, but the network has 5 maskable layers"),
    ],
)
def test_masks_that_do_not_fit(mask: Mask, message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        methods_by(mask, NAMES)


@pytest.mark.parametrize("mask", ["all-but-first", "all-but-first-last"])
def test_a_network_of_one_layer_has_none_but_the_first(mask: str) -> None:
    with pytest.raises(TabfabError, match=r"is none of these; the layers are 1 only"):
        methods_by(mask, ["only"])


def test_what_methods_a_mask_may_lead_to() -> None:
    assert methods_in("all") == {"table"}
    assert methods_in((0, "dyadic")) == {"exact", "dyadic"}
    assert methods_in("all-but-first=dyadic") == {"exact", "dyadic"}
