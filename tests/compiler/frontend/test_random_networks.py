"""Random small networks: their graphs must compute what the modules do."""

from hypothesis import given

from support.profiles import examples
from support.random_networks import networks


@examples(25)
@given(networks(arithmetic=True))
def test_graphs_compute_what_their_modules_do(same, network):
    module, shape = network
    same(module, shape)
