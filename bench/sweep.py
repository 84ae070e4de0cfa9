#!/usr/bin/env python3
"""Sweeps: how fast beside a loop in a shell, what the engine costs, and what kills do to them.

    bench/sweep.py --cell speed --data-dir data/ --trials 200   # LeNet on MNIST, trained if need be
    bench/sweep.py --cell overhead --cell memory --cell kills
    bench/sweep.py --cell front --data-dir data/                # ResNet-8 for two FPGAs
    bench/sweep.py                                              # prints what there is

A cell that was run leaves a JSON file in ``sweep-results/``, and is not run again. ``speed`` has
one worker, two, and the verbs themselves in a shell loop with two jobs, in turns; ``kills``
ends a worker, the command or a cluster's scheduler with SIGKILL at moments that the seed says.
"""

from __future__ import annotations

import json
import os
import random
import shlex
import statistics
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import kept_rows
from cells import CellSettings, cell_parser, keep_result, parse, read_result, run_missing
from dask_cluster import Cluster, cluster
from sweep_kills import ROLES, TABFAB, command, killed_at, undisturbed
from tabfab.cli.sweeps.front import pareto_front
from tabfab.cli.sweeps.results import read_results
from tabfab.cli.sweeps.source import read_source
from tabfab.cli.sweeps.spec import read_sweep
from tabfab.cli.sweeps.store import Trial
from tabfab.cli.sweeps.trial import make_program
from tabfab.cli.train import train

CELLS = ("speed", "overhead", "memory", "kills", "front")
SHORT_TRIALS = 1000
DEVICES = ("ecp5-25k", "ecp5-85k")
JUDGED = 2000
_COMPILED = ("mask", "subspace-length", "prototypes", "tree-levels", "table-bits")
_FIGURES = ("accuracy", "fps", "luts", "block-rams", "multipliers")


@dataclass(frozen=True, kw_only=True)
class SweepSettings(CellSettings):
    """Settings of all cells.

    Parameters
    ----------
    data_dir: of MNIST and CIFAR-10.
    trials: of `speed` and `front`.
    rounds: of `speed`.
    moments: of `kills`.
    epochs: that networks are trained for.
    """

    data_dir: Path
    trials: int
    rounds: int
    moments: int
    epochs: int

    def model(self, network: str, data: str) -> Path:
        """The file of a trained network."""
        path = self.models / f"{network}.pt2"
        if not path.exists():
            source = {"data": data, "data_dir": self.data_dir}
            train(network=network, output=path, epochs=self.epochs, seed=self.seed, **source)
        return path.resolve()


