"""What cells share that compile a network and test it: right answers, and what it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
from cells import CellSettings, keep_result
from numpy.typing import NDArray
from tabfab.compiler.data import ImageSet
from tabfab.compiler.graph import Graph, float_graph
from tabfab.compiler.tasks import choose_task


def share_right(
    answers: Callable[[NDArray[np.uint8]], NDArray[np.generic]], test: ImageSet
) -> float:
    """The share of test images that are answered right."""
    given = answers(test.images)
    given = given.reshape(len(given), -1)
    shape = (given.shape[1], 1, 1)
    task = choose_task(shape, shape, test.labels).task
    truth = task.truth(test.labels, shape)
    assert truth is not None
    return task.quality(task.decide(given), truth, shape)


def float_share_right(network: str, graph: Graph, test: ImageSet, settings: CellSettings) -> float:
    """Of the float network, which is tested once and for all of its cells."""
    name = f"{network}-float"
    known = settings.result(name)
    if known is None or known["test_images"] != len(test):
        right = share_right(lambda images: float_graph.answers(graph, images).numpy(), test)
        known = {"network": network, "accuracy": right, "test_images": len(test)}
        keep_result(settings.results, name, known)
    return float(known["accuracy"])


def taken_since(start: float) -> dict[str, float]:
    """Processor seconds since `start` (`time.process_time`) and the most memory so far."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "processor_seconds": round(time.process_time() - start, 1),
        "gigabytes": round(memory, 2),
    }
