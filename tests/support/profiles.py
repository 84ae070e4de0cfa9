"""How many cases the property tests try: Hypothesis' profiles, chosen by HYPOTHESIS_PROFILE."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

USUAL = 40
"""Cases of a property test in the profile `short`."""

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]
for _name, _count, _how in [
    ("fast", USUAL // 8, {"derandomize": True}),  # make test
    ("short", USUAL, {"derandomize": True}),  # make test-all, and by default
    ("long", USUAL * 5, {"print_blob": True}),  # make verify: other cases in every run
]:
    settings.register_profile(
        _name, deadline=None, suppress_health_check=_QUIET, max_examples=_count, **_how
    )
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
settings.load_profile(PROFILE)


def examples(usual: int) -> settings:
    """A decorator for a property test that tries `usual` cases instead of `USUAL`.

    The other profiles try more or fewer in proportion.
    """
    return settings(max_examples=max(2, usual * settings().max_examples // USUAL))