def write_toml(folder: Path, text: str) -> Path:
    """A ``sweep.toml`` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sweep.toml").write_text(text)
    return folder / "sweep.toml"


def seconds_of(arguments: Sequence[str]) -> tuple[float, float]:
    """Wall and processor time of a command and all that it starts, a thread for each process.

    On a machine that has other work, processor time tells more.
    """
    start, before = time.monotonic(), os.times()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(arguments, check=True, capture_output=True, env=environment)
    after = os.times()
    used = after.children_user + after.children_system
    return time.monotonic() - start, used - before.children_user - before.children_system


# ------------------------------------------------------------------------------------- speed


def lenet_trials(count: int, seed: int) -> list[dict[str, int]]:
    """So many of the 200 settings that are tried."""
    all_of_them = [
        {"prototypes": k, "subspace-length": length, "table-bits": bits, "calibration-images": n}
        for k in (4, 8, 16, 32)
        for length in (1, 2, 4, 8, 16)
        for bits in (4, 5, 6, 7, 8)
        for n in (500, 1000)
    ]
    return random.Random(seed).sample(all_of_them, count)


def speed(settings: SweepSettings) -> dict[str, Any]:
    """One worker, two, and a loop in a shell with two jobs; (wall, processor) seconds of each."""
    model, trials = settings.model("lenet", "mnist"), lenet_trials(settings.trials, settings.seed)
    listed = "".join(
        "\n[[trials]]\ncompile = {" + ", ".join(f"{n} = {v}" for n, v in each.items()) + "}\n"
        for each in trials
    )
    head = f'model = "{model}"\ndata = "mnist"\ndata-dir = "{settings.data_dir.resolve()}"\n'
    judged = f'[evaluate]\nof = "test"\nimages = {JUDGED}\n'
    seconds: dict[str, list[tuple[float, float]]] = {
        "one worker": [], "two workers": [], "shell": [],
    }  # fmt: skip
    for _ in range(settings.rounds):
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            file = write_toml(folder, head + judged + listed)
            for name, workers in (("one worker", "1"), ("two workers", "2")):
                line = command(file, folder / workers, "--workers", workers)
                seconds[name].append(seconds_of(line))
            loop = shell_loop(model, settings.data_dir, trials, folder)
            seconds["shell"].append(seconds_of(["sh", "-c", loop]))
        print({name: each[-1] for name, each in seconds.items()}, flush=True)
    return {"trials": len(trials), "seconds": seconds}


def shell_loop(model: Path, data_dir: Path, trials: Sequence[dict[str, int]], folder: Path) -> str:
    """The same with the verbs: a line of compile and evaluate for each trial, two at a time."""
    tabfab = shlex.join(TABFAB)
    data = f"--data mnist --data-dir {shlex.quote(str(data_dir.resolve()))}"
    lines = []
    for number, trial in enumerate(trials):
        options = " ".join(f"--{name} {value}" for name, value in trial.items())
        program = folder / f"loop{number}"
        lines.append(
            f"{tabfab} compile {model} {data} {options} --held-out-images 0 -o {program} && "
            f"{tabfab} evaluate {program} {data} --images {JUDGED} --json > {program}.json"
        )
    jobs = folder / "jobs"
    jobs.write_text("".join(f"{line}\0" for line in lines))
    return f"xargs -0 -P 2 -I LINE sh -c LINE < {jobs}"


# ---------------------------------------------------------------------------------- overhead


def short_toml(settings: SweepSettings, count: int) -> str:
    """A sweep of so many trials, each of which takes a fraction of a second."""
    model = settings.model("mlp", "digits")
    return (
        f'model = "{model}"\ndata = "digits"\n[compile]\nmask = "none"\n'
        f"calibration-images = {{low = 20, high = {19 + count}}}\n[evaluate]\nimages = 20\n"
        "[needs]\nmemory = 1.0\n"
    )


def overhead(settings: SweepSettings) -> dict[str, Any]:
    """Seconds that a trial takes on one worker beyond what it takes in a loop in one process."""
    few, many = 20, 120
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        taken = {}
        for count in (few, many):
            file = write_toml(folder / str(count), short_toml(settings, count))
            line = command(file, folder / f"sweep{count}", "--workers", "1")
            taken[count], _ = seconds_of(line)
        sweep = read_sweep(file)
        source = read_source(sweep, folder)
        grid = list(sweep.space.grid())
        make_program(source, grid[0])
        start = time.monotonic()
        for each in grid[few:many]:
            make_program(source, each)
        alone = (time.monotonic() - start) / (many - few)
    swept = (taken[many] - taken[few]) / (many - few)
    return {"seconds swept": swept, "seconds alone": alone, "overhead": swept - alone}


# ------------------------------------------------------------------------------------ memory


def peak_mib(pid: int) -> float:
    """The most memory that a process had so far; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def memory(settings: SweepSettings) -> dict[str, Any]:
    """The most memory of the command, in which the scheduler is, and of a scheduler apart."""
    found: dict[str, Any] = {"trials": SHORT_TRIALS}
    for name in ("command with its scheduler", "scheduler apart"):
        with TemporaryDirectory() as scratch, ExitStack() as stack:
            folder = Path(scratch)
            file = write_toml(folder, short_toml(settings, SHORT_TRIALS))
            to, watched = ["--workers", "2"], 0
            if name == "scheduler apart":
                there: Cluster = stack.enter_context(cluster(folder))
                to, watched = ["--scheduler", there.address], there.scheduler.pid
            start, most = time.monotonic(), 0.0
            line = command(file, folder / "sweep", *to, "--json-only")
            running = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while running.poll() is None:
                most = max(most, peak_mib(watched or running.pid))
                time.sleep(0.2)
            done = len(list((folder / "sweep" / "trials").iterdir()))
            seconds = time.monotonic() - start
            found[name] = {"MiB": most, "seconds": seconds, "done": done}
        print(name, found[name], flush=True)
    return found


# ------------------------------------------------------------------------------------- kills


def kills(settings: SweepSettings) -> dict[str, Any]:
    """A kill at each of some moments, a worker, the command and a scheduler in turn."""
    chance = random.Random(settings.seed)
    came = []
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        text = (
            f'model = "{settings.model("mlp", "digits")}"\ndata = "digits"\n[compile]\n'
            'mask = "all"\nprototypes = [4, 8, 16, 32]\ntable-bits = {low = 4, high = 8}\n'
            "[plan]\n[needs]\nmemory = 1.0\n"
        )
        file = write_toml(folder / "reference", text)
        expected, seconds = undisturbed(file, folder / "reference" / "sweep")
        print(f"undisturbed: {seconds:.1f} s, {len(expected)} files", flush=True)
        for number in range(settings.moments):
            role = ROLES[number % len(ROLES)]
            moment = chance.uniform(0, seconds)
            own = write_toml(folder / str(number), text)
            killed = killed_at(role, moment, own, folder / str(number) / "sweep", expected)
            came.append({"role": role, "seconds": moment, **vars(killed), "holds": killed.holds})
            print(f"{role} after {moment:.1f} s: {killed}", flush=True)
    return {"undisturbed": seconds, "files": len(expected), "kills": came}


# ------------------------------------------------------------------------------------- front


