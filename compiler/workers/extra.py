"""Whether the extra is there that sweeps need."""

from __future__ import annotations

from importlib.util import find_spec

from ..store.errors import TabfabError

_MODULES = ("distributed", "optuna", "plotly")


def need_sweep_extra() -> None:
    """Raise `TabfabError` unless Dask, Optuna and Plotly are installed."""
    missing = [name for name in _MODULES if find_spec(name) is None]
    if missing:
        raise TabfabError(
            f"this runs on {', '.join(missing)}, which are not installed; "
            "pip install 'tabfab[sweep]' installs them"
        )
