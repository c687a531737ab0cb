"""The JSON Schema of ``analyze --json``, from the classes of the answer: ``python -m xps_keras.tools.answer_schema``.

Writes ``docs/reference/analysis.schema.json``; with ``--check`` it writes nothing and exits with 1 where that is
outdated. Descriptions are the docstrings of the fields.
"""

import inspect
import json
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from xps_keras.analysis.result import SCHEMA, Analysis, GroupFinding
from xps_keras.corpus.recipe_text import docstrings_of_fields
from xps_keras.fit.result import Fit

TARGET = Path(__file__).parents[2] / "docs" / "reference" / "analysis.schema.json"
_LEFT_OUT = {(Fit, "regions")}
"""Fields that the JSON form does not hold: curves."""
_AS_TEXT = {(GroupFinding, "evidence")}
"""Lists of which each entry stands in the JSON as one text."""
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
}


def answer_schema() -> dict[str, Any]:
    """Return the schema: an answer, or a list of answers and of files that have none."""
    definitions: dict[str, Any] = {}
    _define(Analysis, definitions)
    answer = definitions["analysis"]
    answer["properties"] = {"schema": {"const": SCHEMA}, **answer["properties"]}
    answer["required"] = ["schema", *answer["required"]]
    text = _PLAIN[str]
    definitions["failure"] = {
        "description": "A file, or a sample of one, that could not be analysed.",
        "type": "object",
        "properties": {"file": text, "sample": {"type": ["string", "null"]}, "error": text},
        "required": ["file", "error"],
        "additionalProperties": False,
    }
    answer_or_failure = {"anyOf": [{"$ref": "#/$defs/analysis"}, {"$ref": "#/$defs/failure"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "What `xps-keras analyze --json` writes: one sample, or a list in the order of the files.",
        "anyOf": [*answer_or_failure["anyOf"], {"type": "array", "items": answer_or_failure}],
        "$defs": definitions,
    }


def _define(kind: type, definitions: dict[str, Any]) -> dict[str, str]:
    """Describe a dataclass, and those that it holds, and return a reference to it."""
    name = kind.__name__[0].lower() + kind.__name__[1:]
    if name not in definitions:
        definitions[name] = {}  # its place in the order
        hints, says = get_type_hints(kind), docstrings_of_fields(kind)
        properties = {}
        for field in fields(kind):
            if (kind, field.name) in _LEFT_OUT:
                continue
            if (kind, field.name) in _AS_TEXT:
                form: dict[str, Any] = {"type": "array", "items": _PLAIN[str]}
            else:
                form = _form(hints[field.name], definitions)
            properties[field.name] = form
            if field.name in says:
                properties[field.name] = {"description": " ".join(says[field.name].split()), **form}
        definitions[name] = {
            "description": inspect.getdoc(kind),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _form(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Describe a type."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_dataclass(hint):
        return dict(_define(hint if isinstance(hint, type) else type(hint), definitions))
    kind, of = get_origin(hint), get_args(hint)
    if kind is Literal:
        return {"enum": list(of)}
    if kind in (Union, UnionType):
        return {"anyOf": [_form(each, definitions) for each in of]}
    if kind is tuple and of[1:] == (...,):
        return {"type": "array", "items": _form(of[0], definitions)}
    raise TypeError(f"the schema has no form for {hint}")


def main(arguments: list[str] | None = None) -> int:
    """Write the schema, or compare it with the one that stands.

    Args:
        arguments: ``--check`` or none; ``sys.argv[1:]`` when None.

    Returns:
        Exit status.
    """
    text = json.dumps(answer_schema(), indent=1, ensure_ascii=False) + "\n"
    if (sys.argv[1:] if arguments is None else arguments) == ["--check"]:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
