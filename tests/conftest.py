"""What the tests of several rooms share."""

from __future__ import annotations

import os
import signal
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from amaranth.hdl import UnusedElaboratable

from support import object_cache, profiles  # noqa: F401 - loads the profile of property tests

if "PYTEST_XDIST_WORKER" in os.environ:  # the workers are as many as the cores already
    os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest.register_assert_rewrite("support.streams", "support.networks")
pytest_plugins = ["support.needs", "support.processor_time"]


def pytest_configure(config: pytest.Config) -> None:
    """Many tests build hardware for its timing rules or its refusals and never elaborate it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell that runs the tests in the background makes them deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("filterwarnings", "ignore::amaranth.hdl.UnusedElaboratable")
    _remember_objects(config)


def _remember_objects(config: pytest.Config) -> None:
    """Compile what Verilator writes once; ``pytest --cache-clear`` forgets it.

    The variable reaches xdist's workers, and a cache that the user has named goes before.
    """
    if "OBJCACHE" in os.environ:
        return
    if config.pluginmanager.hasplugin("cacheprovider"):
        directory = config.cache.mkdir("objects")
    else:
        scratch = TemporaryDirectory(prefix="tabfab-objects-")
        config.add_cleanup(scratch.cleanup)
        directory = Path(scratch.name)
    object_cache.clear_old(directory)
    os.environ["OBJCACHE"] = object_cache.command(directory)
    config.add_cleanup(lambda: os.environ.pop("OBJCACHE"))


def pytest_unconfigure() -> None:
    """The same for what is freed after the last test."""
    warnings.simplefilter("ignore", UnusedElaboratable)
