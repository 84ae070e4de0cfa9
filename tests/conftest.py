"""What the tests of several rooms share."""

from __future__ import annotations

import gc
import os
import signal
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from amaranth.hdl import UnusedElaboratable

from support import object_cache, profiles

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
    if profiles.PROFILE != "long" and "OBJCACHE" not in os.environ:
        _compile_models_quickly(config)


def pytest_collection_finish() -> None:
    """What is loaded now stays; looking through it for garbage took a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _compile_models_quickly(config: pytest.Config) -> None:
    """Compile the models that Verilator makes in less time than they are compiled for users.

    They run for so few clocks that optimization takes longer than it saves, and their files, in
    one, take less time than each with a precompiled header. An object that was made before is
    taken from a cache, which ``pytest --cache-clear`` empties. xdist's workers inherit the
    variables.
    """
    if config.pluginmanager.hasplugin("cacheprovider"):
        directory = config.cache.mkdir("objects")
    else:
        scratch = TemporaryDirectory(prefix="tabfab-objects-")
        config.add_cleanup(scratch.cleanup)
        directory = Path(scratch.name)
    object_cache.clear_old(directory)
    variables = {
        "OBJCACHE": object_cache.command(directory),
        "CXXFLAGS": f"{os.environ.get('CXXFLAGS', '')} -O0",
        "GNUMAKEFLAGS": f"{os.environ.get('GNUMAKEFLAGS', '')} VM_PARALLEL_BUILDS=0",
    }
    saved = dict(os.environ)
    config.add_cleanup(lambda: (os.environ.clear(), os.environ.update(saved)))
    os.environ.update(variables)


def pytest_unconfigure() -> None:
    """The same for what is freed after the last test."""
    warnings.simplefilter("ignore", UnusedElaboratable)
