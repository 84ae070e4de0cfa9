"""What pip installs: a wheel and a source distribution that have all they need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("boards", "cli", "compiler", "hw", "sim")
pytestmark = pytest.mark.slow("builds a wheel, which only the packaging needs")


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel and a source distribution, built in a copy of the tree."""
    tree = tmp_path_factory.mktemp("tree") / "tabfab"
    tree.mkdir()
    for name in (*ROOMS, "README.md", "LICENSE", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree)
    code = (
        "import setuptools.build_meta as b; "
        "print(b.build_sdist('dist'), b.build_wheel('dist'), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=True
    )
    sdist, wheel = done.stdout.splitlines()[-2:]
    return tree / "dist" / wheel, tree / "dist" / sdist


def expected() -> set[str]:
    """Every file of the rooms, as the wheel has them."""
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *ROOMS],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return {f"tabfab/{name}" for name in tracked if (ROOT / name).is_file()}


def test_the_wheel_has_every_file_of_the_rooms_and_no_other(
    distributions: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(distributions[0]) as wheel:
        names = set(wheel.namelist())
    assert {name for name in names if ".dist-info/" not in name} == expected()


def test_the_source_distribution_builds_the_same(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("tabfab/") for name in expected()} <= names
    assert {"README.md", "LICENSE", "pyproject.toml"} <= names


def test_the_version_is_in_one_place(distributions: tuple[Path, Path]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert all(f"-{version}" in path.name for path in distributions)
    said = subprocess.run(
        ["git", "grep", "-lF", f'"{version}"', "--", *ROOMS],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.stdout == ""


def test_the_demo_runs_from_the_wheel_alone(
    distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    """With this environment's other packages, and nothing of the checkout."""
    installed = tmp_path / "installed"
    with zipfile.ZipFile(distributions[0]) as wheel:
        wheel.extractall(installed)
    packages = sysconfig.get_path("purelib")
    code = (
        "import sys, tabfab.cli, tabfab.hw; "
        f"assert tabfab.cli.__file__.startswith({str(installed)!r}), tabfab.cli.__file__; "
        "from tabfab.cli.main import main; sys.argv[1:] = ['demo', '-o', 'demo', '--images', '2']; "
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],  # no .pth, so no editable install
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "PYTHONPATH": f"{installed}{os.pathsep}{packages}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 wrong values, 0 wrong clocks" in (tmp_path / "demo" / "summary.txt").read_text()
