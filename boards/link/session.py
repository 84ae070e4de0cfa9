"""Session: a host's side of the protocol, which gets every frame and every answer across.

Whatever the line does to the bytes, an answer is handed on only if its frame is whole, of this
session, and its number that of an image under way. Everything else is done again: frames from the
one on that the board did not take (go-back-N), images whose answers were lost, and after a reset of
the board all that was under way.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .framing import Decoder, host_frame, unpack
from .line import Line, LineLostError, LinkError
from .protocol import (
    ANSWER_BYTES,
    ANSWER_HEADER,
    MOST_IMAGES,
    REPORT,
    REPORT_BYTES,
    SEQUENCES,
    STATUS,
    STATUS_BYTES,
    VERSION,
    Kind,
    Reply,
)

Report = dict[str, int]
"""The fields of `tabfab.boards.link.protocol.REPORT`."""

_NUMBERS = 1 << ANSWER_HEADER["number"].width
_REJECTIONS = 1 << STATUS["rejected"].width
_SESSIONS = range(1, 1 << ANSWER_HEADER["session"].width)
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 1.0
"""Seconds of silence after which the board is asked; twice as many each time that it is silent."""
_RETRIES = 25
"""Sessions that are started one after another without an answer between them, at most."""


@dataclass(frozen=True)
class Step:
    """A frame to send.

    Parameters
    ----------
    kind, payload: of the frame.
    tag: of the image that ends with it, whose answer is awaited; None without one.
    """

    kind: Kind
    payload: bytes
    tag: int | None = None


class Work(Protocol):
    """What a session is to do."""

    def next(self) -> Step | None:
        """The next frame; None where there is none at present."""

    def answered(self, tag: int, answer: bytes) -> None:
        """An image's answer came."""

    def again(self, tags: Sequence[int]) -> None:
        """The answers to these images were lost: send them again."""

    def restart(self) -> None:
        """The board forgot what it was sent without an answer: begin that again."""


