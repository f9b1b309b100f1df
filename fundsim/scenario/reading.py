"""From the name of a scenario, or the path of a file, to one document of plain values.

A file may extend another, which may extend a third; `--set` values are laid over them in order.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fundsim
from fundsim.errors import Problem, ScenarioError, nearest
from fundsim.scenario.document import Document, assigned, overlaid, without
from fundsim.scenario.keys import DEPTH, dotted, leading, undotted, walk
from fundsim.scenario.origins import Finding, Origin, Source

LARGEST = 10_000_000  # bytes; a scenario is a page or two
SET = "--set"

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end.*)\)")
_REMEDIES = {
    "Invalid value": 'put text in double quotes, as in name = "kruger-2020"',
    "Expected '=' after": "write key = value",
    "Expected newline or end": "put each value on a line of its own, and text in double quotes",
    "Cannot overwrite": "this key is there already; keep one",
    "Cannot declare": "this table is there already; keep one",
    "Unclosed array": "close the list with ]",
    "Unclosed inline table": "close the table with }",
    "Unterminated string": "close the text with a double quote",
    "Unescaped": "write \\\\ for a backslash, or put the text in single quotes",
    "Invalid initial": "write key = value, and no comma after the last",
    "Invalid statement": "write key = value",
    "Illegal character": "text in double quotes ends on the line it begins on",
}


def shipped() -> dict[str, Path]:
    """List the scenarios that come with fundsim, by name."""
    room = Path(fundsim.__file__).parent
    folders = (room / "_shipped", room.parent / "scenarios")
    folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read(path: str | Path, sets: Sequence[str] = ()) -> Document:
    """Read a scenario file, or a shipped scenario by its name, with `KEY=VALUE` laid over it."""
    found = _find(str(path), Path())
    if isinstance(found, str):
        raise ScenarioError([Problem(str(path), "", found)])
    label = str(path) if Path(path) == found else _label(found)
    return with_sets(_read_file(found, label, ()), sets)


def read_plain(path: Path) -> Document:
    """Read a TOML file that is no scenario, and extends none."""
    values, source = _parsed(path, str(path))
    return Document.written(values, source)


def from_python(values: Mapping[str, object]) -> Document:
    """Make a document of plain Python values, as a notebook or a test has them at hand."""
    source = Source("scenario", "", Path(), value_at=0)
    tidy = plain(values)
    return Document(tidy, {key: Origin(source) for key, _ in walk(tidy)})


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a notebook has at hand
    """Turn Python's and numpy's kinds of values into those that a TOML file can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, Path):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def with_python(
    document: Document, changes: Mapping[str, object], folder: Path = Path()
) -> Document:
    """Lay values over a document by their dotted keys; a key that cannot be set is told.

    `folder` is where their relative paths begin.
    """
    rank = _next_rank(document)
    for number, (name, value) in enumerate(changes.items()):
        source = Source("but", "", folder, rank + number, value_at=0)
        document = _with_value(document, name, plain(value), source)
    return document


def with_sets(document: Document, sets: Sequence[str]) -> Document:
    """Lay `KEY=VALUE` texts over a document, in order; the value is TOML, else text."""
    rank = _next_rank(document)
    for number, text in enumerate(sets):
        source = Source(SET, text, Path(), rank + number, value_at=0)
        try:
            key, end = leading(text)
            if not text.startswith("=", end):
                message = f'{SET} needs KEY=VALUE, such as {SET} "funds.luc.spending.rate=4%"'
                raise ValueError(message)  # noqa: TRY301 - told as every other fault of the key
            value = _toml_or_text(text[end + 1 :])
        except ValueError as error:
            document = _told(document, source, "", str(error))
            continue
        document = _with_value(document, dotted(key), value, replace(source, value_at=end + 1))
    return document


def _next_rank(document: Document) -> int:
    return 1 + max(origin.source.rank for origin in document.origins.values())


def _with_value(document: Document, name: str, value: object, source: Source) -> Document:
    try:
        return assigned(document, undotted(name), value, source)
    except ValueError as error:
        return _told(document, source, name, str(error))


def _told(document: Document, source: Source, key: str, message: str) -> Document:
    excerpt = source.excerpt(0, len(source.text))
    finding = Finding(source.rank, 0, Problem(source.label, key, message, excerpt))
    return replace(document, findings=(*document.findings, finding))


def _toml_or_text(text: str) -> object:
    text = text.strip()
    try:
        parsed = tomllib.loads(f"value = {text}")
        return parsed["value"] if len(parsed) == 1 and not _too_deep(parsed) else text
    except (ValueError, RecursionError) as error:
        if text.startswith(("{", "[", '"', "'")):
            message = f"the value begins as TOML and does not go on so ({error}); check its quotes"
            raise ValueError(message) from None
        if not text.isprintable():
            message = "the value holds characters that are not text"
            raise ValueError(message) from None
        return text


