"""The `tabfab` command: its verbs, and how errors are told.

Verbs are plain functions with typed parameters: `from tabfab.cli.train import train` and call it.
"""

from __future__ import annotations

import errno
import importlib.metadata
import math
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from ..compiler.store.errors import TabfabError
from .bitstream import bitstream
from .compile import compile_model
from .console import complain, say
from .demo import demo
from .doctor import doctor
from .evaluate import evaluate
from .explore import explore
from .finetune import finetune
from .help_text import help_text
from .info import info
from .load import load
from .plan import plan
from .program import program
from .prove import prove
from .report import report
from .run import run
from .simulate import simulate
from .sweep import sweep
from .synth import synth
from .train import train
from .verilog import verilog


class _Group(TyperGroup):
    """The verbs, with every user's mistake told in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; a mistake ends it with status 1, Ctrl-C with 130."""
        try:
            return super().invoke(ctx)
        except TabfabError as error:
            complain(f"error: {error}")
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has had enough
                raise
            complain(f"error: {error.filename or 'input or output'}: {error.strerror or error}")
        except MemoryError as error:
            what = f" ({error})" if str(error) else ""
            complain(f"error: there is not enough memory{what}; take less, or a larger machine")
        except KeyboardInterrupt:
            complain("interrupted; nothing was half written")
            raise typer.Exit(130) from None
        raise typer.Exit(1)


class _Verb(TyperCommand):
    """A verb that gets no number which is none."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; refuse ``nan`` and ``inf``, which every comparison lets pass somewhere."""
        for parameter in self.params:
            value = ctx.params.get(parameter.name)
            if isinstance(value, float) and not math.isfinite(value):
                option = max(parameter.opts, key=len)
                raise TabfabError(f"{option} must be a finite number, not {value}")
        return super().invoke(ctx)


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"tabfab {importlib.metadata.version('tabfab')}")
        raise typer.Exit


@app.callback()
def _tabfab(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Compile a trained CNN into FPGA logic that looks answers up instead of multiplying.

    The way from a network to hardware, each step leaving a file or directory for the next:
      tabfab train --network digits-cnn --data digits -o model.pt2
      tabfab compile model.pt2 --data digits --mask all -o program/
      tabfab evaluate program/
      tabfab plan program/ --device ecp5-85k -o plan.json
      tabfab verilog program/ --plan plan.json -o build/
      tabfab simulate build/ --images 20
      tabfab synth build/ --family ecp5
      tabfab report program/ build/ -o report.html
      tabfab bitstream build/ --board ulx3s-85f
      tabfab run build/ --port sim

    'tabfab demo' goes all the way, and 'tabfab VERB --help' tells more about each step.
    """


_VERBS: dict[str, Callable[..., object]] = {
    "train": train,
    "compile": compile_model,
    "finetune": finetune,
    "info": info,
    "evaluate": evaluate,
    "plan": plan,
    "verilog": verilog,
    "load": load,
    "simulate": simulate,
    "synth": synth,
    "bitstream": bitstream,
    "program": program,
    "run": run,
    "report": report,
    "prove": prove,
    "sweep": sweep,
    "explore": explore,
    "demo": demo,
    "doctor": doctor,
}

for _name, _verb in _VERBS.items():
    # Typer evaluates every annotation: that of the result would load what computes it.
    _verb.__annotations__.pop("return", None)
    app.command(_name, cls=_Verb, help=help_text(_verb.__doc__ or ""))(_verb)
