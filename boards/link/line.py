"""Lines: the serial port that a host talks to a board over."""

from __future__ import annotations

from typing import Any, Protocol

from ...compiler.store.errors import TabfabError, reason

_LONGEST_WRITE = 5.0
"""Seconds after which a port that takes nothing counts as gone."""


class LinkError(TabfabError):
    """A board that does not answer, or not as it should."""


class LineLostError(LinkError):
    """A port that is not there any more."""


class Line(Protocol):
    """Bytes to and from a board."""

    name: str
    """For messages."""

    def open(self) -> None:
        """Open it, or open it again; what came before is dropped.

        Raises
        ------
        LineLostError: it is not there.
        """

    def close(self) -> None:
        """Close it; again is nothing."""

    def write(self, sent: bytes) -> None:
        """Send bytes.

        Raises
        ------
        LineLostError: it is not there any more.
        """

    def read(self, seconds: float) -> bytes:
        """What has come, at once if there is some, else after so many seconds at most.

        Raises
        ------
        LineLostError: it is not there any more.
        """


class SerialLine:
    """A serial port by pyserial: ``/dev/ttyUSB0``, or a URL such as ``socket://host:port``.

    Parameters
    ----------
    port: its name or URL.
    baud: bits per second.

    Raises
    ------
    LinkError: pyserial is not installed.
    """

    def __init__(self, port: str, baud: int) -> None:
        try:
            import serial
        except ModuleNotFoundError as error:
            raise LinkError(
                "talking to a board takes pyserial, which is not installed; 'pip install "
                "tabfab[board]' brings it"
            ) from error
        self.name = port
        self.baud = baud
        self._serial = serial
        self._port: Any = None

    def open(self) -> None:
        """Open the port."""
        self.close()
        try:
            self._port = self._serial.serial_for_url(
                self.name, baudrate=self.baud, timeout=0, write_timeout=_LONGEST_WRITE
            )
            self._port.reset_input_buffer()
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise LineLostError(self._refusal(error)) from error

    def close(self) -> None:
        """Close the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def write(self, sent: bytes) -> None:
        """Send bytes."""
        try:
            self._opened().write(sent)
        except OSError as error:
            raise LineLostError(f"port {self.name} was lost ({reason(error)})") from error

    def read(self, seconds: float) -> bytes:
        """Receive bytes."""
        port = self._opened()
        try:
            waiting = bytes(port.read(max(1, port.in_waiting)))
            if not waiting and seconds > 0:
                port.timeout = seconds
                waiting = bytes(port.read(1))
                port.timeout = 0
                waiting += bytes(port.read(port.in_waiting))
        except OSError as error:
            raise LineLostError(f"port {self.name} was lost ({reason(error)})") from error
        return waiting

    def _opened(self) -> Any:
        if self._port is None:
            raise LineLostError(f"port {self.name} is closed")
        return self._port

    def _refusal(self, error: Exception) -> str:
        ports = ", ".join(port_names())
        there = f"there are {ports}" if ports else "there is no serial port at all"
        return (
            f"port {self.name} cannot be opened ({reason(error)}); {there}; is the board plugged "
            "in, and may you use it (on Debian, group dialout)?"
        )


def port_names() -> list[str]:
    """The serial ports of this machine that are on a bus, and may so be a board's."""
    from serial.tools.list_ports import comports

    return sorted(port.device for port in comports() if port.hwid != "n/a")
