"""The expected summaries beside the shipped scenarios: `python -m tests.golden` writes them anew.

A change of these files is a change of published figures: list it in CHANGELOG.md, under its own
heading.
"""

from __future__ import annotations

from pathlib import Path

import fundsim
from fundsim.scenario import shipped


def expected(scenario: Path) -> Path:
    """Say where a scenario's expected summary stands."""
    return scenario.with_suffix(".expected.csv")


def summary(scenario: Path) -> bytes:
    """Simulate a scenario as shipped, and give its summary, lines ended as git keeps them."""
    results = fundsim.simulate(fundsim.load(scenario))
    return "".join(results.table("summary").csv()).replace("\r\n", "\n").encode()


def main() -> None:
    """Write all expected summaries, and say which of them changed."""
    for path in shipped().values():
        made, place = summary(path), expected(path)
        same = place.exists() and place.read_bytes() == made
        place.write_bytes(made)
        print(f"{place.name}: {'the same' if same else 'CHANGED'}")  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
