"""Whether the extras are there that sweeps and the explorer need."""

from __future__ import annotations

from importlib.util import find_spec

from ..store.errors import TabfabError

_SWEEP = ("distributed", "optuna", "plotly")
_EXPLORE = ("plotly", "starlette", "uvicorn")


def need_sweep_extra() -> None:
    """Raise `TabfabError` unless Dask, Optuna and Plotly are installed."""
    _need(_SWEEP, "sweep")


def need_explore_extra() -> None:
    """Raise `TabfabError` unless Plotly, Starlette and uvicorn are installed."""
    _need(_EXPLORE, "explore")


def _need(modules: tuple[str, ...], extra: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise TabfabError(
            f"this runs on {', '.join(missing)}, which are not installed; "
            f"pip install 'tabfab[{extra}]' installs them"
        )
