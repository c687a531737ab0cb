"""A further process of ``analyze``: loads the model once, then answers for one file after the other.

It reads a line of JSON for the settings and one for each file from stdin, writes one for each answer to stdout, and
ends when nobody asks any more.
"""

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from xps_keras.cli.job import job_of, settings_of


def run() -> None:
    """Serve the process at the other end of stdin and stdout."""
    from xps_keras.cli.answering import answer, failed, unexpected
    from xps_keras.errors import XpsKerasError
    from xps_keras.runtime import load

    # What a library prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    os.dup2(2, 1)
    questions = os.fdopen(0, encoding="ascii", newline="\n", closefd=False)

    def tell(content: dict[str, Any]) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    settings = settings_of(json.loads(questions.readline()))
    try:
        runtime = load(settings.model)
    except XpsKerasError as error:
        tell({"error": str(error), "kind": type(error).__name__})
        return
    tell({"ready": True})
    for question in questions:
        job = job_of(json.loads(question))
        try:
            found = answer(job, settings, runtime)
        except Exception as error:
            found = failed(job, settings, unexpected(job, error))
        tell(asdict(found))


if __name__ == "__main__":
    try:
        run()
    except BrokenPipeError:
        sys.exit(0)  # nobody reads any more
