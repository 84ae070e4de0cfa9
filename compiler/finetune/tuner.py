"""The loop of fine-tuning: convert, train, keep encoders in step, save."""

from __future__ import annotations

import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from ..compile import compile_graph
from ..data import ImageSet
from ..graph import float_graph
from ..graph.answer_losses import TaskLoss
from ..methods.training.form import TrainedForm
from ..options import CompileOptions
from ..program import Shape
from ..store.batches import batches
from ..store.errors import TabfabError
from ..store.progress import Progress
from ..tasks import Task
from ..tasks.task import is_map
from ..train.augment import crop_and_flip
from ..train.checkpoint_file import read_checkpoint, write_checkpoint
from ..train.device import choose_device, choose_precision
from .judge import Judge
from .optimizer import Optimizer
from .options import FinetuneOptions
from .schedule import Schedule
from .student.convert import convert, trained_form
from .student.student import Student

SAVE_SECONDS = 60.0
"""Time between two checkpoints."""

_REVIEW = 24
"""Steps between two changes of what has no gradient, such as thresholds."""


class Tuner:
    """A network on its way from multiplications to its layers' methods.

    Parameters
    ----------
    student: the network as it starts.
    compiling: how each layer is to be computed.
    options: of the training.
    data: training images with labels.
    calibration: images that encoders are learned from.
    task: what the network's answers mean.
    judged: images by which the best state of the joint steps is found; None keeps the last one.

    Raises
    ------
    TabfabError: labels are to count, and the data set has none for the task.
    """

    def __init__(
        self,
        student: Student,
        compiling: CompileOptions,
        options: FinetuneOptions,
        data: ImageSet,
        calibration: ImageSet,
        task: Task,
        judged: ImageSet | None = None,
    ) -> None:
        self.student = student
        self._compiling = compiling
        self._options = options
        self._device = choose_device(options.device)
        self._dtype = choose_precision(options.precision, self._device)
        self._images = torch.from_numpy(data.images)
        output = student.network.layers[-1].shape
        self._task_loss = TaskLoss(task, output[0])
        self._truth = _truth(data, task, output, options)
        self._calibration = calibration.images
        self._judged = judged
        self._judged_truth = None if judged is None else _truth(judged, task, output, options)
        self._judge = Judge()
        self._methods = compiling.methods(student.network)
        self.schedule = Schedule(student.to_convert, options)
        self._converted: set[str] = set()
        self._generator = torch.Generator().manual_seed(options.seed)
        student.to(self._device)
        self._optimizer = Optimizer(student)
        self._step = 0

    def run(self, checkpoint: Path | None, fingerprint: str, progress: Progress) -> None:
        """Go through all steps that are left.

        Parameters
        ----------
        checkpoint: file to go on from and to save to every minute; none if None.
        fingerprint: of everything that the result depends on.
        progress: called after every step.

        Raises
        ------
        TabfabError: the checkpoint does not fit, or the loss stops being a number.
        """
        if checkpoint is not None and checkpoint.exists():
            self._restore(*read_checkpoint(checkpoint, "fine-tuning", fingerprint))
        elif self._options.steps_per_layer == 0:
            self._convert_all()
        last_save = time.monotonic()
        schedule = self.schedule
        while self._step < schedule.steps:
            for name in schedule.conversions(self._step):
                self._convert(name)
            if schedule.is_judged(self._step):
                self._consider()
            self._choose_trained(self._step)
            loss = self._train(self._step)
            phase = schedule.phase(self._step)
            self._step += 1
            if checkpoint is not None and time.monotonic() - last_save >= SAVE_SECONDS:
                write_checkpoint(checkpoint, fingerprint, self._step, self._tensors())
                last_save = time.monotonic()
            progress(self._step, schedule.steps, f"{phase}, loss {loss:.3f}")
        if schedule.is_judged(schedule.steps):
            self._consider()
        if self._judge.state:
            self._set_network(self._judge.state)

    # ------------------------------------------------------------------------ a step

    def _train(self, step: int) -> float:
        """One step; returns its loss."""
        options = self._options
        rows = torch.randint(len(self._images), (options.batch,), generator=self._generator)
        images = self._images[rows].permute(0, 3, 1, 2)
        if options.augment:
            images = crop_and_flip(images, self._generator)
        images = images.to(self._device, memory_format=torch.channels_last)
        self.student.train()
        answers = self.student(images.to(self._dtype)).float()
        self.student.eval()
        truth = None if self._truth is None else self._truth[rows]
        loss = self._loss(answers, self._float_answers(images), truth)
        self._optimizer.step(loss, self.schedule.learning_rate(step))
        if options.train_thresholds and (step + 1) % _REVIEW == 0:
            for form in self._forms().values():
                form.review()
        value = loss.item()
        # What is stored is limited, so that the loss alone need not show it.
        if not math.isfinite(value + nn.utils.get_total_norm(self.student.parameters()).item()):
            raise TabfabError(
                f"fine-tuning diverged in step {step + 1} (loss {value}): use a learning rate "
                f"below {options.learning_rate}"
            )
        return value

    def _loss(self, answers: Tensor, wanted: Tensor, truth: Tensor | None) -> Tensor:
        """Distance from the float network's answers, and from the targets."""
        temperature, share = self._options.temperature, self._options.label_weight
        loss = (1 - share) * self._task_loss.distance(answers, wanted, temperature)
        if truth is not None:
            loss = loss + share * self._task_loss.to_targets(answers, truth.to(answers.device))
        return loss

    @torch.no_grad()
    def _float_answers(self, images: Tensor) -> Tensor:
        network = self.student.network
        last = network.layers[-1].name
        with torch.autocast(self._device.type, self._dtype, self._dtype != torch.float32):
            answers = float_graph.run(network, images, keep=(last,))[last]
        return answers.permute(0, 2, 3, 1).flatten(1).float()

    @torch.no_grad()
    def _consider(self) -> None:
        """Keep the network as it is, if it is the best so far."""
        if self._judged is None:
            return
        total = 0.0
        for rows in batches(len(self._judged)):
            images = self.student.images(self._judged.images[rows], torch.float32)
            truth = None if self._judged_truth is None else self._judged_truth[rows]
            answers = self.student(images.to(self._dtype)).float()
            loss = self._loss(answers, self._float_answers(images), truth)
            total += loss.item() * len(images)
        self._judge.consider(total / len(self._judged), self._network())

    # ------------------------------------------------------------------------ conversion

    def _choose_trained(self, step: int) -> None:
        """Say which layers `step` trains: all, or those from the one on that was converted last.

        Gradients are exact then: none has to pass an encoder, since all that follows multiplies.
        """
        trained = self.schedule.layer(step) is None
        for layer in self.student.network.convs:
            trained = trained or layer.name == self.schedule.layer(step)
            self.student.conv(layer.name).requires_grad_(trained)
        if not self._options.joint_steps:  # which would train them again
            self._optimizer.drop_resting()

    def _convert(self, name: str) -> None:
        conv = self.student.conv(name)
        x = self.student.activations(self._calibration, conv.scaled.layer.inputs[0])
        convert(conv, x, self._methods[name], self._compiling.of(name))
        self._converted.add(name)
        self._optimizer.renew()

    def _convert_all(self) -> None:
        """Convert all layers as the compiler does, towards the float network's results."""
        network = self.student.network
        with torch.inference_mode():
            compilation = compile_graph(network, self._calibration, self._compiling)
        for name, learned in compilation.learned.items():
            conv = self.student.conv(name)
            conv.become(trained_form(self._methods[name], name).of(conv.scaled, learned))
        self._converted.update(self.schedule.layers)
        self._optimizer.renew()

    def _forms(self) -> dict[str, TrainedForm]:
        """Those of the layers that were converted."""
        return {
            name: self.student.conv(name).form
            for name in self.schedule.layers
            if name in self._converted
        }

    # ------------------------------------------------------------------------ checkpoints

    def _network(self) -> dict[str, Tensor]:
        """What makes the network, by name."""
        tensors = {f"student/{k}": v for k, v in self.student.state_dict().items()}
        for name, form in self._forms().items():
            tensors[f"converted/{name}"] = torch.tensor(True)
            tensors |= {f"form/{name}/{key}": array for key, array in form.arrays().items()}
        return tensors

    def _set_network(self, tensors: dict[str, Tensor]) -> None:
        """Be the network that `_network` was."""
        for name in _below("converted/", tensors):
            conv, method = self.student.conv(name), self._methods[name]
            arrays, options = _below(f"form/{name}/", tensors), self._compiling.of(name)
            conv.become(trained_form(method, name).restored(conv.scaled, arrays, options))
            self._converted.add(name)
        self.student.load_state_dict(_below("student/", tensors))

    def _tensors(self) -> dict[str, Tensor]:
        """Everything that steps change, by name."""
        tensors = self._network()
        tensors |= {f"optimizer/{k}": v for k, v in self._optimizer.state().items()}
        tensors |= {f"judge/{k}": v for k, v in self._judge.tensors().items()}
        return tensors | {"generator": self._generator.get_state()}

    def _restore(self, step: int, tensors: dict[str, Tensor]) -> None:
        """Be where a checkpoint was saved."""
        self._set_network(tensors)
        self._optimizer.set_state(_below("optimizer/", tensors))
        self._judge.restore(_below("judge/", tensors))
        self._generator.set_state(tensors["generator"])
        self._step = step


def _truth(data: ImageSet, task: Task, output: Shape, options: FinetuneOptions) -> Tensor | None:
    """What the network should answer, where that is to count in the loss."""
    if not options.label_weight:
        return None
    truth = None if data.targets is None else task.truth(data.targets, output)
    if truth is None:
        raise TabfabError(
            f"{data.name} has no targets for --task {task.name}, so they cannot have a share of "
            f"{options.label_weight:g} in the loss; leave --label-weight away, or give a data set "
            "that has them"
        )
    if options.augment and is_map(output):
        raise TabfabError(
            "--augment shifts and mirrors images, but not the maps that they should give; leave "
            "it or --label-weight away"
        )
    return torch.from_numpy(truth)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix`, without it."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
