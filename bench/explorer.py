"""How near the mask explorer's predictions come to plans and compiled programs, on random masks.

    python bench/explorer.py --model resnet20.pt2 --data cifar10 --data-dir data/

prints for each mask: how long a toggle takes, what is predicted of hardware beside the plan, and of
accuracy beside the compiled program, on the same images; then the median and the largest error.
What is compiled is kept in the output folder, what single layers lose in one beside it, so that a
run that was stopped goes on; with --prepare nothing else is done, and a run after it takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import statistics
import time
from pathlib import Path
from typing import Any

from kept_tries import KeptTries
from tabfab.cli.explorer.begin import Wanted, begin
from tabfab.cli.explorer.choices import Choice, default_choice
from tabfab.cli.explorer.document import session_document
from tabfab.cli.explorer.jobs import baseline, compile_mask, fold, plan_mask, try_layer
from tabfab.cli.explorer.losses import Baseline
from tabfab.cli.explorer.session import Session
from tabfab.cli.explorer.settings import ChosenMask
from tabfab.cli.sweeps.spec import Judging
from tabfab.compiler.store.errors import TabfabError


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--device", default="ecp5-85k")
    parser.add_argument("--masks", type=int, default=20)
    parser.add_argument("--methods", default="table,exact,dyadic", help="drawn among, for a layer")
    parser.add_argument("--sizes", default="2x16,4x16,4x8,2x8", help="L x K of table layers")
    parser.add_argument("--judged-on", choices=["held-out", "test"], default="held-out")
    parser.add_argument("--judged-images", type=int, default=1000)
    parser.add_argument("--calibration-images", type=int, default=1000)
    parser.add_argument("--no-compile", action="store_true", help="plans alone")
    parser.add_argument("--prepare", action="store_true", help="try layers and compile, no more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", "-o", type=Path, default=Path("explored"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = asyncio.run(_measured(arguments))
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows, **vars(arguments)}, default=str))
    if not arguments.prepare:
        _print(rows)


async def _measured(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    session = begin(
        Wanted(
            network=arguments.model,
            data=arguments.data,
            test_data=None,
            data_dir=arguments.data_dir,
            task=None,
            input_mean=None,
            input_std=None,
            mask=None,
            output=arguments.output,
            judging=Judging(of=arguments.judged_on, images=arguments.judged_images),
            planned={"device": arguments.device},
            compiled={"calibration-images": arguments.calibration_images, "seed": 0},
            given={},
        )
    )
    try:
        return await _rows(session, arguments)
    finally:
        session.end()


async def _rows(session: Session, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    draws = random.Random(arguments.seed)
    methods = arguments.methods.split(",")
    sizes = [tuple(map(int, each.split("x"))) for each in arguments.sizes.split(",")]
    kept = _kept(arguments)
    if not arguments.no_compile:
        session.losses.set_baseline(await _baseline(session, kept))
        print(f"float {session.losses.float_figure}, exact {session.losses.exact_figure}")
    if not arguments.prepare:
        # The network of the first mask says what lies between layers, as on the page.
        await _folded(session)
        await session._fit()
    rows, seen = [], set[tuple[Choice, ...]]()
    known: list[tuple[ChosenMask, float]] = []
    for number in range(arguments.masks):
        session.mask = _new_mask(draws, methods, sizes, session, seen)
        if not arguments.no_compile:
            await _tried(session, kept)
        row: dict[str, Any] = {"mask": number}
        row["methods"] = ",".join(choice.method for choice in session.mask.values())
        if arguments.prepare:
            print(row | await _compiled(session), flush=True)
            continue
        await _folded(session)
        session_document(session)
        started, busy = time.perf_counter(), time.process_time()
        document = session_document(session)
        row["ms"] = 1e3 * (time.perf_counter() - started)
        row["processor_ms"] = 1e3 * (time.process_time() - busy)
        started = time.perf_counter()
        estimate = session.costs.estimated(session.mask)
        row["estimate_ms"] = 1e3 * (time.perf_counter() - started)
        row["predicted"] = document["hardware"]
        row["figure"] = document["figure"]["predicted"]
        row["fits"] = estimate.fits
        started = time.perf_counter()
        await session._fit()
        row["fit_s"] = time.perf_counter() - started
        row["looked"] = session_document(session)["hardware"]
        started = time.perf_counter()
        planned = await session.folding.run(plan_mask, dict(session.mask))
        row["plan_s"] = time.perf_counter() - started
        row["refused"] = planned.refused
        if planned.cells is not None:
            row["plan"] = {"clocks": planned.clocks, **vars(planned.cells.rounded())}
        if not arguments.no_compile:
            row |= await _compiled(session)
        if "program" in row:
            # Of masks before alone: the folder may have this one and those to come.
            known.append((dict(session.mask), row["program"][session.points.figure]))
            session.losses.learn(known)
        session.costs.note(dict(session.mask), planned)
        rows.append(row)
        _tell(row)
    return rows


def _new_mask(
    draws: random.Random,
    methods: list[str],
    sizes: list[tuple[int, ...]],
    session: Session,
    seen: set[tuple[Choice, ...]],
) -> dict[str, Choice]:
    """A mask that was not drawn before."""
    while True:
        share = draws.random()  # of layers that stay as they are
        mask = {
            layer: default_choice("exact", session.about.base)
            if draws.random() < share
            else _drawn(draws, methods, sizes, session)
            for layer in session.mask
        }
        if tuple(mask.values()) not in seen:
            seen.add(tuple(mask.values()))
            return mask


def _drawn(
    draws: random.Random, methods: list[str], sizes: list[tuple[int, ...]], session: Session
) -> Choice:
    choice = default_choice(draws.choice(methods), session.about.base)
    if choice.method == "table":
        length, prototypes = draws.choice(sizes)
        choice = choice.with_setting("subspace_length", length)
        choice = choice.with_setting("prototypes", prototypes)
    return choice


def _kept(arguments: argparse.Namespace) -> KeptTries:
    """What was measured of this network with these images."""
    names = ("data", "judged_on", "judged_images", "calibration_images")
    source = {name: getattr(arguments, name) for name in names}
    network = hashlib.sha256(arguments.model.read_bytes()).hexdigest()
    folder = arguments.output.with_name(f"{arguments.output.name}-tried")
    return KeptTries(folder, {**source, "network": network})


async def _baseline(session: Session, kept: KeptTries) -> Baseline:
    found = kept.baseline()
    if found is None:
        found = await session.trying.run(baseline)
        kept.keep_baseline(found)
    return found


async def _tried(session: Session, kept: KeptTries) -> None:
    """Know what each layer of the mask loses by itself."""
    for layer, choice in session.mask.items():
        if session.losses.knows(layer, choice):
            continue
        tried = kept.tried(layer, choice)
        if tried is None:
            tried = await session.trying.run(try_layer, layer, choice)
            kept.keep(layer, choice, tried)
        session.losses.add(layer, choice, tried)


async def _folded(session: Session) -> None:
    for layer, choice in session.mask.items():
        kind = session.costs.kind(layer, choice)
        if kind not in session.costs.ways:
            session.costs.ways[kind] = await session.folding.run(fold, layer, choice, kind)


async def _compiled(session: Session) -> dict[str, Any]:
    """Figures of the program, compiled and planned, or found in the output folder."""
    settings = session.settings
    trial = session.points.trials.get(session.points.name(settings))
    started = time.perf_counter()
    if trial is None:
        outcome = await session.trying.run(compile_mask, settings)
        trial = session.points.add(settings, outcome)
    if trial.failure:
        return {"failure": trial.failure}
    return {"program": dict(trial.figures), "compile_s": time.perf_counter() - started}


def _tell(row: dict[str, Any]) -> None:
    told = [f"mask {row['mask']:2} {row['ms']:5.1f} ms, estimate {row['estimate_ms']:5.1f} ms"]
    made, plan = row["predicted"], row.get("plan")
    if plan and made["clocks"]:
        told.append(f"clocks {made['clocks']:,} for {plan['clocks']:,}")
        for name in ("luts", "block_rams", "multipliers"):
            told.append(f"{name} {made['cells'][name]:,.0f} for {plan[name]:,.0f}")
    else:
        told.append(f"fits {row['fits']}: {row['refused'][:60]}")
    if "program" in row:
        own = row["program"]
        told.append(f"program: {own['clocks']:,} clocks, {own['luts']:,.0f} luts")
        told.append(f"accuracy {row['figure']:.2%} for {own['accuracy']:.2%}")
    print("; ".join(told), flush=True)


def _print(rows: list[dict[str, Any]]) -> None:
    """Print a Markdown table of errors, as `bench/record.py` keeps it."""
    planned = [row for row in rows if row.get("plan") and row["predicted"]["clocks"]]
    print(f"\n{len(planned)} of {len(rows)} masks fit, and are counted\n")
    print("| predicted | of what | median error | largest error | near |")
    print("|---|---|---|---|---|")
    times = [row["ms"] for row in rows]
    near = f"{sum(each < 100 for each in times)} of {len(times)} under 100 ms"
    print(f"| nothing: all that a toggle asks for, in ms | | {_middle(times)} | {near} |")
    busy = [row["processor_ms"] for row in rows]
    print(f"| nothing: the same of processor time | | {_middle(busy)} | |")
    searches = [row["fit_s"] for row in rows]
    print(f"| nothing: the planner's search, a second later, in s | | {_middle(searches)} | |")
    for said, words in (("predicted", "at once"), ("looked", "a second later")):
        for what in ("plan", "program"):
            some = [row for row in planned if row.get(what)]
            for name in ("clocks", "luts", "block_rams", "multipliers"):
                pairs = [(_of(row[said], name), row[what][_name(what, name)]) for row in some]
                errors = [100 * abs(made - true) / max(true, 1) for made, true in pairs]
                if errors:
                    near = sum(error <= 10 for error in errors)
                    print(
                        f"| {name.replace('_', ' ')} {words} | the {what}'s "
                        f"| {_middle(errors).replace(' | ', ' % | ')} % "
                        f"| {near} of {len(errors)} within 10 % |"
                    )
    judged = [row for row in rows if "program" in row and row["figure"] is not None]
    errors = [100 * abs(row["figure"] - row["program"]["accuracy"]) for row in judged]
    if errors:
        near = sum(error <= 1 for error in errors)
        print(
            f"| accuracy | the program's | {_middle(errors).replace(' | ', ' points | ')} points "
            f"| {near} of {len(errors)} within 1 point |"
        )


def _of(made: dict[str, Any], name: str) -> float:
    return float(made["clocks"] if name == "clocks" else made["cells"][name])


def _name(what: str, name: str) -> str:
    return name.replace("_", "-") if what == "program" else name


def _middle(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} | {max(values):.1f}"


if __name__ == "__main__":
    try:
        main()
    except TabfabError as error:
        raise SystemExit(f"error: {error}") from None
