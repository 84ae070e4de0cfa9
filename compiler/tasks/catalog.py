"""All tasks, by name."""

from __future__ import annotations

from ..store.errors import TabfabError
from .binary import Binary
from .classes import Classes
from .embedding import Embedding
from .maps import Map
from .regression import Regression
from .segmentation import Segmentation
from .task import Task

TASKS: dict[str, type[Task]] = {
    each.name: each for each in (Classes, Binary, Regression, Segmentation, Map, Embedding)
}


def find_task(name: str, ending: str = "") -> Task:
    """The task `name` of a network with this `Task.ending`.

    Raises
    ------
    TabfabError: there is none; the message lists all.
    """
    if name not in TASKS:
        listed = "; ".join(f"{each.name}, {each.meaning}" for each in TASKS.values())
        raise TabfabError(f"there is no task {name!r}; take one of: {listed}")
    return TASKS[name](ending)