def front_toml(model: Path, data_dir: Path, trials: int, seed: int) -> str:
    """The sweep of a ResNet-8 for both FPGAs."""
    return _resnet8_toml(
        model,
        data_dir,
        """\
mask = ["all-but-first", "all-but-first-last"]
subspace-length = [2, 4, 8]
prototypes = [8, 16, 32]
tree-levels = [5, 6, 7]
table-bits = [6, 8]
""",
        f"""\
[search]
sampler = "nsga2"
trials = {trials}
seed = {seed}
""",
    )


def by_hand_toml(model: Path, data_dir: Path) -> str:
    """What `bench/hardware.py` compiles ResNet-8 with: all but the first layer, sizes as usual."""
    return _resnet8_toml(model, data_dir, 'mask = "all-but-first"\n')


def _resnet8_toml(model: Path, data_dir: Path, compiled: str, search: str = "") -> str:
    """A sweep of a ResNet-8 for both FPGAs, of settings of `[compile]` and a table `[search]`."""
    return f"""\
model = "{model}"
data = "cifar10"
data-dir = "{data_dir.resolve()}"
objectives = ["accuracy", "fps"]
[compile]
{compiled}[plan]
device = {json.dumps(DEVICES)}
{search}[needs]
memory = 4.0
"""


def front(settings: SweepSettings) -> dict[str, Any]:
    """ResNet-8's front for each of both FPGAs, and the point by hand, tried in the same place."""
    folder, trials = settings.results / "front", settings.trials
    model = settings.model("resnet8", "cifar10")
    file = write_toml(folder, front_toml(model, settings.data_dir, trials, settings.seed))
    seconds, _ = seconds_of(command(file, folder / "sweep", "--json-only"))
    searched = read_results(folder / "sweep").trials
    hand = write_toml(folder / "by-hand", by_hand_toml(model, settings.data_dir))
    subprocess.run(command(hand, folder / "by-hand" / "sweep", "--json-only"), check=True)
    tried = read_results(folder / "by-hand" / "sweep").trials
    return {
        "seconds": seconds,
        "trials": len(searched),
        "failed": sum(bool(each.failure) for each in searched),
        "front": {device: rows_of(best(searched, device)) for device in DEVICES},
        "by hand": {device: rows_of(best(tried, device)) for device in DEVICES},
    }


def best(trials: Sequence[Trial], device: str) -> list[Trial]:
    """The front of the trials for a device."""
    of_device = [each for each in trials if each.settings["plan"]["device"] == device]
    return pareto_front(of_device, ("accuracy", "fps"))


def rows_of(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Settings of `tabfab compile`, and figures."""
    return [{**each.settings["compile"], **each.figures} for each in trials]


# ------------------------------------------------------------------------------------ report


def report(settings: SweepSettings) -> None:
    """Print what came of the cells that were run."""
    for name in CELLS:
        found = read_result(settings.results, name)
        if found is None:
            print(f"{name}: not run yet")
        elif name == "speed":
            for number, clock in enumerate(("wall", "processor")):
                rounds = found["seconds"].items()
                took = {each: statistics.median(s[number] for s in some) for each, some in rounds}
                two = took["two workers"]
                print(
                    f"speed: {found['trials']} trials, {clock} time: two workers {two:.0f} s, one "
                    f"{took['one worker'] / two:.2f} times that, a shell loop "
                    f"{took['shell'] / two:.2f} times"
                )
        elif name == "overhead":
            print(f"overhead: {found['overhead']:.3f} s a trial")
        elif name == "memory":
            print(f"memory: {json.dumps(found)}")
        elif name == "kills":
            held = sum(each["holds"] for each in found["kills"])
            print(f"kills: {held} of {len(found['kills'])} left nothing lost, mixed or running")
        else:
            print(
                f"front: {found['trials']} trials, {found['failed']} of which do not fit, "
                f"{found['seconds']:.0f} s\n"
            )
            columns = ["device", "chosen", *_COMPILED, *_FIGURES]
            print(kept_rows.heading(columns))
            for device in DEVICES:
                for kind in ("front", "by hand"):
                    for row in found[kind][device]:
                        print(kept_rows.line([device, kind, *cells_of(row)]))


def cells_of(row: dict[str, Any]) -> list[str]:
    """A point of `rows_of` as it is printed; settings that it was not given are the usual ones."""
    settings = [str(row.get(name, "usual")) for name in _COMPILED]
    figures = [
        f"{row[name]:.1%}" if name == "accuracy" else f"{row[name]:,.0f}" for name in _FIGURES
    ]
    return [*settings, *figures]


def main() -> None:
    """Run the cells that are named and have no result yet, then print all."""
    parser = cell_parser(__doc__, "sweep")
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=5)
    options = parse(parser, CELLS)
    settings = SweepSettings.of(options)
    settings.models.mkdir(parents=True, exist_ok=True)
    measured = {
        "speed": speed, "overhead": overhead, "memory": memory, "kills": kills, "front": front,
    }  # fmt: skip

    def run(name: str) -> None:
        keep_result(settings.results, name, {**measured[name](settings), "note": settings.note})

    run_missing(options.cell, settings.results, run, options.again)
    report(settings)


if __name__ == "__main__":
    main()
