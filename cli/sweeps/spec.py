"""What a sweep is asked: the file ``sweep.toml``, or the same as Python values."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...compiler.data.load import has_name
from ...compiler.store.errors import TabfabError, reason, shown
from ...compiler.store.settings import require
from ...compiler.workers.needs import Needs
from .figures import Condition, parse_condition
from .space import Space, parse_space
from .verb_options import near, verb_options

SAMPLERS = ("grid", "random", "tpe", "nsga2")
_MEMORY = 2.0
"""GiB of a trial where nothing is said: torch, a data set, and a network that is no giant."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """How trials are chosen.

    Parameters
    ----------
    sampler: ``grid`` (all of them), or Optuna's ``random``, ``tpe`` or ``nsga2``.
    trials: how many of them; a grid has as many as it has.
    batch: proposed at a time, each knowing all before: results do not depend on how many workers
        there are, and as many workers have something to do.
    seed: of the sampler.
    """

    sampler: str = "grid"
    trials: int | None = None
    batch: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.sampler in SAMPLERS,
            f"[search] sampler is {' or '.join(SAMPLERS)}, not {self.sampler!r}"
            + near(self.sampler, SAMPLERS),
        )
        if self.sampler == "grid":
            require(
                self.trials is None, "a grid tries everything; leave trials away in [search], or "
                "choose another sampler"
            )  # fmt: skip
        else:
            require(self.trials is not None, "[search] needs the number of trials: trials = 100")
        require((self.trials or 1) >= 1, f"[search] takes at least 1 trial, not {self.trials}")
        require(self.batch >= 1, f"[search] batch must be at least 1, not {self.batch}")
        require(self.seed >= 0, f"[search] seed must not be negative, as {self.seed} is")


@dataclass(frozen=True, kw_only=True)
class Judging:
    """What trials are evaluated on.

    Parameters
    ----------
    of: ``held-out``: training images that no trial learns from, so that the test images stay
        unseen until a trial is chosen; or ``test``.
    images: of them, at most.
    """

    of: Literal["held-out", "test"] = "held-out"
    images: int = 2000

    def __post_init__(self) -> None:
        require(
            self.of in ("held-out", "test"),
            f"[evaluate] of is held-out or test, not {self.of!r}" + near(self.of, ["held-out"]),
        )
        require(self.images >= 1, f"[evaluate] takes at least 1 image, not {self.images}")


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A sweep.

    Parameters
    ----------
    model: the file of the network, as `tabfab compile` takes it; None where it is a class.
    module, weights: the network as a class in a Python file, and its weights, as there.
    data, test_data, data_dir, task, input_mean, input_std: as of `tabfab compile`.
    space: what is tried.
    search: how it is chosen.
    judging: what it is evaluated on.
    needs: of a trial.
    objectives: figures to be as good as can be; none for those that go without saying.
    constraints: that a trial must meet to be on the front.
    """

    model: Path | None = None
    module: str | None = None
    weights: Path | None = None
    data: str = "digits"
    test_data: str | None = None
    data_dir: Path | None = None
    task: str | None = None
    input_mean: str | None = None
    input_std: str | None = None
    space: Space
    search: Search = dataclasses.field(default_factory=Search)
    judging: Judging = dataclasses.field(default_factory=Judging)
    needs: Needs = dataclasses.field(default_factory=lambda: Needs(memory=_MEMORY))
    objectives: tuple[str, ...] = ()
    constraints: tuple[Condition, ...] = ()


_TOP = {
    "model": str,
    "module": str,
    "weights": str,
    "data": str,
    "test-data": str,
    "data-dir": str,
    "task": str,
    "input-mean": str,
    "input-std": str,
}
"""What stands above all tables, and of which type it is."""
_LISTS = ("objectives", "constraints")
_PARTS: dict[str, type] = {"search": Search, "evaluate": Judging, "needs": Needs}
_TRIALS = "trials"


def read_sweep(path: Path) -> Sweep:
    """The sweep in the file `path`; files that it names are looked for from its folder.

    Raises
    ------
    TabfabError: it cannot be read, or says something that cannot be.
    """
    try:
        document = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TabfabError(f"{path} is not TOML ({reason(error)}); mend that line") from None
    except OSError as error:
        raise TabfabError(f"{path} cannot be read ({error.strerror}); give a sweep.toml") from None
    try:
        return parse_sweep(document, path.parent)
    except TabfabError as error:
        raise TabfabError(f"{path}: {error}") from error


