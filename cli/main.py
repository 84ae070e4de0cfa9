"""Where the `tabfab` command starts."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from .interrupts import interrupt_between_imports


def main() -> None:
    """Run the command; Ctrl-C ends it with status 130 even while it is still being loaded."""
    try:
        interrupt_between_imports()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # names may have letters that it does not
                stream.reconfigure(errors="backslashreplace")
        from .app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
