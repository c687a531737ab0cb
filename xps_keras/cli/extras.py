"""Commands that need extra packages."""

from types import ModuleType

from xps_keras.errors import UsageError
from xps_keras.quiet import import_quietly

TRAINING = "train,onnx"
"""The extras that training, measuring and exporting need."""


def needing(name: str, command: str, extras: str) -> ModuleType:
    """Import a part of the package that needs TensorFlow.

    Args:
        name: Full name of the module.
        command: Name of the command, for the message.
        extras: Extras of this package that bring what the module needs, separated by commas.

    Returns:
        The module.

    Raises:
        UsageError: A package is missing; the message tells what to install.
    """
    try:
        return import_quietly(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("xps_keras"):
            raise
        raise UsageError(
            f"`xps-keras {command}` needs the package {error.name}; run `pip install 'xps-keras[{extras}]'`."
        ) from error
