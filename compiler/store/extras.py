"""Whether an extra is there that something needs."""

from __future__ import annotations

from importlib.util import find_spec

from .errors import TabfabError


def need_extra(extra: str, what: str, *modules: str) -> None:
    """Look for what an extra brings, before minutes of work and not after.

    Parameters
    ----------
    extra: its name.
    what: what it is needed for: "a picture is drawn by".
    modules: top ones, all of which are needed.

    Raises
    ------
    TabfabError: one is not installed; the message says how to get it.
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise TabfabError(
            f"{what} {', '.join(missing)}, which {verb} not installed; "
            f"pip install 'tabfab[{extra}]' brings {'it' if len(missing) == 1 else 'them'}"
        )
