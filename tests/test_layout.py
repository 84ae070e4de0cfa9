"""The rooms import one way, and only the compiler knows torch."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("compiler", "hw", "sim", "boards", "cli")
"""Each may import itself and those before it."""

TORCH_FREE = (
    "compiler.data",
    "compiler.finetune.options",
    "compiler.finetune.schedule",
    "compiler.finetune.source",
    "compiler.graph.graph",
    "compiler.mask.goal",
    "compiler.mask.priority",
    "compiler.methods.catalog",
    "compiler.methods.exact.options",
    "compiler.methods.mask",
    "compiler.methods.method",
    "compiler.methods.options",
    "compiler.methods.table.options",
    "compiler.options",
    "compiler.program",
    "compiler.recipes",
    "compiler.store",
    "compiler.tasks",
    "compiler.workers",
)
"""What the command may load of the compiler without waiting for torch."""

ORDER = (
    "compiler.store", "compiler.store.records", "compiler.workers",
    "compiler.program.activation", "compiler.program.shapes", "compiler.program.encoders",
    "compiler.program.operations", "compiler.program.nodes", "compiler.program",
    "compiler.tasks",
    "compiler.graph.layers", "compiler.graph.operators", "compiler.graph",
    "compiler.data", "compiler.networks", "compiler.train",
    "compiler.scales.tensor_scale", "compiler.scales.quantize", "compiler.scales.operators",
    "compiler.scales",
    "compiler.frontend.draft", "compiler.frontend.operators", "compiler.frontend",
    "compiler.methods.options", "compiler.methods.method", "compiler.methods.windows",
    "compiler.methods.fitting", "compiler.methods.training", "compiler.methods.exact",
    "compiler.methods.dyadic", "compiler.methods.haste",
    "compiler.methods.table", "compiler.methods.table.training",
    "compiler.methods.table.method", "compiler.methods",
    "compiler.options", "compiler.recipes", "compiler.convert.operators", "compiler.convert",
    "compiler.compile", "compiler.mask", "compiler.finetune.student", "compiler.finetune",
    "hw.device.cells", "hw.device.family", "hw.device.families", "hw.device",
    "hw.logic", "hw.stream", "hw.window", "hw.engine", "hw.network",
    "hw.nodes.methods", "hw.nodes.methods.table", "hw.nodes.methods.exact",
    "hw.nodes.methods.dyadic", "hw.nodes.methods.haste", "hw.nodes.operators", "hw.nodes",
    "hw.plan", "hw.rtl", "hw.build", "hw.synth", "hw.pnr",
    "sim.models.parts", "sim.models.methods", "sim.models.operators", "sim.models",
    "sim.reference.parts", "sim.reference.methods", "sim.reference.operators", "sim.reference",
    "sim.cells", "sim.bench", "sim.simulate",
    "sim.proofs.formal_bench", "sim.proofs.proof", "sim.proofs.contents",
    "sim.proofs.components", "sim.proofs.methods",
    "sim.proofs",
    "sim.mutation.mutant", "sim.mutation.equivalence", "sim.mutation.extremes", "sim.mutation",
    "boards.pins", "boards.board", "boards.clocks", "boards.link",
    "boards.link.gateware", "boards.flows",
    "boards.records", "boards", "boards.simulated", "cli",
)  # fmt: skip
"""Each may import what stands before it and itself. A name stands for all modules below it that
have no longer name here."""

LARGEST_FOLDER = 12
"""Modules beside ``__init__.py``, in the rooms of the design card."""

NEEDED = {"compiler.workers.dask_workers": "distributed"}
"""Modules that need an extra, and what it brings."""

SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def module_name(path: Path) -> str:
    """``hw.engine.folding`` for its file; the package itself for an ``__init__.py``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that `path` imports when it runs, tabfab's own without it.

    What stands under ``if TYPE_CHECKING`` never runs.
    """
    tree = ast.parse(path.read_text())
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.removeprefix("tabfab.")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module))).removeprefix("tabfab.")
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}" if module else alias.name


IMPORTS = {path: list(imports(path)) for path in SOURCES}


def wrong_imports(is_wrong: Callable[[Path, str], bool]) -> list[str]:
    """All lines that import what `is_wrong` says of their file."""
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, imported in IMPORTS.items()
        for line, name in imported
        if is_wrong(path, name)
    ]


def test_imports_point_one_way() -> None:
    def later(path: Path, name: str) -> bool:
        room = path.relative_to(ROOT).parts[0]
        return name.split(".")[0] in ROOMS[ROOMS.index(room) + 1 :]

    assert wrong_imports(later) == []


def place(name: str) -> int:
    """Where a module stands in `ORDER`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in ORDER:
            return ORDER.index(prefix)
    raise AssertionError(f"{name} has no place in ORDER")


