"""Reports of place and route that `tabfab synth --pnr` keeps in a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...compiler.store.errors import TabfabError
from ...compiler.store.json_text import read_json
from ...compiler.store.records.decode_record import decode_record
from .critical_path import CriticalPath, Step
from .nextpnr import DEFAULT_PLACER, check_placer
from .place_and_route import PnrReport, report_file
from .targets import targets


@dataclass(frozen=True)
class _Used:
    """How much of a resource is used."""

    used: int
    available: int


@dataclass(frozen=True)
class _Part:
    """A component on the slowest path."""

    component: str
    ns: float


@dataclass(frozen=True)
class _Path:
    """The slowest path, as `PnrReport.document` has it."""

    clock: str
    delay_ns: float
    routing_ns: float
    components: tuple[_Part, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Document:
    """What `PnrReport.document` gives."""

    device: str
    seed: int
    fmax_mhz: float
    utilization: dict[str, _Used]
    path: _Path | None
    clocks_per_image: int
    seconds: float
    images_per_second: float
    placer: str = DEFAULT_PLACER


def kept_reports(directory: Path) -> list[PnrReport]:
    """What place and route came to on each device, as it is kept in a build.

    Parameters
    ----------
    directory: of the build.

    Raises
    ------
    TabfabError: a report is damaged.
    """
    files = [directory / report_file(device) for device in targets()]
    return [_read(file) for file in files if file.exists()]


def _read(file: Path) -> PnrReport:
    advice = f"remove it and run 'tabfab synth {file.parent} --pnr' again"
    try:
        read = decode_record(_Document, read_json(file, advice), "the report", {})
        if read.fmax_mhz <= 0 or read.clocks_per_image < 1:
            raise TabfabError("its clocks must be above none")
        check_placer(read.placer)
    except TabfabError as error:
        raise TabfabError(f"{file} is not what place and route wrote: {error}; {advice}") from error
    return PnrReport(
        device=read.device,
        seed=read.seed,
        fmax_mhz=read.fmax_mhz,
        utilization={name: (each.used, each.available) for name, each in read.utilization.items()},
        path=None if read.path is None else CriticalPath(read.path.clock, read.path.steps),
        clocks_per_image=read.clocks_per_image,
        seconds=read.seconds,
        placer=read.placer,
    )
