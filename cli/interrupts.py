"""Ctrl-C and SIGTERM at a moment when they can be told, and what they end cleaned up.

An exception inside an import does not always come out as itself: one in `__set_name__` becomes a
RuntimeError, one in a callback of a C++ library ends the process. Torch takes seconds to import,
so a signal waits until the import is over. One in a destructor is lost, so a signal waits for the
end of that too.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_PAUSE = 0.05
"""Seconds after which it is tried again."""


def interrupt_between_imports() -> None:
    """From now on SIGINT raises KeyboardInterrupt and SIGTERM SystemExit, not during an import or
    in a destructor.

    Both unwind the main thread, so that what runs for it ends with it. Where a signal is ignored,
    as SIGINT in a background job of a shell script, it stays ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _untimely(frame):
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)
    # To the main thread, which may be waiting for something by then.
    again = threading.Timer(_PAUSE, signal.pthread_kill, [threading.get_ident(), number])
    again.daemon = True
    again.start()


def _untimely(frame: FrameType | None) -> bool:
    """Whether an import or a destructor is under way."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib") or code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
