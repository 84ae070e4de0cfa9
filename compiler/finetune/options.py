"""What a user may choose about fine-tuning. Nothing here imports torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from ..store.settings import require, setting


@dataclass(frozen=True)
class FinetuneOptions:
    """How a network is trained while its layers are converted, and after.

    Parameters
    ----------
    steps_per_layer: training steps after each layer's conversion, of that layer and those behind
        it; with 0 all layers are converted first, as `compile_graph` does.
    joint_steps: training steps once all layers are converted. The best state of them is kept, the
        start included, as images tell that were set aside.
    batch: images per step.
    learning_rate: of Adam, relative: about the share of its own size (root mean square) that a
        tensor changes by in a step. After each layer's conversion, and in the joint steps, it
        falls to zero along half a cosine.
    temperature: that both networks' answers are divided by before the student is compared with
        the float network (Hinton et al., arXiv 1503.02531).
    label_weight: share of the loss that is cross entropy with the labels, 0..1; the rest is the
        comparison with the float network.
    augment: random crops and mirror images; for photographs, not for digits.
    train_thresholds: move the thresholds of comparator trees too, once all layers train together;
        it gained a little on the digits and lost on ResNet-8 (docs/notebook).
    precision: ``bfloat16`` is faster on processors and GPUs that multiply it, ``float32`` on
        others; ``auto`` takes the faster one for the device.
    device: torch device to train on; ``auto`` is a GPU where torch sees one.
    seed: of the order of the images and the augmentation. The same seed gives the same program
        on the same machine.
    """

    about: ClassVar[str] = "Training"

    steps_per_layer: int = setting(
        30,
        "Training steps after each layer's conversion, of that layer and those behind it.",
        least=0,
    )
    joint_steps: int = setting(
        1000,
        "Training steps once all layers are converted. The best state is kept, by images set "
        "aside: coarse tables for digits gain, ResNets on CIFAR-10 did not.",
        least=0,
    )
    batch: int = setting(128, "Images per step.")
    learning_rate: float = setting(
        3e-3,
        "About the share of its size that a tensor changes by in a step of Adam; it falls to zero "
        "after each layer's conversion, and in the joint steps.",
    )
    temperature: float = setting(
        4.0,
        "What both networks' answers are divided by before they are compared: the higher, the "
        "more the answers beside the largest count.",
    )
    label_weight: float = setting(
        0.0,
        "Share of the labels in the loss, 0 to 1; the rest is distillation from the float network.",
    )
    augment: bool = setting(
        False, "Shift and mirror the images at random: for photographs, not for digits."
    )
    train_thresholds: bool = setting(
        False,
        "Move the encoders' thresholds too; seldom helps.",
        option="--thresholds/--no-thresholds",
    )
    precision: Literal["auto", "float32", "bfloat16"] = setting(
        "auto", "Of activations in training; auto: bfloat16 where it is fast."
    )
    device: str = setting("auto", "Torch device; auto: a GPU where torch sees one, else the CPU.")
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.steps_per_layer >= 0 and self.joint_steps >= 0,
            f"the numbers of steps ({self.steps_per_layer} per layer, {self.joint_steps} joint) "
            "must not be negative",
        )
        require(self.batch >= 2, f"a step takes at least 2 images, not {self.batch}")
        require(
            0 < self.learning_rate < math.inf,
            f"the learning rate must be above zero, not {self.learning_rate}",
        )
        require(
            0 < self.temperature < math.inf,
            f"the temperature must be above zero, not {self.temperature}",
        )
        require(
            0 <= self.label_weight <= 1,
            f"the labels' share of the loss must lie in 0..1, not {self.label_weight}",
        )
        require(
            self.precision in ("auto", "float32", "bfloat16"),
            f"the precision must be 'auto', 'float32' or 'bfloat16', not {self.precision!r}",
        )
        require(self.seed >= 0, f"the seed must not be negative, as {self.seed} is")
