"""Who may talk to the page: the browser of the person who started it, and nobody else.

The page is reachable on this machine alone, but every program and every web page that the browser shows can send
requests to it as well. Three things keep them out: a token in the address that cannot be guessed; the header ``Host``,
which must be a loopback name, so that another name that was made to lead here (DNS rebinding) does not; and the headers
``Origin`` and ``Sec-Fetch-Site``, by which a browser tells that another page asks.
"""

import hmac
import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a browser may fetch and run for the page: the page's own files."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def new_token() -> str:
    """Return 256 random bits for the address."""
    return secrets.token_urlsafe(32)


def loopback_hosts(port: int) -> tuple[str, ...]:
    """Return the values of ``Host`` under which the page answers."""
    return tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


class Guard:
    """Answers only requests that bear the token, come to a loopback name, and from the page itself.

    Args:
        app: What answers them; it sees the path without the token.
        token: First part of the path.
        hosts: Values of ``Host`` that are allowed.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Iterable[str]) -> None:
        self._app, self._token, self._hosts = app, token.encode(), frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":  # no web sockets, no life cycle
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        path = scope["path"].split("/", 2)[2]
        await self._app(
            {**scope, "path": f"/{path}", "raw_path": f"/{path}".encode(), "root_path": ""}, receive, guarded
        )

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or host.lower() not in self._hosts:
            return _refused(421, "This page answers only under 127.0.0.1 and localhost.")
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{name}" for name in self._hosts}:
            return _refused(403, "Another page asked; only the page of xps-keras itself may.")
        site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode")
        opened = mode == "navigate" and scope["method"] == "GET"  # a click on the address in another program's window
        if site not in ("same-origin", "none") and not opened:
            return _refused(403, "Another page asked; only the page of xps-keras itself may.")
        parts = scope["path"].split("/", 2)
        if len(parts) < 3 or not hmac.compare_digest(parts[1].encode("utf-8", "replace"), self._token):
            return _refused(
                403, "Open the whole address that `xps-keras app` printed in the terminal; it holds a token."
            )
        return None


def _refused(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status)
