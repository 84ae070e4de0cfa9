"""The page's server: on this machine alone, for those who have the address with its token."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from plotly.offline import get_plotlyjs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.responses import StreamingResponse as Stream
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ...compiler.store.errors import TabfabError
from .document import network_document, session_document
from .session import Session

LOOPBACK = "127.0.0.1"
_PAGE = Path(__file__).with_name("page")
_FILES = {"": "index.html", "page.js": "page.js", "page.css": "page.css", "chart.js": "chart.js"}
_BEAT = 2.0
"""Seconds after which a silent stream says that it is there, and looks whether it is to end."""
_LARGEST = 1 << 16
"""Bytes of a request."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What a browser may load for the page; Plotly writes styles into it."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets through what comes to the right host with the token, and nothing else.

    A page of another site cannot know the token; and where a name of its own leads to this machine
    (DNS rebinding), the Host header tells.

    Parameters
    ----------
    app: behind it.
    token: the first part of every path.
    port: that is listened on.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"{name}:{port}" for name in (LOOPBACK, "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in
                   scope.get("headers", [])}  # fmt: skip
        refusal = self._refusal(scope.get("path", ""), headers)
        if scope["type"] != "http" or refusal:
            await PlainTextResponse(f"{refusal}\n", 403, _HEADERS)(scope, receive, send)
            return
        token, path = f"/{self._token}", scope["path"]
        await self._app({**scope, "path": path.removeprefix(token)}, receive, send)

    def _refusal(self, path: str, headers: dict[str, str]) -> str:
        """Why a request is refused, in a sentence; empty if it is not."""
        if headers.get("host") not in self._hosts:
            return "this page is for this machine alone; open the address that tabfab printed"
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return "another site may not ask this; open the address that tabfab printed"
        given = path[1:].partition("/")
        if not secrets.compare_digest(given[0].encode(), self._token.encode()) or not given[1]:
            return "the address lacks its token; open the one that tabfab printed"
        return ""


def listen(port: int) -> socket.socket:
    """A socket of this machine alone.

    Parameters
    ----------
    port: 0 for any that is free.

    Raises
    ------
    TabfabError: the port is not free.
    """
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((LOOPBACK, port))
        server.listen()
    except (OSError, OverflowError) as error:
        server.close()
        raise TabfabError(
            f"port {port} cannot be listened on ({getattr(error, 'strerror', error)}); leave "
            "--port away for one that is free"
        ) from error
    return server


def serve(session: Session, server: socket.socket, token: str, started: Callable[[], None]) -> None:
    """Serve the page until Ctrl-C or SIGTERM, then end all that goes on for it.

    Parameters
    ----------
    session: what it shows.
    server: a socket of `listen`.
    token: that every request must have.
    started: called when the page can be opened.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(session.work())
        work.add_done_callback(_told)
        started()
        try:
            yield
        finally:
            work.cancel()
            await asyncio.to_thread(session.end)
            with suppress(asyncio.CancelledError):
                await work

    app = Guard(_application(session, lifespan), token, server.getsockname()[1])
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="on", ws="none", loop="asyncio",
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    running = _Server(config, session)
    with server:
        running.run(sockets=[server])


class _Server(uvicorn.Server):
    """Ends its streams as soon as it is told to end."""

    def __init__(self, config: uvicorn.Config, session: Session) -> None:
        super().__init__(config)
        self._session = session

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._session.closing = True
        self._session.touch()
        await super().shutdown(sockets)


def _told(work: asyncio.Task[None]) -> None:
    """Let an error in the background be seen."""
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error


# ------------------------------------------------------------------------------- what is asked


def _application(session: Session, lifespan: Any) -> Starlette:
    def changing(change: Callable[[dict[str, Any]], Awaitable[None] | None]) -> Any:
        async def answer(request: Request) -> Response:
            try:
                outcome = change(await _body(request))
                if outcome is not None:
                    await outcome
            except TabfabError as error:
                return JSONResponse({"refused": str(error)}, 400, _HEADERS)
            return JSONResponse(session_document(session), headers=_HEADERS)

        return answer

    def choose(body: dict[str, Any]) -> None:
        layers = body.get("layers")
        if layers is None and isinstance(body.get("field"), str):
            session.choose_setting(body["field"], body.get("value"))
            return
        if not isinstance(layers, list) or not all(isinstance(each, str) for each in layers):
            raise TabfabError("a choice names its layers; reload the page")
        session.choose(layers, body.get("method"), body.get("field"), body.get("value"))

    posts: dict[str, Callable[[dict[str, Any]], Awaitable[None] | None]] = {
        "/choose": choose,
        "/mask": lambda body: session.choose_mask(body.get("mask")),
        "/point": lambda body: session.choose_point(body.get("name")),
        "/compile": lambda body: session.compile(),
        "/cancel": lambda body: session.cancel(),
    }

    async def network(request: Request) -> Response:
        return JSONResponse(network_document(session), headers=_HEADERS)

    async def now(request: Request) -> Response:
        return JSONResponse(session_document(session), headers=_HEADERS)

    async def events(request: Request) -> Response:
        return Stream(_events(session), headers=_HEADERS, media_type="text/event-stream")

    async def plotly(request: Request) -> Response:
        headers = {**_HEADERS, "Cache-Control": "private, max-age=86400"}
        return Response(get_plotlyjs(), headers=headers, media_type="text/javascript")

    def file(name: str) -> Any:
        async def answer(request: Request) -> Response:
            return FileResponse(_PAGE / name, headers=_HEADERS)

        return answer

    routes = [Route(path, changing(change), methods=["POST"]) for path, change in posts.items()]
    routes += [Route(f"/{path}", file(name)) for path, name in _FILES.items()]
    routes += [Route("/network", network), Route("/session", now), Route("/events", events)]
    return Starlette(routes=[*routes, Route("/plotly.js", plotly)], lifespan=lifespan)


async def _body(request: Request) -> dict[str, Any]:
    """A request's JSON object.

    Raises
    ------
    TabfabError: it is none, or too long.
    """
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > _LARGEST:
            raise TabfabError("the page asked for more than there is; reload it")
    try:
        body = json.loads(text or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise TabfabError("the page asked for something that is no JSON object; reload it")
    return body


async def _events(session: Session) -> AsyncIterator[str]:
    """The session, now and each time that something is new."""
    version = -1
    while not session.closing:
        if version < session.version:
            version = session.version
            text = json.dumps(session_document(session))
            yield f"data: {text}\n\n"
            await asyncio.sleep(0.05)  # a few changes at once
        elif not await session.newer(version, _BEAT):
            yield ": here\n\n"
