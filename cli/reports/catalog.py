"""All sections of a report, in their order: a new one is a file, a template and a line here."""

from __future__ import annotations

from .section import Section
from .sections.accuracy import ACCURACY
from .sections.cost import COST
from .sections.network import NETWORK
from .sections.overview import OVERVIEW
from .sections.place_and_route import PLACE_AND_ROUTE
from .sections.plan import PLAN
from .sections.queues import QUEUES
from .sections.simulation import SIMULATION
from .sections.synthesis import SYNTHESIS
from .sections.timeline import TIMELINE

SECTIONS: tuple[Section, ...] = (
    OVERVIEW,
    NETWORK,
    ACCURACY,
    COST,
    PLAN,
    TIMELINE,
    QUEUES,
    SIMULATION,
    SYNTHESIS,
    PLACE_AND_ROUTE,
)
"""There is no other list of them."""
