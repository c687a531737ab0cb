"""The questions of the page and their answers."""

import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xps_keras.app import limits
from xps_keras.app.choice import Choice, choice_of
from xps_keras.app.content import detail, entry, summary
from xps_keras.app.exports import export
from xps_keras.app.guard import Guard
from xps_keras.app.held import Gone, Held, HeldSample
from xps_keras.app.names import shown_name
from xps_keras.errors import UsageError, XpsKerasError
from xps_keras.version import __version__

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain", "svg": "image/svg+xml"}

Answer = Callable[[Request, Held], Awaitable[Response]]


class TooLarge(UsageError):
    """A request holds more than is taken."""


def application(held: Held, token: str, hosts: tuple[str, ...]) -> Guard:
    """Return the whole page as an ASGI application.

    Args:
        held: What was dropped, and the model.
        token: First part of every path.
        hosts: Values of the header ``Host`` that are allowed.
    """
    routes = [
        Route("/", _static("index.html")),
        *(Route(f"/{name}", _static(name)) for name in _statics()),
        Route("/api/state", _answer(held, _state)),
        Route("/api/files", _answer(held, _files), methods=["POST"]),
        Route("/api/answer", _answer(held, _one), methods=["POST"]),
        Route("/api/remove", _answer(held, _remove), methods=["POST"]),
        Route("/api/export", _answer(held, _export), methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {404: _unknown, 405: _unknown}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token, hosts)


@lru_cache(maxsize=1)
def _statics() -> dict[str, bytes]:
    """Read the files of the page, once: no path of a request ever reaches the disk."""
    folder = files("xps_keras.app").joinpath("static")
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.name.rsplit(".", 1)[-1] in _TYPES}


def _static(name: str) -> Callable[[Request], Awaitable[Response]]:
    content, media_type = _statics()[name], _TYPES[name.rsplit(".", 1)[-1]]

    async def serve(request: Request) -> Response:
        return Response(content, media_type=media_type)

    return serve


def _answer(held: Held, work: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Turn what goes wrong into one sentence and a status, never a traceback."""

    async def serve(request: Request) -> Response:
        try:
            return await work(request, held)
        except TooLarge as error:
            return _sentence(413, str(error))
        except Gone as error:
            return _sentence(410, str(error))
        except XpsKerasError as error:
            return _sentence(422, str(error))
        except MemoryError:
            return _sentence(422, "This takes more memory than there is.")
        except ClientDisconnect:
            return Response(status_code=400)
        except HTTPException:
            raise
        except Exception as error:
            return _sentence(500, f"Unexpected fault ({type(error).__name__}); please report it with this file.")

    return serve


def _sentence(status: int, text: str) -> Response:
    from xps_keras.printable import printable

    return JSONResponse({"error": printable(text)}, status)


async def _unknown(request: Request, error: Exception) -> Response:
    return _sentence(getattr(error, "status_code", 404), "There is nothing under this address.")


async def _body(request: Request, most: int, what: str) -> bytes:
    """Read a request as far as it is taken.

    Raises:
        TooLarge: It holds more, or says that it does.
    """
    too_large = TooLarge(f"{what} holds more than {most / 1e6:g} MB, which is more than this page takes.")
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > most:
        raise too_large
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise too_large
        pieces.append(piece)
    return b"".join(pieces)


async def _question(request: Request) -> dict[str, Any]:
    body = await _body(request, limits.LARGEST_QUESTION_BYTES, "The question")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("The question is no JSON.") from None
    if not isinstance(content, dict):
        raise UsageError("The question is no JSON object.")
    return content


async def _state(request: Request, held: Held) -> Response:
    """Tell what is there; ``known`` is the revision that the page has, so that nothing is sent twice."""
    state: dict[str, Any] = {"version": __version__, "revision": held.revision}
    if request.query_params.get("known") != str(held.revision):
        state |= {
            "samples": [entry(sample) for sample in held.samples()],
            "limits": {"file": limits.LARGEST_FILE_BYTES, "files": limits.MOST_FILES},
        }
    return JSONResponse(state)


async def _files(request: Request, held: Held) -> Response:
    """Take one file; it is read here and analysed when its answer is asked for."""
    name = shown_name(request.query_params.get("name", ""))
    content = await _body(request, limits.LARGEST_FILE_BYTES, name)
    samples = await run_in_threadpool(held.add, name, content)
    return JSONResponse({"revision": held.revision, "samples": [entry(sample) for sample in samples]})


async def _one(request: Request, held: Held) -> Response:
    """Answer for one sample; ``brief`` asks for what the list shows alone."""
    question = await _question(request)
    sample, choice = _asked(held, question)
    brief = question.get("brief") is True

    def work() -> dict[str, Any]:
        found = held.answer(sample, choice)
        if brief:
            return {"key": sample.key, "summary": summary(found)}
        return detail(sample, found, choice)

    return JSONResponse(await run_in_threadpool(work))


async def _remove(request: Request, held: Held) -> Response:
    question = await _question(request)
    keys = question.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise UsageError("Samples to be removed are named in a list.")
    held.remove(keys)
    return JSONResponse({"revision": held.revision})


async def _export(request: Request, held: Held) -> Response:
    question = await _question(request)
    items = question.get("samples")
    if not isinstance(items, list):
        raise UsageError("Samples are named in a list.")
    asked = [_asked(held, item) for item in items]
    made = await run_in_threadpool(export, held, str(question.get("kind")), asked)
    return Response(
        made.content, media_type=made.media_type, headers={"Content-Disposition": f'attachment; filename="{made.name}"'}
    )


def _asked(held: Held, item: Any) -> tuple[HeldSample, Choice]:
    if not isinstance(item, dict) or not isinstance(item.get("key"), str):
        raise UsageError("A sample is named by its key.")
    return held.sample(item["key"]), choice_of(item.get("choice", {}))
