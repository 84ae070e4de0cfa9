"""Where the `tabfab` command starts."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; Ctrl-C ends it with status 130 even while it is still being loaded."""
    try:
        from .app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
