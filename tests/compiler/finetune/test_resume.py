"""A killed fine-tuning goes on from its checkpoint, to the same program."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune import tuner
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.graph import Graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program.program_file import MANIFEST, TENSORS, save_program
from tabfab.compiler.store.errors import TabfabError

COMPILING = CompileOptions(mask=(0, 1, 1), subspace_length=3, prototypes=8, tree_levels=4)
TUNING = FinetuneOptions(
    steps_per_layer=13, joint_steps=16, batch=16, augment=True, train_thresholds=True
)


class KilledError(Exception):
    """What stops a run."""


def kill_after(step: int):
    def progress(done: int, total: int, what: str) -> None:
        if done == step:
            raise KilledError

    return progress


@pytest.fixture
def saves_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuner, "SAVE_SECONDS", 0.0)


@pytest.mark.usefixtures("saves_always")
@pytest.mark.parametrize("step", [5, 13, 31])
def test_resume_gives_the_same_bytes(
    network: Graph, few: ImageSet, tmp_path: Path, step: int
) -> None:
    whole = finetune_graph(network, few, COMPILING, TUNING, 100)
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(KilledError):
        finetune_graph(network, few, COMPILING, TUNING, 100, checkpoint, kill_after(step))
    seen: list[int] = []
    again = finetune_graph(
        network, few, COMPILING, TUNING, 100, checkpoint, lambda done, *_: seen.append(done)
    )
    assert seen == list(range(step + 1, 43))
    save_program(whole.program, tmp_path / "whole")
    save_program(again.program, tmp_path / "again")
    for name in (MANIFEST, TENSORS):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.usefixtures("saves_always")
def test_checkpoint_of_another_run_is_refused(
    network: Graph, few: ImageSet, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(KilledError):
        finetune_graph(network, few, COMPILING, TUNING, 100, checkpoint, kill_after(2))
    other = dataclasses.replace(TUNING, seed=1)
    with pytest.raises(TabfabError, match="another fine-tuning"):
        finetune_graph(network, few, COMPILING, other, 100, checkpoint)
    images = dataclasses.replace(few, images=np.ascontiguousarray(few.images[:, ::-1]))
    with pytest.raises(TabfabError, match="another fine-tuning"):
        finetune_graph(network, images, COMPILING, TUNING, 100, checkpoint)
    checkpoint.write_bytes(checkpoint.read_bytes()[:-9])
    with pytest.raises(TabfabError, match="is damaged"):
        finetune_graph(network, few, COMPILING, TUNING, 100, checkpoint)


@pytest.mark.usefixtures("saves_always")
@pytest.mark.parametrize(("joint_steps", "layers"), [(1, 2), (0, 1)])
def test_averages_are_kept_of_what_is_trained_again(
    network: Graph, few: ImageSet, tmp_path: Path, joint_steps: int, layers: int
) -> None:
    """Those of the layers before are not needed where the last phase does not train them."""
    checkpoint = tmp_path / "checkpoint"
    tuning = FinetuneOptions(steps_per_layer=2, joint_steps=joint_steps, batch=8)
    with pytest.raises(KilledError):
        finetune_graph(network, few, COMPILING, tuning, 100, checkpoint, kill_after(4))
    with safe_open(checkpoint, "pt") as file:
        averaged = {name for name in file.keys() if name.endswith("weight/exp_avg")}  # noqa: SIM118
    assert len(averaged) == layers
