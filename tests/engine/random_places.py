"""Places made up at random, or those that come with fundsim: areas and their foundations."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Values = dict[str, Any]

AREAS = Path(__file__).parents[2] / "fundsim" / "places" / "data" / "uk-districts-2024.csv"
NATIONS = ("Wales", "England", "Scotland", "Northern Ireland")
MEMBERS = ("cumbria", "leeds", "kent")  # of the second and third it is known what they granted
FIGURES = {"need": "score", "weight": "rank", "count": "left_behind"}
PACKAGED = {"need": "uk_score", "weight": "claimant", "count": "lbn_pop"}
COLUMNS = ("column", "title", "unit", "nations", "comparable", "aggregate", "vintage", "source")


@dataclass(frozen=True)
class Places:
    """Rows of a table of areas, and which of its columns is read as what."""

    rows: list[dict[str, str]]
    figures: dict[str, str]

    def labels(self, word: str) -> list[str]:
        return list(dict.fromkeys(row[word] for row in self.rows))


def packaged_places(chance: Random) -> tuple[Values, Places]:
    """Take the districts that come with fundsim, of the whole kingdom or of England."""
    with AREAS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    geography: Values = {"areas": AREAS.stem, "need": PACKAGED["need"]}
    if chance.random() < 0.5:
        geography["where"] = {"nation": "England"}
        rows = [row for row in rows if row["nation"] == "England"]
    return geography, Places(rows, PACKAGED)


def own_places(chance: Random, folder: Path) -> tuple[Values, Places]:
    """Make up a table of areas, and write it into a new folder."""
    folder.mkdir(exist_ok=True)
    rows = areas(chance)
    geography = {"areas": str(written(rows, folder)), "need": FIGURES["need"]}
    return geography, Places(rows, FIGURES)


def areas(chance: Random) -> list[dict[str, str]]:
    """Make areas of a few foundations, nations and regions, in no order; one may span nations."""
    nations = chance.sample(NATIONS, chance.randint(1, 4))
    ids = chance.sample([*MEMBERS, *(f"fund-{letter}" for letter in "abcdefghi")], 6)
    homes = {name: chance.choice(nations) for name in ids}
    served = dict(list(homes.items())[: chance.randint(2, 6)])
    rows = []
    for number in chance.sample(range(1000), chance.randint(5, 40)):
        foundation = chance.choice(list(served))
        abroad = chance.random() < 0.1
        nation = chance.choice(nations) if abroad else served[foundation]
        row = {
            "code": f"E{number:03}",
            "name": f"Area {number}",
            "nation": nation,
            "region": f"{nation} {chance.choice(['north', 'south'])}",
            "foundation": foundation,
            "population": str(chance.randint(500, 900_000)),
            "score": f"{chance.uniform(1, 80):.3f}",
            "rank": str(chance.choice([0, chance.randint(1, 300)])),
            "left_behind": str(chance.choice([0, 0, chance.randint(1, 50_000)])),
        }
        rows.append(row)
    rows[0]["left_behind"] = rows[0]["rank"] = "77"
    return rows


def written(rows: list[dict[str, str]], folder: Path) -> Path:
    path = folder / "areas.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    with path.with_name("areas.columns.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*COLUMNS, "licence"], restval="")
        table.writeheader()
        for name in FIGURES.values():
            together = "sum" if name == "left_behind" else "mean"
            described = {"column": name, "comparable": "uk", "aggregate": together}
            table.writerow(described | {"nations": "all"})
    return path
