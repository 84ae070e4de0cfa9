"""Multipliers as anything that gives the same product for the same factors, for proofs.

The factors of a product that nobody takes may differ. To see that the product then differs only
where nobody takes it, one needs to know nothing of multiplication, of which proofs by
satisfiability know too much: ABC does not get through two multipliers whose factors are equal
only while they are valid. What holds for every function holds for products too (Burch and Dill,
DOI 10.1007/3-540-58179-0_44).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = r"(\\\S+ |[a-zA-Z_]\w*)(?:\[(\d+)(?::(\d+))?\])?"
_FACTOR = re.compile(
    rf"\$signed\(\{{ 1'h0, {_NAME} \}}\)|\$signed\({_NAME}\)|{_NAME}|\d+'h[0-9a-f]+"
)
_LINE = re.compile(r"^  assign (_\w+_) = (\S[^*\n]*) \* (\S[^*\n]*);\n", re.MULTILINE)


FACTORS, PRODUCT = "free_factors_", "free_product_"
"""Ports that a module has for each of its products, with a number behind."""


def free_products(gold: str, gate: str) -> tuple[str, str] | None:
    """The texts of two modules that take the products that both have from outside.

    Each product is an input `PRODUCT`, the signals that it is made of an output `FACTORS`.
    Products that are not written alike in both stay as they are. None where all do.

    Parameters
    ----------
    gold, gate: texts of the modules alone.
    """
    opened: list[tuple[int, int]] = []
    for line in list(_LINE.finditer(gold)):
        factors, product = _signals(gold, line[2], line[3]), _width(gold, line[1])
        if gate.count(line[0]) != 1 or not factors or product is None:
            continue
        number = len(opened)
        opened.append((sum(width for _, width in factors), product))
        names = ", ".join(name for name, _ in factors)
        taken = (
            f"  assign {line[1]} = {PRODUCT}{number};\n"
            f"  assign {FACTORS}{number} = {{ {names} }};\n"
        )
        gold, gate = gold.replace(line[0], taken), gate.replace(line[0], taken)
    return (_with_ports(gold, opened), _with_ports(gate, opened)) if opened else None


def connections(
    gold: str,
) -> tuple[list[tuple[str, str]], list[str], dict[str, list[str]]]:
    """What joins the two modules of `free_products` in a miter.

    Parameters
    ----------
    gold: one of them.

    Returns
    -------
    (width, name) of inputs of the miter; its wires; the ports of ``gold`` and of ``gate``.
    """
    inputs: list[tuple[str, str]] = []
    lines: list[str] = []
    connected: dict[str, list[str]] = {"gold": [], "gate": []}
    products = re.findall(rf"^  input (\[\d+:0\]) {PRODUCT}(\d+);$", gold, re.MULTILINE)
    for width, number in products:
        factors = re.search(rf"^  output (\[\d+:0\]) {FACTORS}{number};$", gold, re.MULTILINE)
        assert factors is not None
        inputs += [(f"{width} ", f"{name}_{PRODUCT}{number}") for name in ("gold", "other")]
        for side, ports in connected.items():
            lines.append(f"  wire {factors[1]} {side}_{FACTORS}{number};")
            ports.append(f".{FACTORS}{number}({side}_{FACTORS}{number})")
            ports.append(f".{PRODUCT}{number}({side}_{PRODUCT}{number})")
        lines.append(
            f"  wire {width} gate_{PRODUCT}{number} = "
            f"gold_{FACTORS}{number} == gate_{FACTORS}{number} ? "
            f"gold_{PRODUCT}{number} : other_{PRODUCT}{number};"
        )
    return inputs, lines, connected


def _signals(text: str, *factors: str) -> list[tuple[str, int]]:
    """(expression, bits) of all signals that factors are made of; none where that is unclear."""
    signals = []
    for factor in factors:
        found = _FACTOR.fullmatch(factor)
        if found is None:
            return []
        for name, high, low in (found.groups()[n : n + 3] for n in (0, 3, 6)):
            if name is None:
                continue
            width = _width(text, name.strip())
            if width is None:
                return []
            part = "" if high is None else f"[{high}:{low or high}]"
            signals.append((f"{name}{part}", int(high) - int(low or high) + 1 if part else width))
    return signals


def _width(text: str, name: str) -> int | None:
    """Bits of an unsigned signal."""
    declared = rf"^  (?:wire|reg) (?:\[(\d+):0\] )?{re.escape(name)} ?(?:= .*)?;$"
    found = re.search(declared, text, re.MULTILINE)
    return None if found is None else int(found[1] or 0) + 1


def _with_ports(text: str, opened: Sequence[tuple[int, int]]) -> str:
    """The module with the ports for products of so many bits: (of factors, of the product)."""
    head, body = text.split("\n", 1)
    names = [f"{port}{number}" for number in range(len(opened)) for port in (FACTORS, PRODUCT)]
    lines = [
        f"  output [{factors - 1}:0] {FACTORS}{number};\n"
        f"  input [{product - 1}:0] {PRODUCT}{number};"
        for number, (factors, product) in enumerate(opened)
    ]
    return "\n".join([head.replace("(", f"({', '.join(names)}, ", 1), *lines, body])
