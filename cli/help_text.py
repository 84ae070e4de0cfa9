"""The form that every verb's help has: what it does, an example that runs, what to do next."""

from __future__ import annotations

import inspect

EXAMPLES = "Examples:"
NEXT = "Next:"


def help_text(docstring: str) -> str:
    """A verb's help from its docstring.

    First what the docstring begins with, then the first of its examples and what to do next; behind
    these whatever else it says, and more examples. What it lacks is left out; the tests see to it
    that no verb's does.

    Parameters
    ----------
    docstring: paragraphs, among them one that begins with ``Examples:`` and one with ``Next:``.
    """
    first, *others = inspect.cleandoc(docstring).split("\n\n")
    following = [each for each in others if each.startswith(NEXT)]
    examples = [each for each in others if each.startswith(EXAMPLES)]
    rest = [each for each in others if each not in (*examples, *following)]
    lines = [line for each in examples for line in each.splitlines()[1:]]
    ends = next((at for at, line in enumerate(lines) if not line.endswith("\\")), 0) + 1
    example = ["\n".join(["Example:", *lines[:ends]])] if lines else []
    more = ["\n".join(["More examples:", *lines[ends:]])] if lines[ends:] else []
    return "\n\n".join([first, *example, *following, *rest, *more])
