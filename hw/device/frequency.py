"""Frequencies that a clock can have."""

from __future__ import annotations

from ...compiler.store.errors import TabfabError

LOWEST_MHZ = 1e-3
HIGHEST_MHZ = 1e5
"""Far below and far above any FPGA; within these, no figure of time is infinite or nothing."""


def check_frequency(name: str, mhz: float) -> None:
    """Refuse a frequency that no clock has.

    Parameters
    ----------
    name: of the option, for the message.
    mhz: the frequency in MHz.

    Raises
    ------
    TabfabError: it is not between `LOWEST_MHZ` and `HIGHEST_MHZ`.
    """
    if not LOWEST_MHZ <= mhz <= HIGHEST_MHZ:
        raise TabfabError(
            f"{name} must be above 0 MHz, from {LOWEST_MHZ:g} to {HIGHEST_MHZ:,.0f}, not {mhz:g}"
        )
