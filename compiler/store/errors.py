"""The one exception that users meet."""

import reprlib


class TabfabError(Exception):
    """A mistake in what the user gave, told in one sentence.

    The message says what is wrong, where, and what to do about it. The command line prints it
    without a traceback and ends with exit status 1.
    """


def shown(value: object) -> str:
    """`value` as an error message shows it: on one line, and of a line's length at most."""
    text = _REPR.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def reason(error: BaseException, line: int = 0) -> str:
    """One line of what a library's `error` says, the first, for the middle of a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    printable = "".join(c if c.isprintable() else "?" for c in lines[line].strip())
    text = printable.rstrip(".:")
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."


_LONGEST = 60
_LONGEST_REASON = 200
_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = _LONGEST
