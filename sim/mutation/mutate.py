"""Mutants: small faults planted in a build's Verilog, each chosen by its number at run time.

All faults sit in one text, so that a simulation model of it is compiled once. `bench.mutant` says
which of them is active; number 0 is the design as it was.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

import numpy as np

from ...hw.rtl.verilog import TOP
from .cuts import is_cut
from .live_lines import live_lines
from .mutant import Mutant

Change = Callable[[re.Match[str]], str | None]
"""From a match of an expression to the faulty expression, or None where there is none."""

_SELECT = "bench.mutant"
_MODULE = re.compile(r"^module \\?(\S+).*?^endmodule", re.MULTILINE | re.DOTALL)
_ASSIGN = re.compile(r"^(  assign (?:\\\S+ |\w+)(?: ?\[[\d:]+\])? = )(.+);$", re.MULTILINE)
_REGISTER = re.compile(r"^( +(\\\S+ |\w+) <= )(\w+|\\\S+ );$", re.MULTILINE)
_READ = re.compile(r"^(.*(?:<=|=) )(\w+)\[(.+)\];$", re.MULTILINE)
_CONTENTS = re.compile(r'^  initial \$readmem([bh])\("([^"]+)", (\w+)\);$', re.MULTILINE)
_NUMBER = r"(\d+)'h([0-9a-f]+)"


def _constant(width: str, value: int) -> str:
    return f"{width}'h{value % (1 << int(width)):x}"


def _next_limit(match: re.Match[str]) -> str | None:
    left, width, digits, tail = match.groups()
    value = int(digits, 16)
    return f"{left}{_constant(width, value - 1 if value else 1)}{tail}"


def _swap(old: str, new: str) -> Change:
    return lambda match: f"{match[1]} {new} {match[2]}" if old in match[0] else None


_TERM = r"(?:\$signed\([^()]+\)|[^?&|<>=+*^-]+?)"
_CHANGES: tuple[tuple[str, str, Change], ...] = (
    ("comparison", rf"({_TERM}) == ({_TERM})", _swap("==", "!=")),
    ("comparison", rf"({_TERM}) < ({_TERM})", _swap("<", "<=")),
    ("comparison", rf"({_TERM}) > ({_TERM})", _swap(">", ">=")),
    ("comparison", rf"({_TERM}) >= ({_TERM})", _swap(">=", ">")),
    ("comparison", rf"({_TERM}) <= ({_TERM})", _swap("<=", "<")),
    ("off by one", rf"(.+ (?:==|<|>|>=|<=|\+|-) ){_NUMBER}()", _next_limit),
    ("subtract", rf"({_TERM}) \+ ({_TERM})", _swap("+", "-")),
    ("subtract", rf"({_TERM}) - ({_TERM})", _swap("-", "+")),
    ("drop carry", rf"({_TERM}) \+ ({_TERM})", _swap("+", "^")),
    ("and or", rf"({_TERM}) & ({_TERM})", _swap("&", "|")),
    ("and or", rf"({_TERM}) \| ({_TERM})", _swap("|", "&")),
    ("no inversion", r"(\{.+\}|\w+) \^ (\{.+\})", lambda match: match[1]),
    ("select", r"(\w+) \? (.+) : (.+)", lambda match: f"{match[1]} ? {match[3]} : {match[2]}"),
    ("handshake", r".*(?:valid|ready|\bstep|_en\b).*", lambda match: f"~({match[0]})"),
)
"""Kind, pattern of the whole expression, and what becomes of it."""

KINDS = (
    *dict.fromkeys(kind for kind, _, _ in _CHANGES),
    "no reset",
    "stuck register",
    "shorten accumulator",
    "swap rows",
    "flip table bit",
)


def find_mutants(
    verilog: str, directory: Path, count: int, seed: int, top: str = TOP
) -> list[Mutant]:
    """Faults of every kind, as many of each as there are places for, chosen at random.

    Logic that nothing reads gets none (`live_lines`).

    Parameters
    ----------
    verilog: of a build.
    directory: with the memories that it reads.
    count: of mutants; fewer where there are no more places.
    seed: of the choice.
    top: the module whose outputs count.
    """
    rng = np.random.default_rng(seed)
    live = live_lines(verilog, directory, top)
    line_starts = [0, *(match.end() for match in re.finditer("\n", verilog))]
    found = [
        mutant
        for match in _MODULE.finditer(verilog)
        if not is_cut(match[1])
        for mutant in _faults(match, directory, rng)
        if bisect(line_starts, mutant.start) in live
    ]
    piles = {kind: [mutant for mutant in found if mutant.kind == kind] for kind in KINDS}
    shuffled = [[pile[n] for n in rng.permutation(len(pile))] for pile in piles.values()]
    in_turn = [mutant for row in zip_longest(*shuffled) for mutant in row if mutant is not None]
    return in_turn[:count]


def plant(verilog: str, mutants: Mapping[int, Mutant]) -> str:
    """`verilog` with all faults, each of them active while `bench.mutant` is its number."""
    places: dict[tuple[int, int], str] = {}
    for number, mutant in mutants.items():
        place = (mutant.start, mutant.end)
        otherwise = places.get(place, f"({mutant.before})")
        places[place] = f"({_SELECT} == {number} ? ({mutant.after}) : {otherwise})"
    for start, end in sorted(places, reverse=True):
        verilog = verilog[:start] + places[start, end] + verilog[end:]
    return verilog


def _faults(match: re.Match[str], directory: Path, rng: np.random.Generator) -> Iterator[Mutant]:
    """Places for faults in one module."""
    name, body, offset = match[1], match[0], match.start()
    resets = {"rst"} | set(re.findall(r"^  assign (\w+) = rst;$", body, re.MULTILINE))

    def fault(kind: str, found: re.Match[str], group: int, after: str, told: str = "") -> Mutant:
        start, end = found.span(group)
        told = told or f"{found[0].strip()} -> {after}"
        return Mutant(kind, name, offset + start, offset + end, found[group], after, told)

    for line in _ASSIGN.finditer(body):
        expression = line[2]
        reset = re.fullmatch(r"(\w+) \? (.+?) : (.+)", expression)
        if reset is not None and reset[1] in resets:
            yield fault("no reset", line, 2, reset[3])
            continue
        for kind, pattern, change in _CHANGES:
            found = re.fullmatch(pattern, expression)
            after = change(found) if found else None
            if after is not None:
                yield fault(kind, line, 2, after)
        if "accumulator" in name and " + $signed" in expression:
            kept = _kept_bits(body, line[1].split()[1])
            yield fault("shorten accumulator", line, 2, f"$signed({kept - 1}'({expression}))")
    for line in _REGISTER.finditer(body):
        yield fault("stuck register", line, 3, line[2])
    memories = {found[3]: found for found in _CONTENTS.finditer(body)}
    for line in _READ.finditer(body):
        written = re.search(rf"^ +{line[2]}\[.*\] <= ", body, re.MULTILINE)
        if line[2] in memories and written is None:
            yield from _row_faults(line, memories[line[2]], directory, rng, fault)


def _kept_bits(body: str, wire: str) -> int:
    """Bits of a sum that the module uses."""
    found = re.search(rf"= .*\b{wire}\[(\d+):0\]", body)
    found = found or re.search(rf"^  wire \[(\d+):0\] {wire};", body, re.MULTILINE)
    return int(found[1]) + 1 if found else 1


def _row_faults(
    line: re.Match[str],
    contents: re.Match[str],
    directory: Path,
    rng: np.random.Generator,
    fault: Callable[..., Mutant],
) -> Iterator[Mutant]:
    """Wrong contents of a read-only memory."""
    words = (directory / contents[2]).read_text().split()
    base = 2 if contents[1] == "b" else 16
    rows = [int(word, base) for word in words]
    bits = len(words[0]) * (1 if base == 2 else 4)
    memory, address = line[2], line[3]
    whole = re.compile(re.escape(f"{memory}[{address}]"))
    place = whole.search(line.string, line.start())
    assert place is not None
    one, other = (int(row) for row in rng.choice(len(rows), 2, replace=False))
    if rows[one] != rows[other]:
        swapped = f"({address} == {one} || {address} == {other}) ? {one ^ other} : 0"
        yield fault(
            "swap rows", place, 0, f"{memory}[{address} ^ ({swapped})]",
            f"rows {one} and {other} of {len(rows)} swapped",
        )  # fmt: skip
    row = int(rng.integers(len(rows)))
    bit = int(rng.integers(max(max(rows).bit_length(), 1))) if bits else 0
    yield fault(
        "flip table bit", place, 0,
        f"{memory}[{address}] ^ ({address} == {row} ? {bits}'h{1 << bit:x} : {bits}'h0)",
        f"bit {bit} of row {row} of {len(rows)} flipped",
    )  # fmt: skip