def _find(text: str, folder: Path) -> Path | str:
    """Find the file that a name or path means, or say why there is none."""
    path = folder / text
    ours = shipped()
    try:
        if path.is_file() or (path.exists() and not path.is_dir()):
            return path
        if text in ours:
            return ours[text]
        if path.is_dir():
            return "this is a folder; give a scenario file in it"
        beside = [file.name for file in path.parent.glob("*.toml")]
    except (OSError, ValueError) as error:  # such as a name too long for the disk
        return f"the file cannot be read ({_reason(error)}); check its name"
    hint = nearest(text, ours) or nearest(path.name, [*ours, *beside])
    return f"there is no such file, and no scenario of that name comes with fundsim{hint}"


def _label(path: Path) -> str:
    """Name a file as seen from where the user stands."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):  # no folder to stand in, or the file is not below it
        return str(path)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _read_file(path: Path, label: str, above: tuple[Path, ...]) -> Document:
    """Read a file and all that it extends; `above` are the files that lead to it."""
    values, source = _parsed(path, label)
    if {"vary", "base"} <= values.keys():
        message = "this is a study of many scenarios, not one; fundsim batch runs it"
        raise ScenarioError([Problem(label, "", message)])
    own = Document.written(values, source)
    inherited = _extended(own, (*above, path.resolve()))
    if inherited is None:
        inherited = Document({}, {(): Origin(source)})
    source = replace(source, rank=_next_rank(inherited))
    own = Document.written(values, source)
    names, findings = _names_to_remove(own)
    inherited = without(inherited, names, own)
    rest = {key: value for key, value in values.items() if key not in ("extends", "remove")}
    return overlaid(inherited, replace(own, values=rest, findings=tuple(findings)))


def _extended(own: Document, chain: tuple[Path, ...]) -> Document | None:
    """Read the file that this one extends."""
    if "extends" not in own.values:
        return None
    named = own.values["extends"]
    if not isinstance(named, str):
        message = "this is not text; expected the path or the name of a scenario in double quotes"
        raise ScenarioError([own.finding(("extends",), message).problem])
    found = _find(named, own.origins[()].source.folder)
    if isinstance(found, str):
        raise ScenarioError([own.finding(("extends",), f'"{named}": {found}').problem])
    if found.resolve() in chain:
        loop = [*chain[chain.index(found.resolve()) :], found]
        names = " -> ".join(_label(path) for path in loop)
        message = f"the files extend one another in a loop ({names}); take one extends out"
        raise ScenarioError([own.finding(("extends",), message).problem])
    return _read_file(found, _label(found), chain)


def _names_to_remove(own: Document) -> tuple[list[str], list[Finding]]:
    names = own.values.get("remove", [])
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return names, []
    message = 'this is not a list of keys; expected for instance remove = ["funds.recovery"]'
    return [], [own.finding(("remove",), message)]


def _parsed(path: Path, label: str) -> tuple[dict[str, Any], Source]:
    text = _text(path, label)
    source = Source(label, text, path.parent)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise ScenarioError([Problem(label, "", _DEEP)]) from None
    except ValueError as error:
        raise ScenarioError([_syntax_problem(source, str(error))]) from None
    if _too_deep(values):
        raise ScenarioError([Problem(label, "", _DEEP)])
    return values, source


_DEEP = "tables or lists are nested too deeply; a few levels are enough"


def _too_deep(values: dict[str, Any]) -> bool:
    level: list[Any] = [values]
    for _ in range(DEPTH):
        tables = [list(value.values()) for value in level if isinstance(value, dict)]
        lists = [value for value in level if isinstance(value, list)]
        level = [inner for values_of in (*tables, *lists) for inner in values_of]
    return bool(level)


def _text(path: Path, label: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        message = f"the file cannot be read ({_reason(error)}); check its name and permissions"
        raise ScenarioError([Problem(label, "", message)]) from None
    if len(content) > LARGEST:
        message = "the file is larger than 10 MB, so it is hardly what is meant; give another"
        raise ScenarioError([Problem(label, "", message)])
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} is not UTF-8 text; save the file as UTF-8"
        raise ScenarioError([Problem(f"{label}:{line}:1", "", message)]) from None


def _syntax_problem(source: Source, error: str) -> Problem:
    found = _SYNTAX.fullmatch(error)
    what = found["what"] if found else error
    offset = len(source.text.rstrip())
    if found and found["line"]:
        lines = source.text.split("\n")[: int(found["line"]) - 1]
        offset = sum(len(line) + 1 for line in lines) + int(found["column"]) - 1
    remedies = (text for start, text in _REMEDIES.items() if what.startswith(start))
    remedy = next(remedies, "see toml.io for how to write it")
    if found and not found["line"] and what.startswith(("Invalid", "Expected")):
        remedy = "the text ends too soon, so write the value, and close what was opened"
    what = re.sub(r" \(.*\) twice", " a table twice", f"{what[:1].lower()}{what[1:]}")
    message = f"this is not TOML: {what}; {remedy}"
    return Problem(source.place(offset), "", message, source.excerpt(offset, offset + 1))
