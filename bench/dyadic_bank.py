#!/usr/bin/env python3
"""Look-up tables of a dyadic bank against those of 8x8 multipliers without any DSP.

    bench/dyadic_bank.py                          # ECP5 and iCE40, uint8 activations
    bench/dyadic_bank.py --family gowin --signed

Both banks have weights of the same shape in block RAM, the same lanes and outputs, and go through
the same Yosys command, which is told to leave the family's multipliers alone. Families with wide
multiplexers are counted without them too: there Yosys makes multipliers of them that take more.
The least figure of the multipliers is what dyadic banks are compared with.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.cells import Cells
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.dyadic.shifter_bank import ShifterBank
from tabfab.hw.nodes.methods.exact.multiplier_bank import MultiplierBank
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

FLOWS = {
    "ecp5": ("-nodsp", "-nodsp -nowidelut"),
    "ice40": ("",),
    "gowin": ("-nodsp", "-nodsp -nowidelut"),
}
"""What Yosys is told, by family, so that it uses no multiplier."""
BANKS = ((1, 7), (1, 3), (2, 7))
"""(terms, finest shift) of the dyadic banks."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", choices=FLOWS, action="append", help="ecp5 and ice40 if none")
    parser.add_argument("--signed", action="store_true", help="activations are int8, not uint8")
    parser.add_argument("--inputs", type=int, default=16, help="of the layer, 3x3 kernels")
    parser.add_argument("--channels", type=int, default=16, help="that come out of it")
    parser.add_argument("--lanes", type=int, default=2, help="inputs a clock (S)")
    parser.add_argument("--outputs", type=int, default=4, help="output channels a clock (P)")
    parser.add_argument("--seed", type=int, default=0, help="of the weights")
    return parser.parse_args()


def cells(core: Core, family: str, extra: str) -> Cells:
    """Yosys' cells of a core."""
    with tempfile.TemporaryDirectory() as scratch:
        return device_cells(synthesize_core(core, family, Path(scratch), extra))


def banks(options: argparse.Namespace, family: str) -> dict[str, Core]:
    """The bank of multipliers first, then the dyadic ones, by name."""
    rng = np.random.default_rng(options.seed)
    kind: ActivationType = INT8 if options.signed else UINT8
    shape = (options.channels, options.inputs, 3, 3)
    folding = (options.lanes, options.outputs, 1, MemoryOptions(family, 1, 0.0))
    weight = rng.integers(-128, 128, shape).astype(np.int8)
    made: dict[str, Core] = {"8x8 multipliers": MultiplierBank(weight, kind, *folding)}
    for terms, finest in BANKS:
        codes = rng.integers(-finest - 1, finest + 2, (terms, *shape)).astype(np.int8)
        name = f"{terms} term{'s' if terms > 1 else ''}, {finest + 1} shifts"
        made[name] = ShifterBank(codes, finest, kind, *folding)
    return made


def main() -> None:
    """Print every bank, per lane and output."""
    options = arguments()
    each = options.lanes * options.outputs
    print("bank, per lane and output        LUTs  flip-flops  block RAMs  against multipliers")
    try:
        for family in options.family or ("ecp5", "ice40"):
            least = 0.0
            for name, core in banks(options, family).items():
                found = [cells(core, family, extra) for extra in FLOWS[family]]
                ways = {"": found[0]} if least else dict(zip(FLOWS[family], found, strict=True))
                least = least or min(one.luts for one in found)
                for way, one in ways.items():
                    print(
                        f"{family + ', ' + name:28} {one.luts / each:8.1f} "
                        f"{one.flip_flops / each:11.1f} {one.block_rams:11} "
                        f"{one.luts / least:10.2f}x {way}",
                        flush=True,
                    )
    except TabfabError as error:
        sys.exit(f"dyadic_bank: {error}")


if __name__ == "__main__":
    main()
