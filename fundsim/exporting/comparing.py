"""What is exported of a comparison: its tables, each column described, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fundsim.comparison.folder import Saved, altered, scenarios_of
from fundsim.errors import RunError, nearest
from fundsim.exporting.dictionary import Described
from fundsim.exporting.pictures import Picture, pictures_of_comparison
from fundsim.exporting.provenance import provenance_of_comparison
from fundsim.exporting.tidy import Tidy, columns_of
from fundsim.results.columns import BY_ROW, Column
from fundsim.results.table import Table
from fundsim.wording import counted

DESCRIBED: dict[str, Described] = {
    "areas": Described("What each area has under each rule.", ("area", "rule")),
    "groups": Described(
        "The same for everybody, and by nation, region, foundation and tenth of people by need.",
        ("level", "group", "rule"),
    ),
    "measures": Described("How each rule spreads money.", ("measure", "rule"), "of its own"),
    "tenths": Described("Pounds a head by tenth of people by need.", ("tenth", "rule")),
    "rules": Described("What each rule is, and what of it is unverified.", ("rule",)),
    "figures": Described(
        "What is aimed at, under each rule in each scenario.",
        ("rule", "scenario", "aim"),
        "of its own",
    ),
    "front": Described("Which rules no other one beats in all that is aimed at.", ("rule",)),
    "regrets": Described("How far each rule can be from the best of them.", ("aim", "rule")),
    "good_enough": Described("In how many scenarios each rule is good enough.", ("rule",)),
}
IN_DOCUMENTS = ("rules", "measures", "figures", "front", "regrets")

_WORDS = {
    "area": "code of the area",
    "name": "name of the area",
    "nation": "nation of the area",
    "region": "region of the area; empty where none is known",
    "foundation": "id of the community foundation that serves the area at the start",
    "rule": "the rule, as it was named; the first is what the others are held against",
    "level": "what the group is: all, nation, region, foundation or tenth",
    "group": "name of the group",
    "measure": "name of the measure",
    "title": "what the measure is, in words",
    "unit": "unit of the row's figures",
    "why_empty": "why there is no figure",
    "held_against": "the rule that it is held against; empty for that one itself",
    "what_it_is": "the rule in words",
    "remarks": "what to know of it",
    "unverified": "what of it is unverified",
    "scenario": "name of the scenario",
    "aim": "name of the measure that is aimed at",
    "unbeaten": "yes where no other rule is better in one aim and nowhere worse",
    "beaten_by": "a rule that beats it",
    "why": "in what that rule is better",
    "in_scenario": "the scenario in which the regret is largest",
    "least_of_all": "yes where no rule has a smaller largest regret",
    "most_of_all": "yes where no rule is good enough in more scenarios",
}
_COUNTS = {
    "tenth": ("", "tenth of people by need, 1 the most deprived; empty where need ranks nobody"),
    "population": ("people", "people of the area or group"),
    "direction": ("", "1 where more is better, -1 where less is, 0 where neither"),
    "areas_gaining": ("areas", "areas that have more than under the first rule, on average"),
    "areas_losing": ("areas", "areas that have less"),
    "people_gaining": ("people", "people of the areas that have more"),
    "people_losing": ("people", "people of the areas that have less"),
    "scenarios_good_enough": ("scenarios", "scenarios in which every threshold is met"),
}
_POUNDS = {
    "pounds": "mean over paths",
    "mean_gain": "mean gain over the paths on which it gains",
    "mean_loss": "mean loss over the paths on which it loses",
}
_OTHERS = {
    "per_head": ("pounds a head", "mean for each person"),
    "percent": ("percent", "mean difference, of what it has under the first rule"),
    "chance_of_gaining": ("probability", "share of paths on which it has more"),
    "chance_of_losing": ("probability", "share of paths on which it has less"),
    "share": ("ratio", "share of the money of everybody"),
    "share_of_scenarios": ("ratio", "share of all scenarios"),
}
_FIGURES = {
    "mean": "mean over paths",
    "se": "Monte Carlo standard error of the mean",
    "difference": "mean difference from the first rule on the same paths",
    "difference_se": "standard error of that difference",
    "low": "lower end of the difference's 95 % interval",
    "high": "upper end of the difference's 95 % interval",
    "figure": "mean of what is aimed at",
    "regret": "how far that is from the best rule in this scenario",
    "largest_regret": "the regret in the scenario where it is largest, in the aim's unit",
}


@dataclass(frozen=True)
class ComparedParcel:
    """A comparison and some of its tables; `named` says whether a user chose them."""

    found: Saved
    tables: tuple[Tidy, ...]
    named: bool
    in_documents: tuple[str, ...] = IN_DOCUMENTS

    @classmethod
    def of(cls, found: Saved, names: Sequence[str] = ()) -> ComparedParcel:
        """Take the tables named, or all of them; an altered folder is a RunError."""
        wrong = next(altered(found), None)
        if wrong is not None:
            message = (
                f"{found.folder} does not verify ({wrong}); only whole comparisons are exported: "
                "compare again with another --out"
            )
            raise RunError(message)
        there = [name for name in DESCRIBED if (found.folder / f"{name}.csv").exists()]
        unknown = next((name for name in names if name not in there), None)
        if unknown is not None:
            hint = nearest(unknown, there) or f"; there are: {', '.join(there)}"
            message = f'this comparison has no table "{unknown}"{hint}'
            raise RunError(message)
        wanted = dict.fromkeys(names or there)
        return cls(found, tuple(_tidy(found, name) for name in wanted), bool(names))

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Where the figures come from."""
        return provenance_of_comparison(self.found)

    kind = "comparison"

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self.found.folder

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What its own manifest says."""
        return self.found.manifest

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.provenance['scenario']}-{self.provenance['fingerprint']}"

    def files(self) -> Iterator[str]:
        """Name the files of its folder: those that its manifest vouches for."""
        yield from self.found.manifest["files"]

    @property
    def scenario_file(self) -> str:
        """The file of its folder that holds the scenario under the first rule."""
        return f"{scenarios_of(0)}/0.toml"

    @property
    def line(self) -> str:
        """Say in one sentence which comparison it is."""
        found, kind = self.found, "rule" if self.found.fund else "scenario"
        return (
            f"{found.scenario.title} ({found.scenario.name}, comparison "
            f"{found.manifest['fingerprint']}): {counted(len(found.rules), kind)} compared on "
            f"{counted(found.paths, 'path')}; fundsim {found.manifest['versions']['fundsim']}."
        )

    def words(self, tables: Sequence[Tidy]) -> list[Table]:
        """Make the data dictionary of some tables; the table `measures` tells of itself."""
        return [columns_of(tables)]

    def saved_words(self) -> list[Table]:
        """Make the data dictionary of the comparison's own files."""
        return self.words(self.tables)

    def pictures(self) -> Iterator[Picture]:
        """Draw the charts of the comparison."""
        return pictures_of_comparison(self.found)


def _tidy(found: Saved, name: str) -> Tidy:
    table, about = found.table(name), DESCRIBED[name]
    columns = tuple(described(name, column) for column in table.columns)
    return Tidy(name, about.about, about.key, columns, table.rows)


def described(table: str, name: str) -> Column:
    """Describe a column of a comparison's table."""
    if name in _WORDS:
        return Column(name, "string", "", _WORDS[name])
    if name in _COUNTS:
        return Column(name, "integer", *_COUNTS[name])
    if name in _OTHERS:
        return Column(name, "number", *_OTHERS[name])
    if name in _POUNDS:
        return Column(name, "number", "pounds", _POUNDS[name])
    return Column(name, "number", _unit(table, name), _FIGURES[name])


def _unit(table: str, name: str) -> str:
    if name == "largest_regret":
        return "as figures.csv says of the aim"
    if DESCRIBED[table].unit != "pounds":
        return BY_ROW
    return "pounds a head" if table == "tenths" else "pounds"
