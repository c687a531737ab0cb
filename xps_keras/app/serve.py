"""Starting the page: a port on this machine alone, an address with a token, a browser."""

import socket
import sys
import threading
import webbrowser

import uvicorn

from xps_keras.app.guard import loopback_hosts, new_token
from xps_keras.app.held import Held
from xps_keras.app.routes import application
from xps_keras.errors import UsageError
from xps_keras.files import StrPath
from xps_keras.pretrained import PRETRAINED
from xps_keras.runtime import load

LOOPBACK = "127.0.0.1"


def serve(port: int = 0, browser: bool = True, model: StrPath = PRETRAINED) -> None:
    """Serve the page until the program is stopped.

    Args:
        port: Port of this machine; 0 for any free one.
        browser: Whether to open the page.
        model: The model that answers.

    Raises:
        UsageError: The port is taken or not to be had.
        ModelError: The model cannot be used.
    """
    listening = listen(port)
    try:
        token, at = new_token(), listening.getsockname()[1]
        app = application(Held(load(model)), token, loopback_hosts(at))
        address = f"http://{LOOPBACK}:{at}/{token}/"
        print(f"xps-keras app is at\n  {address}\nThis machine alone can reach it. Ctrl-C stops it.", flush=True)
        settings = uvicorn.Config(
            app,
            log_level="critical",  # addresses hold the token, so none is logged
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,
            ws="none",
            timeout_graceful_shutdown=2,
        )
        if browser:
            # A moment later, when the server runs; a browser that blocks shall not keep it from running.
            threading.Timer(0.3, webbrowser.open, (address,)).start()
        uvicorn.Server(settings).run(sockets=[listening])
    finally:
        listening.close()


def listen(port: int) -> socket.socket:
    """Take a port of the loopback interface.

    Args:
        port: Its number; 0 for any free one.

    Raises:
        UsageError: It is taken, or needs rights.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let two programs share a port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just left is free
        found.bind((LOOPBACK, port))
        found.listen(128)
    except (OSError, OverflowError) as error:
        found.close()
        why = error.strerror if isinstance(error, OSError) else "no port has this number"
        raise UsageError(
            f"Port {port} cannot be used ({why}), perhaps by another `xps-keras app`; leave --port out for a free one."
        ) from error
    return found
