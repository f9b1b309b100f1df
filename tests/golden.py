"""What is kept of the code's own answers, and `python -m tests.golden`, which writes it anew.

The expected summaries beside the shipped scenarios, the JSON Schemas, and the demo in README.

A change of these files is a change of published figures: list it in CHANGELOG.md, under its own
heading.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fundsim
from fundsim.cli.summary import lines
from fundsim.scenario import json_schema, shipped
from fundsim.studies.editor import study_schema

README = Path(__file__).parents[1] / "README.md"


def expected(scenario: Path) -> Path:
    """Say where a scenario's expected summary stands."""
    return scenario.with_suffix(".expected.csv")


def summary(scenario: Path) -> bytes:
    """Simulate a scenario as shipped, and give its summary, lines ended as git keeps them."""
    results = fundsim.simulate(fundsim.load(scenario))
    return "".join(results.table("summary").csv()).replace("\r\n", "\n").encode()


def demo() -> str:
    """Give what the demo prints, as far as README shows it."""
    scenario = fundsim.load("kruger-2020")
    printed = lines(fundsim.simulate(scenario), scenario, fund="all", real=True)
    return "\n".join(line for line in printed if not line.startswith("unverified")).strip()


def main() -> None:
    """Write all that follows from the code anew, and say what changed."""
    for path in shipped().values():
        _write(expected(path), summary(path))
    folder = next(iter(shipped().values())).parent
    _write(folder / "scenario.schema.json", _as_json(json_schema()))
    _write(folder / "studies" / "study.schema.json", _as_json(study_schema()))
    before, _, rest = README.read_text("utf-8").partition("<!-- demo output -->\n")
    after = rest.partition("<!-- end of demo output -->")[2]
    shown = f"<!-- demo output -->\n```text\n{demo()}\n```\n<!-- end of demo output -->"
    _write(README, f"{before}{shown}{after}".encode())


def _as_json(schema: dict[str, Any]) -> bytes:
    return f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n".encode()


def _write(place: Path, made: bytes) -> None:
    same = place.exists() and place.read_bytes() == made
    place.write_bytes(made)
    print(f"{place.name}: {'the same' if same else 'CHANGED'}")  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
