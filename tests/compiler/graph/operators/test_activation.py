"""Activation functions in double precision and by torch are the same functions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.graph import Activation, float_graph
from tabfab.compiler.graph.layers.functions import FUNCTIONS
from tabfab.compiler.graph.operators.activation import TORCH_FUNCTIONS
from tabfab.compiler.store.errors import TabfabError

X = np.concatenate([np.linspace(-30, 30, 4001), [-1e-3, 0, 1e-3]])
PARAMETERS = {"threshold": (0.25, 1.5), "softplus": (0.7, 6.0)}


def layer(function: str, channels: int = 1, **more: object) -> Activation:
    """A function whose parameters differ from channel to channel."""
    count = len(FUNCTIONS[function].parameters)
    parameters = np.array(PARAMETERS.get(function, (0.4, 1.3, 0.8)[:count]))
    table = parameters[:, None] * np.linspace(1, 0.5, channels) if count else np.empty((0, 1))
    return Activation(
        name="f", inputs=("x",), shape=(channels, 1, len(X)), function=function, parameters=table,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_torch_has_every_function() -> None:
    assert set(TORCH_FUNCTIONS) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_both_compute_the_same(function: str, channels: int) -> None:
    f = layer(
        function, channels, before=np.array([[0.9], [0.1]]), after=np.array([[-1.5], [0.2]]),
        low=-2.0, high=1.25,
    )  # fmt: skip
    x = torch.from_numpy(X).expand(1, channels, 1, len(X))
    expected = float_graph.before_clamp(f, [x]).clamp(-2.0, 1.25)[0, :, 0].numpy()
    np.testing.assert_allclose(np.broadcast_to(f.values(X), expected.shape), expected, atol=1e-9)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_said_of_signs_is_so(function: str) -> None:
    values = layer(function).values(X)
    if FUNCTIONS[function].nonnegative:
        assert (values >= 0).all()
    if FUNCTIONS[function].keeps_sign:
        assert (layer(function).values(np.abs(X)) >= 0).all()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20))
def test_every_channel_has_its_own_argument_too(numbers: list[float]) -> None:
    x = np.array([numbers, [2 * number for number in numbers]])
    both = layer("tanh", 2).values(x)
    np.testing.assert_array_equal(both, np.tanh(x))


def test_a_function_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(TabfabError, match="no activation function 'tan'; there are abs, tanh,"):
        Activation(name="f", inputs=("x",), shape=(1, 1, 1), function="tan")


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": np.empty((0, 1))},
        {"parameters": np.ones((1, 3))},
        {"parameters": np.ones(1)},
        {"before": np.ones((1, 1))},
        {"after": np.ones((2, 3))},
    ],
)
def test_parameters_of_another_shape_are_refused(wrong: dict[str, np.ndarray]) -> None:
    fields = {"parameters": np.ones((1, 2)), **wrong}
    with pytest.raises(TabfabError, match="'leaky_relu' have shape"):
        Activation(name="f", inputs=("x",), shape=(2, 1, 1), function="leaky_relu", **fields)
