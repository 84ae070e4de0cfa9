"""`tabfab load`: the words that replace a build's tables, weights and biases at run time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..compiler.program.program_file import load_program
from ..compiler.store.files import atomic_file, check_file
from .console import say
from .options import BuildDir, ProgramDir


def load(
    build: BuildDir,
    program: ProgramDir,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File of words to write.")
    ] = Path("load.bin"),
) -> int:
    """Write what turns a build into hardware for another program.

    The build must be made with 'tabfab verilog --loadable', and the program differ from the
    build's in tables, weights and biases only: one that was refitted or fine-tuned with frozen
    encoders and scales. The file holds 32-bit words, lowest byte first, one for each transfer on
    the build's port s_load, tlast with the last one. 'tabfab simulate BUILD --load PROGRAM'
    tests it.

    Examples:
      tabfab load build/ other-program/ -o load.bin

    Next: 'tabfab simulate build/ --load other-program/' plays it; 'tabfab run --load' sends it to a
    board.
    """
    from ..hw.rtl.build import load_build
    from ..hw.rtl.loading import load_stream

    check_file(output)
    words = load_stream(load_build(build), load_program(program))
    with atomic_file(output) as temporary:
        temporary.write_bytes(words.astype("<u4").tobytes())
    say(f"{output}: {len(words):,} words, as many clocks to load")
    return len(words)
