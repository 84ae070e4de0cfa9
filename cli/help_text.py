"""The form that every verb's help has: what it does, an example that runs, what to do next."""

from __future__ import annotations

import inspect

EXAMPLES = "Examples:"
NEXT = "Next:"


def help_text(docstring: str) -> str:
    """A verb's help from its docstring.

    First what the docstring begins with, then the first of its examples and what to do next; behind
    these whatever else it says, and more examples.

    Parameters
    ----------
    docstring: paragraphs, among them one that begins with ``Examples:`` and one with ``Next:``.

    Raises
    ------
    ValueError: one of the two is missing.
    """
    first, *others = inspect.cleandoc(docstring).split("\n\n")
    examples = [each for each in others if each.startswith(EXAMPLES)]
    following = [each for each in others if each.startswith(NEXT)]
    if len(examples) != 1 or len(following) != 1:
        raise ValueError(f"{first!r} needs a paragraph 'Examples:' and one 'Next:'")
    lines = examples[0].splitlines()[1:]
    ends = next(at for at, line in enumerate(lines) if not line.endswith("\\")) + 1
    rest = [each for each in others if each not in (*examples, *following)]
    more = ["\n".join(["More examples:", *lines[ends:]])] if lines[ends:] else []
    example = "\n".join(["Example:", *lines[:ends]])
    return "\n\n".join([first, example, following[0], *rest, *more])
