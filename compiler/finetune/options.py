"""What a user may choose about fine-tuning. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..store.errors import TabfabError


@dataclass(frozen=True)
class FinetuneOptions:
    """How a network is trained while its layers become lookups, and after.

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
        it gained a little on the digits and lost on ResNet-8 (docs/results.md).
    precision: ``bfloat16`` is faster on processors and GPUs that multiply it, ``float32`` on
        others; ``auto`` takes the faster one for the device.
    device: torch device to train on; ``auto`` is a GPU where torch sees one.
    seed: of the order of the images and the augmentation. The same seed gives the same program
        on the same machine.
    """

    steps_per_layer: int = 30
    joint_steps: int = 1000
    batch: int = 128
    learning_rate: float = 3e-3
    temperature: float = 4.0
    label_weight: float = 0.0
    augment: bool = False
    train_thresholds: bool = False
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        _require(
            self.steps_per_layer >= 0 and self.joint_steps >= 0,
            f"the numbers of steps ({self.steps_per_layer} per layer, {self.joint_steps} joint) "
            "must not be negative",
        )
        _require(self.batch >= 2, f"a step takes at least 2 images, not {self.batch}")
        _require(
            self.learning_rate > 0,
            f"the learning rate must be above zero, not {self.learning_rate}",
        )
        _require(
            self.temperature > 0, f"the temperature must be above zero, not {self.temperature}"
        )
        _require(
            0 <= self.label_weight <= 1,
            f"the labels' share of the loss must lie in 0..1, not {self.label_weight}",
        )
        _require(
            self.precision in ("auto", "float32", "bfloat16"),
            f"the precision must be 'auto', 'float32' or 'bfloat16', not {self.precision!r}",
        )
        _require(self.seed >= 0, f"the seed must not be negative, as {self.seed} is")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise TabfabError(message)
