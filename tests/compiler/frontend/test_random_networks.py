"""Random small networks: their graphs must compute what the modules do."""

from hypothesis import given, settings

from support.random_networks import networks


@settings(max_examples=25, deadline=None, derandomize=True)
@given(networks())
def test_graphs_compute_what_their_modules_do(same, network):
    module, shape = network
    same(module, shape)
