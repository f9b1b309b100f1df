"""Scenarios between two others: the assumptions of one changed into those of another, in groups.

The groups have a fixed order. One whose changes cannot stand alone, since a scenario with them and
without later ones says something that cannot be, is made together with the next.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fundsim.errors import InputError, RunError
from fundsim.rules.returns import Tabled
from fundsim.scenario import Scenario, differences, from_values
from fundsim.scenario.document import NOTES
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.spelling import table

MARKETS, MONEY = "markets and prices", "money that comes in"
SPENDING, SHARING = "spending", "allocation and need"
FOUNDATIONS, SHOCKS, OTHERS = "foundations", "shocks", "places, dates and all else"
GROUPS = (MARKETS, MONEY, SPENDING, SHARING, FOUNDATIONS, SHOCKS, OTHERS)
"""What is changed together, in the order in which it is changed."""

_OF_FUND = {
    "holds": MARKETS,
    "opening": MONEY,
    "inflow": MONEY,
    "pays": MONEY,
    "spending": SPENDING,
    "alarm": SPENDING,
    "closes": SPENDING,
    "allocation": SHARING,
    "instalments": FOUNDATIONS,
}
_ON_TOP = {
    "markets": MARKETS,
    "seed": MARKETS,
    "dormant_assets": MONEY,
    "foundations": FOUNDATIONS,
    "shocks": SHOCKS,
}
_NO_ASSUMPTION = (*WORDS_ONLY, "paths")

Key = tuple[str, ...]
Figures = TypeVar("Figures")


@dataclass(frozen=True)
class Change:
    """What is changed at once: its groups, and each assumption with its value before and after."""

    groups: tuple[str, ...]
    keys: Sequence[tuple[str, str, str]]

    @property
    def title(self) -> str:
        """Say what is changed."""
        return listed(self.groups)


def listed(words: Sequence[str]) -> str:
    """Write words as a list.

    >>> listed(["markets"]), listed(["markets", "money", "spending"])
    ('markets', 'markets, money and spending')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def group_of(key: Key, *, in_both: bool = True) -> str:
    """Say in which group an assumption is; a fund that only one scenario has comes as a whole.

    >>> group_of(("funds", "luc", "spending")), group_of(("geography", "need"))
    ('spending', 'allocation and need')
    """
    if key[0] == "funds":
        return _OF_FUND.get(key[2], OTHERS) if in_both else MONEY
    if key == ("geography", "need"):
        return SHARING
    return _ON_TOP.get(key[0], OTHERS)


def steps(
    one: Scenario, other: Scenario, look: Callable[[Scenario], Figures]
) -> Iterator[tuple[Change, Figures]]:
    """Change one scenario into another group by group, and look at each on the way.

    The last of them is the other one itself. Groups that are the same are left out.
    """
    same_places = one.geography_table.digest == other.geography_table.digest
    both = _Both(_units(one, one, one), _units(other, one if same_places else other, one))
    wanted, applied = both.differing(), set[str]()
    before, together = one, list[str]()
    for group in wanted:
        together.append(group)
        applied.add(group)
        if group == wanted[-1]:
            yield Change(tuple(together), differences(before, other)), look(other)
            return
        found = _tried(both.joined(applied), look)
        if found is not None:
            scenario, figures = found
            yield Change(tuple(together), differences(before, scenario)), figures
            before, together = scenario, []


def _tried(
    values: Mapping[str, Any], look: Callable[[Scenario], Figures]
) -> tuple[Scenario, Figures] | None:
    """Make a scenario and look at it; None if there is none, or it cannot be run."""
    try:
        scenario = from_values(values)
        return scenario, look(scenario)
    except (InputError, RunError, ValueError):
        return None


@dataclass(frozen=True)
class _Both:
    """Two scenarios taken apart to values that are changed as wholes."""

    first: Mapping[Key, Any]
    second: Mapping[Key, Any]

    def _group(self, key: Key) -> str:
        in_both = key[0] != "funds" or all(
            any(own[:2] == key[:2] for own in side) for side in (self.first, self.second)
        )
        return group_of(key, in_both=in_both)

    @property
    def _keys(self) -> list[Key]:
        return [*self.first, *(key for key in self.second if key not in self.first)]

    def differing(self) -> list[str]:
        """List the groups in which anything differs that figures can depend on."""
        found = {
            self._group(key)
            for key in self._keys
            if _figure(key, self.first.get(key)) != _figure(key, self.second.get(key))
        }
        return [group for group in GROUPS if group in found]

    def joined(self, applied: Container[str]) -> dict[str, Any]:
        """Put the first one's values together, with the second one's in some groups."""
        values: dict[str, Any] = {}
        for key in self._keys:
            side = self.second if self._group(key) in applied else self.first
            if key in side:
                inside = values
                for name in key[:-1]:
                    inside = inside.setdefault(name, {})
                inside[key[-1]] = side[key]
        return _with_priority(values)


def _with_priority(values: dict[str, Any]) -> dict[str, Any]:
    """Let the order in which funds are served name the funds that there are, new ones last."""
    order = values["foundations"].get("priority")
    if order is not None:
        kept = [fund for fund in order if fund in values["funds"]]
        new = [fund for fund in values["funds"] if fund not in order]
        values["foundations"] = {**values["foundations"], "priority": [*kept, *new]}
    return values


def _figure(key: Key, value: Any) -> Any:  # noqa: ANN401 - a value of a scenario may be of any type
    """Give what of a value figures can depend on."""
    if key[-1] in _NO_ASSUMPTION:
        return None
    if key == ("shocks",):
        return [{name: inner for name, inner in shock.items() if name != "name"} for shock in value]
    return value


def _units(scenario: Scenario, placed: Scenario, first: Scenario) -> dict[Key, Any]:
    """Take a scenario apart, so that its values are found from anywhere.

    Its areas are written as those of `placed`, which has the same ones, and a table of markets as
    that of `first`, where that has the same figures.
    """
    values = {key: value for key, value in table(scenario).items() if key != NOTES}
    if isinstance(scenario.markets, Tabled):
        own = {scenario.markets.file_key: _history(scenario, first)}
        values["markets"] = {**values["markets"], **own}
    geography = {**values["geography"], "areas": _areas(placed)}
    geography.pop("where", None)
    if placed.geography.where is not None:
        geography["where"] = placed.geography.where
    return dict(_taken_apart({**values, "geography": geography}))


def _taken_apart(values: Mapping[str, Any]) -> Iterator[tuple[Key, Any]]:
    for name, value in values.items():
        if name == "geography":
            yield from (((name, key), inner) for key, inner in value.items())
        elif name == "funds":
            for fund, terms in value.items():
                yield from (((name, fund, key), inner) for key, inner in terms.items())
        else:
            yield (name,), value


def _history(scenario: Scenario, first: Scenario) -> str:
    ours, theirs = scenario.markets, first.markets
    assert isinstance(ours, Tabled)  # noqa: S101 - asked for only then
    same = isinstance(theirs, Tabled) and theirs.data.digest == ours.data.digest
    file = (first if same else scenario).history_file
    return "" if file is None else file.resolve().as_posix()


def _areas(scenario: Scenario) -> str:
    files = scenario.files
    return files[0].resolve().as_posix() if files else scenario.geography.areas
