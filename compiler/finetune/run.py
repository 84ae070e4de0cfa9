"""`finetune_graph`: from a float network and training images to a trained Program."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..compile import program_meta
from ..data import ImageSet
from ..graph import Graph
from ..options import CALIBRATION_IMAGES, CompileOptions, settled
from ..program import Program
from ..scales.calibrate import calibrate, check_images
from ..store.progress import Progress, silent
from ..tasks import Task, task_without_targets
from .judge import set_aside
from .options import FinetuneOptions
from .student.assemble import assemble, with_similarities
from .student.student import Student
from .tuner import Tuner

_SIMILARITY_IMAGES = 200
_CHECKPOINT = 6
"""Changes with what a checkpoint holds and how training goes: an older one is of another run."""


@dataclass(frozen=True, eq=False)
class Finetuned:
    """A fine-tuned network.

    Parameters
    ----------
    program: the integers.
    student: the network that was trained; it computes what the program does.
    """

    program: Program
    student: Student


def finetune_graph(
    graph: Graph,
    data: ImageSet,
    compiling: CompileOptions,
    tuning: FinetuneOptions | None = None,
    calibration_images: int = CALIBRATION_IMAGES,
    checkpoint: Path | None = None,
    progress: Progress = silent,
    task: Task | None = None,
) -> Finetuned:
    """Convert layers one after the other and train, distilling the float network.

    Parameters
    ----------
    graph: the float network; it stays as it is.
    data: training images; what is known of them counts where `tuning` says so.
    compiling: how each layer is to be computed.
    tuning: how to train; defaults if not given.
    calibration_images: how many of the images scales and encoders are learned from.
    checkpoint: file to save to every minute and to go on from if it is there. What comes out is
        the same as without a stop.
    progress: called after every step.
    task: what the network's answers mean; by the shape of the output if not given.

    Raises
    ------
    TabfabError: the images, the mask or the network cannot be compiled as they are, a layer's
        method cannot be trained, there is no such device, the checkpoint is damaged or of
        another run, or training diverges.
    """
    tuning = tuning or FinetuneOptions()
    check_images(graph, data.images)
    task = task or task_without_targets(graph.layers[-1].shape)
    fingerprint = _fingerprint(graph, data, compiling, tuning, calibration_images, task)
    judged = None
    if tuning.joint_steps:
        judged, data = set_aside(data, compiling.seed)
    calibration = data.sample(calibration_images, compiling.seed)
    with torch.inference_mode():
        scales = calibrate(graph, calibration.images, compiling.argmax)
    settings, said = settled(compiling, graph, calibration.images, scales)
    student = Student(graph, scales, settings)
    tuner = Tuner(student, settings, tuning, data, calibration, task, judged)
    tuner.run(checkpoint, fingerprint, progress)
    program = assemble(student.cpu(), compiling.argmax)
    program = with_similarities(program, graph, calibration.images[:_SIMILARITY_IMAGES])
    meta = program_meta(compiling, compiling.methods(graph), len(calibration), said)
    meta["finetune"] = {k: v for k, v in dataclasses.asdict(tuning).items() if k != "device"}
    return Finetuned(dataclasses.replace(program, meta=meta), student)


def _fingerprint(
    graph: Graph,
    data: ImageSet,
    compiling: CompileOptions,
    tuning: FinetuneOptions,
    calibration_images: int,
    task: Task,
) -> str:
    """SHA-256 of everything that the result depends on."""
    settings = {**dataclasses.asdict(compiling), **dataclasses.asdict(tuning)}
    settings |= {"calibration_images": calibration_images, "checkpoint": _CHECKPOINT}
    settings |= {"task": task.name, "ending": task.ending}
    digest = hashlib.sha256(json.dumps(settings, default=str, sort_keys=True).encode())
    arrays = [array for layer in graph.convs for array in (layer.weight, layer.bias)]
    targets = () if data.targets is None else (data.targets,)
    for array in (*arrays, data.images, *targets):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