def parse_sweep(document: Mapping[str, Any], folder: Path = Path()) -> Sweep:
    """The sweep that `document`, as of a ``sweep.toml``, describes.

    Parameters
    ----------
    document: tables as dictionaries.
    folder: from which its files are looked for.

    Raises
    ------
    TabfabError: a name or value is none, or there is nothing to try.

    Examples
    --------
    >>> sweep = parse_sweep({"model": "lenet.pt2", "compile": {"prototypes": [8, 16]}})
    >>> [settings["compile"] for settings in sweep.space.grid()]
    [{'prototypes': 8}, {'prototypes': 16}]
    """
    known = [*_TOP, *_LISTS, *verb_options(), *_PARTS, _TRIALS]
    for name in document:
        if name not in known:
            hint = near(name, known) or f"; there are {', '.join(known)}"
            raise TabfabError(f"there is no setting or table {name!r}{hint}")
    top = {name: _top(name, document[name]) for name in _TOP if name in document}
    if ("model" in top) == ("module" in top):
        raise TabfabError(
            "it must name one network: model = 'model.pt2', a file of 'tabfab train', or your own "
            "class, module = 'nets.py:Net'"
        )
    lists = {name: _texts(name, document[name]) for name in _LISTS if name in document}
    parts = {name: _part(name, document[name]) for name in _PARTS if name in document}
    data = str(top.get("data", "digits"))
    sweep = Sweep(
        model=folder / top["model"] if "model" in top else None,
        module=str(folder / top["module"]) if "module" in top else None,
        weights=folder / top["weights"] if "weights" in top else None,
        data=_place(data, folder),
        test_data=_place(top["test-data"], folder) if "test-data" in top else None,
        data_dir=folder / Path(top["data-dir"]).expanduser() if "data-dir" in top else None,
        task=top.get("task"),
        input_mean=top.get("input-mean"),
        input_std=top.get("input-std"),
        space=parse_space(document),
        search=parts.get("search", Search()),
        judging=parts.get("evaluate", Judging()),
        needs=parts.get("needs", Needs(memory=_MEMORY)),
        objectives=lists.get("objectives", ()),
        constraints=tuple(
            parse_condition(text, "constraints") for text in lists.get("constraints", ())
        ),
    )
    _check_search(sweep)
    return sweep


def _check_search(sweep: Sweep) -> None:
    if sweep.search.sampler != "grid" and sweep.space.listed:
        raise TabfabError(
            f"[[trials]] lists the trials, and [search] has the sampler {sweep.search.sampler}; "
            "leave one away"
        )


def _top(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TabfabError(f"{name} is a text, not {shown(value)}")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TabfabError(f"{name} is a list of texts, not {shown(value)}")
    if len(set(value)) < len(value):
        raise TabfabError(f"{name} lists one twice; leave it away")
    return tuple(value)


def _part(name: str, value: object) -> Any:
    """The dataclass that a table describes."""
    kind = _PARTS[name]
    fields = {each.name: each for each in dataclasses.fields(kind)}
    if not isinstance(value, dict):
        raise TabfabError(f"[{name}] is a table of settings, not {shown(value)}")
    defaults = {"memory": _MEMORY} if name == "needs" else {}
    for key, given in value.items():
        if key not in fields:
            hint = near(key, fields) or f"; there are {', '.join(fields)}"
            raise TabfabError(f"[{name}] has no setting {key!r}{hint}")
        hint = str(fields[key].type)
        expected: tuple[type, ...] = (int,) if "int" in hint else (str,)
        if "float" in hint:
            expected = (int, float)
        if type(given) not in expected:
            what = "a text" if expected == (str,) else "a number"
            whole = "a whole number" if expected == (int,) else what
            raise TabfabError(f"[{name}] {key} is {whole}, not {shown(given)}")
    return kind(**{**defaults, **value})


def _place(data: str, folder: Path) -> str:
    """A data set: its name, or where its file is."""
    return data if has_name(data) else str(folder / data)
