"""A module out of a user's own Python file, with weights from a checkpoint.

The file is run, because the user named it; the checkpoint is numbers, and is read as such.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ..program import Shape
from ..store.errors import TabfabError, reason, shown
from ..train.weights import fit_state_dict, read_state_dict
from .aten import AtenGraph
from .exported import ExportError, aten_graph
from .model_file import LoadedModel, numbered_classes

_NAMED = re.compile(r"(?P<file>.+\.py):(?P<name>[A-Za-z_]\w*)(?P<arguments>\(.*\))?", re.DOTALL)
_LOADED_AS = "tabfab_user_module"
"""Name that the file has while it is run, so that it shadows no other module."""


@dataclass(frozen=True)
class UserModule:
    """What the user named: ``nets.py:Net(width=8)``, and a checkpoint.

    Parameters
    ----------
    text: the file, the name of a class, a function or a module in it, and arguments.
    weights: of a state dict; None for a module that has its weights when it is made.
    """

    text: str
    weights: Path | None = None

    def load(self, image_shape: Shape) -> LoadedModel:
        """The module as a network for images of this shape, or what else these can be seen as.

        An image of one pixel is a vector (N, features) or a sequence of one channel, one of one
        channel a sequence (N, channels, length) either way round; all numbers are a vector.

        Raises
        ------
        TabfabError: there is no such file or name, running it raises an error, what it makes is no
            module, the checkpoint is damaged or fits another, or torch cannot export it.
        """
        module = self._made().eval()
        if self.weights is not None:
            fit_state_dict(module, read_state_dict(self.weights), self.weights, self.text)
        network = _exported(module, image_shape)
        return LoadedModel(network, numbered_classes(Path(self.text), network))

    def _made(self) -> nn.Module:
        match = _NAMED.fullmatch(self.text)
        if match is None:
            raise TabfabError(
                f"--module {shown(self.text)} names no class: write FILE.py:CLASS, or "
                "FILE.py:CLASS(ARGUMENTS) with numbers and texts as arguments"
            )
        path, name = Path(match["file"]), match["name"]
        positional, named = _arguments(self.text, match["arguments"])
        if not path.is_file():
            raise TabfabError(f"there is no file {path}, which --module names")
        with _importing_from(path.parent):
            with _told(path, "cannot be run"):
                found = _run(path)
            if not hasattr(found, name):
                own = [n for n, value in vars(found).items() if _is_own(value, found.__name__)]
                raise TabfabError(
                    f"{path} has no {name}; it has {', '.join(own[:5]) or 'no module'}"
                )
            made = getattr(found, name)
            if not isinstance(made, nn.Module) and callable(made):
                with _told(path, f"cannot make {self.text.rpartition(':')[2]}"):
                    made = made(*positional, **named)
        if not isinstance(made, nn.Module):
            raise TabfabError(
                f"{self.text} gives a {type(made).__name__} instead of a torch.nn.Module: name a "
                "class of one, a function that makes one, or one"
            )
        return made


def _is_own(value: object, module: str) -> bool:
    """Whether `value` is a module, or a class of one, that the file made."""
    is_class = isinstance(value, type) and issubclass(value, nn.Module)
    return isinstance(value, nn.Module) or (is_class and value.__module__ == module)


def _arguments(text: str, arguments: str | None) -> tuple[list[Any], dict[str, Any]]:
    """Literal arguments of a call."""
    try:
        call = ast.parse(f"f{arguments or '()'}", mode="eval").body
        if not isinstance(call, ast.Call) or any(word.arg is None for word in call.keywords):
            raise ValueError
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise TabfabError(
            f"--module {shown(text)}: the arguments must be numbers, texts, lists and so on, such "
            "as Net(width=8)"
        ) from None
    return positional, named


def _run(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(_LOADED_AS, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_LOADED_AS] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Let a file import those beside it."""
    before = list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    try:
        yield
    finally:
        sys.path[:] = before


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """Tell an error of the user's code in one sentence, with its line."""
    try:
        yield
    except TabfabError:
        raise
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        if isinstance(error, SyntaxError):
            lines = [error.lineno]
        where = f", line {lines[-1]}" if lines else ""
        raise TabfabError(
            f"{path} {what}{where}: {type(error).__name__}: {reason(error)}"
        ) from error


def _exported(module: nn.Module, image_shape: Shape) -> AtenGraph:
    """`module` for the first shape of its input that it takes."""
    channels, height, width = image_shape
    numbers = channels * height * width
    shapes: list[tuple[int, ...]] = [image_shape, (numbers,)]
    if height == width == 1:
        shapes = [(numbers,), image_shape, (1, numbers)]
    elif channels == 1:
        shapes[1:1] = [(height, width), (width, height)]
    first: ExportError | None = None
    for shape in shapes:
        try:
            return aten_graph(module, shape)
        except ExportError as error:
            first = first or error
    assert first is not None
    raise first
