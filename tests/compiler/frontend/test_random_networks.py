"""Random small networks: their graphs must compute what the modules do."""

import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.draft.call import LOWERINGS
from tabfab.compiler.store.errors import TabfabError

from support import random_operators
from support.profiles import examples
from support.random_networks import networks

LOWERED = {
    name
    for target, lowering in LOWERINGS.items()
    if not (name := str(target).split(".")[1]).startswith("_")  # torch's own, nobody writes them
    and not lowering.__name__.startswith("refuse")
}


@examples(25)
@given(networks(arithmetic=True))
def test_graphs_compute_what_their_modules_do(same, network):
    module, shape = network
    same(module, shape)


def check(same, network):
    """Compare a network with torch; one that is refused counts for nothing."""
    module, shape = network
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            imported = import_network(module, shape)
        except TabfabError:
            assume(False)
        if not imported.ending:  # which changes what comes out
            same(module, shape, tolerance=1e-3)


@examples(60)
@given(random_operators.networks())
def test_graphs_of_all_operators_compute_what_their_modules_do(same, network):
    check(same, network)


def test_every_operator_is_drawn():
    """A new operator of the catalog needs a form in `support/random_operators.py`."""
    drawn = set(random_operators.FORMS) | set(random_operators.ENDINGS)
    assert LOWERED - drawn - set(random_operators.INTERNAL) == set()
    assert drawn - LOWERED == set()


@pytest.mark.slow("the test before draws all of them, in fewer combinations")
@pytest.mark.parametrize("operator", sorted(random_operators.FORMS))
@examples(8)
@given(data=st.data())
def test_each_operator_by_itself(same, operator, data):
    check(same, data.draw(random_operators.networks(only=operator)))
