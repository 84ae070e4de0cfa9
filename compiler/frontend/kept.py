"""The float network that a program directory keeps of what it was compiled from."""

from __future__ import annotations

from pathlib import Path

from ..graph import Graph
from ..graph.float_file import has_graph, load_graph
from ..program.program_file import float_model_path
from . import import_network
from .model_file import load_model


def kept_graph(directory: Path) -> Graph | None:
    """The float network of the program in `directory`, or None if it keeps none.

    Earlier programs keep the file that torch saved, which is imported again.

    Raises
    ------
    TabfabError: what it keeps is damaged.
    """
    if has_graph(directory):
        return load_graph(directory)
    path = float_model_path(directory)
    return None if path is None else import_network(load_model(path).network).graph
