"""Whether the extras are there that sweeps and the explorer need."""

from __future__ import annotations

from ..store.extras import need_extra

_SWEEP = ("distributed", "optuna", "plotly")
_EXPLORE = ("plotly", "starlette", "uvicorn")


def need_sweep_extra() -> None:
    """Raise `TabfabError` unless Dask, Optuna and Plotly are installed."""
    need_extra("sweep", "this runs on", *_SWEEP)


def need_explore_extra() -> None:
    """Raise `TabfabError` unless Plotly, Starlette and uvicorn are installed."""
    need_extra("explore", "this runs on", *_EXPLORE)