class Session:
    """Talks to a board.

    Parameters
    ----------
    line: to the board.
    patience: seconds without anything new after which the board counts as gone.
    seed: of the session's numbers; None takes others each time.

    Attributes
    ----------
    answers: that the board gave in this session, those that were lost on the way included.
    rejected: frames that the board did not take, in this session.
    resent: frames that were sent more than once.
    repeated: images that were sent more than once.
    restarts: sessions that were started because the board had lost the one before.
    damaged: pieces of line that were no frames.
    """

    def __init__(self, line: Line, patience: float = 10.0, seed: int | None = None) -> None:
        self.line = line
        self.patience = patience
        self.resent = self.repeated = self.restarts = 0
        self._random = random.Random(seed)
        self._decoder = Decoder()
        self._bodies: deque[bytes] = deque()
        self._session = 0
        self._slots = 1
        self._first_wait = _FIRST_WAIT  # longer for a board that takes longer to answer
        self._asked_at = time.monotonic()
        self._forget()

    @property
    def damaged(self) -> int:
        """Pieces of line that were no frames."""
        return self._decoder.damaged

    def _forget(self) -> None:
        """What a new session begins with."""
        self._sent: deque[bytes] = deque()  # frames that the board has not taken yet
        self._doubtful = 0  # how many of them were sent before the board was asked
        self._taken = self._done = 0
        self.answers = self.rejected = 0
        self._gone_back = False  # to the first of them, since the board took the last
        self._under_way: deque[tuple[int, int]] = deque()  # (number, tag) of images
        self._number = 0  # of the next image
        self._lost = False  # the board has lost this session

    # ------------------------------------------------------------------ reports

    def report(self) -> Report:
        """What the board says of itself, at once.

        Raises
        ------
        LinkError: it says nothing.
        """
        found: list[Report] = []

        def ask() -> None:
            self.line.write(host_frame(Kind.POLL, self._session))

        self._until(lambda: bool(found), ask, lambda body: found.extend(_whole(body)))
        return found[-1]

    def start(self) -> Report:
        """Begin a session.

        Raises
        ------
        LinkError: the board does not answer.
        """
        others = [n for n in self._random.sample(_SESSIONS, 2) if n != self._session]
        session = others[0]
        found: list[Report] = []

        def ask() -> None:
            self.line.write(host_frame(Kind.START, session) + host_frame(Kind.POLL, session))

        def begun(body: bytes) -> None:
            found.extend(
                report
                for report in _whole(body)
                if report["session"] == session and report["taken"] == report["answers"] == 0
            )

        self._until(lambda: bool(found), ask, begun)
        report = found[-1]
        self._session, self._slots = session, report["slots"]
        self._forget()
        return report

    def _until(
        self, over: Callable[[], bool], ask: Callable[[], None], hear: Callable[[bytes], None]
    ) -> None:
        """Ask, and ask again, until what is heard is what is waited for."""
        end = time.monotonic() + self.patience
        wait = _FIRST_WAIT
        while not over():
            ask()
            until = time.monotonic() + wait
            while not over() and (left := until - time.monotonic()) > 0:
                for body in self._receive(left):
                    hear(body)
            wait = min(2 * wait, _LONGEST_WAIT)
            if not over() and time.monotonic() > end:
                raise LinkError(
                    f"nothing answers on {self.line.name}; is the bitstream on the board "
                    "('tabfab program'), and was it made with this --baud?"
                )

    def _receive(self, seconds: float) -> list[bytes]:
        return self._decoder.feed(self.line.read(seconds))

    # --------------------------------------------------------------------- work

    def run(self, work: Work) -> None:
        """Do all the work.

        Raises
        ------
        LinkError: the board does not answer any more, or not as it should.
        """
        self._progress()
        while True:
            try:
                if self._lost:
                    self._restart(work)
                if self._fill(work):
                    return
                self._listen(work)
            except LineLostError:
                self._reopen()
                self._lost = True

    def _progress(self) -> None:
        """Something new came: be patient again."""
        now = time.monotonic()
        self._end = now + self.patience
        self._retries = 0
        self._wait = self._first_wait
        self._ask_at = now + self._wait

    def _fill(self, work: Work) -> bool:
        """Send what the board has room for; whether all is done."""
        while self._room > 0 and len(self._under_way) < MOST_IMAGES:
            step = work.next()
            if step is None:
                return not self._sent and not self._under_way and self._room == self._slots
            sequence = (self._taken + len(self._sent)) % SEQUENCES
            frame = host_frame(step.kind, self._session, sequence, step.payload)
            self._sent.append(frame)
            if step.tag is not None:
                self._under_way.append((self._number, step.tag))
                self._number = (self._number + 1) % _NUMBERS
            self.line.write(frame)
        return False

    @property
    def _room(self) -> int:
        """Frames that may still be sent."""
        ahead = (self._taken - self._done) % SEQUENCES + len(self._sent)
        return self._slots - ahead

    def _listen(self, work: Work) -> None:
        """Hear what comes; after a silence, ask."""
        bodies = self._receive(max(0.0, self._ask_at - time.monotonic()))
        for body in bodies:
            self._hear(work, body)
        if bodies:
            self._ask_at = time.monotonic() + self._wait
        elif time.monotonic() >= self._ask_at:
            if time.monotonic() > self._end:
                raise LinkError(
                    f"the board on {self.line.name} has done nothing new for "
                    f"{self.patience:g} seconds; press its reset button and try again"
                )
            self._wait = min(2 * self._wait, max(_LONGEST_WAIT, self._first_wait))
            self._ask()

    def _ask(self) -> None:
        """Ask for a report; all that was sent before is taken or lost when it comes."""
        self._asked_at = time.monotonic()
        self._ask_at = self._asked_at + self._wait
        self._doubtful = len(self._sent)
        self.line.write(host_frame(Kind.POLL, self._session))

    def _hear(self, work: Work, body: bytes) -> None:
        if body[0] == Reply.ANSWER and len(body) >= ANSWER_BYTES:
            header = unpack(ANSWER_HEADER, body[:ANSWER_BYTES])
            if header["session"] == self._session:
                self._hear_answer(work, header["number"], body[ANSWER_BYTES:])
        elif body[0] == Reply.REPORT and len(body) in (STATUS_BYTES, REPORT_BYTES):
            status = unpack(STATUS, body[:STATUS_BYTES])
            if status["session"] == self._session:
                self._hear_status(work, status, asked=len(body) == REPORT_BYTES)
            else:
                self._lost = True

    def _hear_answer(self, work: Work, number: int, answer: bytes) -> None:
        place = (number - self._under_way[0][0]) % _NUMBERS if self._under_way else _NUMBERS
        if place >= len(self._under_way):
            return  # none that is awaited
        self._give_up(work, place)
        _, tag = self._under_way.popleft()
        self.answers += 1
        self._progress()
        work.answered(tag, answer)

    def _give_up(self, work: Work, count: int) -> None:
        """The first `count` images under way will not be answered any more."""
        tags = [self._under_way.popleft()[1] for _ in range(count)]
        self.answers += count
        if tags:
            self.repeated += len(tags)
            work.again(tags)

    def _hear_status(self, work: Work, status: Report, asked: bool) -> None:
        taken = (status["taken"] - self._taken) % SEQUENCES
        done = (status["done"] - self._done) % SEQUENCES
        sent = (self._taken + len(self._sent) - self._done) % SEQUENCES
        first = self._under_way[0][0] if self._under_way else self._number
        given = (status["answers"] - first) % _NUMBERS
        if taken > len(self._sent) or done > sent or given > len(self._under_way):
            self._lost = True  # not the board that this session was begun with
            return
        if taken or done or given:
            self._progress()
        for _ in range(taken):
            self._sent.popleft()
        self._doubtful = max(0, self._doubtful - taken)
        self._taken, self._done = status["taken"], status["done"]
        self._give_up(work, given)
        self._gone_back = self._gone_back and not taken
        rejected = (status["rejected"] - self.rejected) % _REJECTIONS
        self.rejected += rejected
        if asked:
            self._first_wait = max(_FIRST_WAIT, 2 * (time.monotonic() - self._asked_at))
        # What was rejected before a frame was taken may have been sent again already.
        lost = asked and self._doubtful > 0
        if self._sent and (lost or (rejected and not taken and not self._gone_back)):
            self._gone_back = True
            self._doubtful = 0  # until the board is asked again
            self.resent += len(self._sent)
            self.line.write(b"".join(self._sent))

    def _restart(self, work: Work) -> None:
        """Begin a new session, and what was under way again."""
        self._retries += 1
        self.restarts += 1
        if self._retries > _RETRIES:
            raise LinkError(
                f"the board on {self.line.name} lost {_RETRIES} sessions one after another; "
                "check its power and the cable"
            )
        tags = [tag for _, tag in self._under_way]
        self.start()
        self.repeated += len(tags)
        work.again(tags)
        work.restart()

    def _reopen(self) -> None:
        """Wait for the port to come back."""
        end = time.monotonic() + self.patience
        while True:
            try:
                self.line.open()
                return
            except LineLostError:
                if time.monotonic() > end:
                    raise
                time.sleep(_FIRST_WAIT)


def _whole(body: bytes) -> list[Report]:
    """The whole report that a frame is, if it is one; the version is checked.

    Raises
    ------
    LinkError: the board speaks another version of the protocol.
    """
    if body[0] != Reply.REPORT or len(body) <= STATUS_BYTES:
        return []
    report = unpack(REPORT, body)
    if report["version"] != VERSION or len(body) != REPORT_BYTES:
        raise LinkError(
            f"the board speaks version {report['version']} of tabfab's protocol and this tabfab "
            f"version {VERSION}; make its bitstream anew with 'tabfab bitstream'"
        )
    return [report]
