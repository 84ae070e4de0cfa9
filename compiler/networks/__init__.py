"""The built-in networks: plain modules that take images in [0, 1] and normalize them inside."""

from .normalize import Normalize
from .registry import NETWORKS, Network, build, find_network
from .settings import NetworkSettings

__all__ = ["NETWORKS", "Network", "NetworkSettings", "Normalize", "build", "find_network"]
