"""A small fault in a build's Verilog."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Parameters
    ----------
    kind: one of `tabfab.sim.mutation.mutate.KINDS`.
    module: of the Verilog, where it sits.
    start, end: characters of the Verilog that the fault takes the place of.
    before, after: the expression there and the faulty one.
    told: what is wrong, for people.
    """

    kind: str
    module: str
    start: int
    end: int
    before: str
    after: str
    told: str

    def planted_in(self, verilog: str) -> str:
        """`verilog`, in which it was found, with the fault and no way to turn it off."""
        return verilog[: self.start] + self.after + verilog[self.end :]