def test_imports_between_folders_point_one_way() -> None:
    def stands_after(path: Path, name: str) -> bool:
        here = module_name(path)
        return name.split(".")[0] in ROOMS and here not in ROOMS and place(name) > place(here)

    assert wrong_imports(stands_after) == [], "these stand after the importing file in ORDER"


def test_every_entry_of_the_order_is_a_module() -> None:
    known = {module_name(path) for path in SOURCES}
    assert set(ORDER) <= known
    assert len(set(ORDER)) == len(ORDER)


def test_no_folder_has_more_than_a_dozen_modules() -> None:
    folders: dict[Path, int] = {}
    for path in SOURCES:
        if path.name != "__init__.py" and path.relative_to(ROOT).parts[0] != "cli":
            folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {folder: count for folder, count in folders.items() if count > LARGEST_FOLDER} == {}


def test_only_the_compiler_imports_torch() -> None:
    def torch_elsewhere(path: Path, name: str) -> bool:
        return name.split(".")[0] == "torch" and not path.is_relative_to(ROOT / "compiler")

    assert wrong_imports(torch_elsewhere) == []


def test_hardware_and_simulation_run_without_torch() -> None:
    names = [
        module_name(path)
        for path in SOURCES
        if module_name(path).startswith(("hw", "sim", "boards", *TORCH_FREE))
        if find_spec(NEEDED.get(module_name(path), "sys")) is not None
    ]
    lines = ["import sys", "sys.modules['torch'] = None  # importing it now fails"]
    lines += [f"import tabfab.{name}" for name in names]
    result = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr


def test_every_package_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    setuptools = project["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT) for path in SOURCES}
    packages = {f"tabfab.{'.'.join(folder.parts)}" for folder in folders}
    assert packages == set(setuptools["packages"])
    mapped = {
        name.removeprefix("tabfab."): path for name, path in setuptools["package-dir"].items()
    }
    assert mapped.items() >= {(room, room) for room in ROOMS}
    for folder in folders:
        assert (ROOT / folder / "py.typed").is_file() or folder.parts[1:], folder


def test_no_library_changes_the_environment() -> None:
    """What runs beside it in the same process would change with it."""
    item = r"os\.environ\[[^]]+\] \|?= "
    method = r"os\.environ\.(?:update|clear|pop|setdefault)\("
    function = r"os\.(?:un|put|set)env\("
    change = re.compile("|".join((item, method, function)))
    changes = {path: change.findall(path.read_text()) for path in SOURCES}
    assert {path: found for path, found in changes.items() if found} == {}


def test_no_name_of_a_registry_host_is_locked() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in pins)
    assert "torch==2.13.0" in pins


def test_the_reference_model_shares_nothing_with_the_golden_model() -> None:
    """It imports what a program says, from the room's face, and computes all of it by itself."""
    for path in (ROOT / "sim" / "reference").rglob("*.py"):
        for line, name in IMPORTS[path]:
            module, _, what = name.rpartition(".")
            definition = module == "compiler.program" and not what.islower()
            own = name.startswith("sim.reference.") or name.split(".")[0] in sys.stdlib_module_names
            lookup = name == "compiler.program.find"
            assert own or definition or lookup, f"{path}:{line} imports {name}"


def test_mutation_testing_is_for_developers_alone() -> None:
    """The command does not import it, nor does anything else that users have."""
    for path in SOURCES:
        if not path.is_relative_to(ROOT / "sim" / "mutation"):
            wrong = [name for _, name in IMPORTS[path] if name.startswith("sim.mutation")]
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"
