"""Ctrl-C at a moment when it can be told.

An exception inside an import does not always come out as itself: one in `__set_name__` becomes a
RuntimeError, one in a callback of a C++ library ends the process. Torch takes seconds to import,
so an interrupt waits until the import is over.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_PAUSE = 0.05
"""Seconds after which it is tried again."""


def interrupt_between_imports() -> None:
    """From now on SIGINT raises KeyboardInterrupt in the main thread, but not during an import.

    Where it is ignored, as in a background job of a shell script, it stays ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _importing(frame):
        raise KeyboardInterrupt
    # To the main thread, which may be waiting for something by then.
    again = threading.Timer(_PAUSE, signal.pthread_kill, [threading.get_ident(), number])
    again.daemon = True
    again.start()


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
