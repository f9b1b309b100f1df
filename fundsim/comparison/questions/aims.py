"""What a rule is chosen by: measures of spread, and the share of money that reaches some people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.comparison.choice import Aim, Mask, reached
from fundsim.comparison.counting import InNeed, in_need
from fundsim.comparison.looking import Looking
from fundsim.comparison.spreads import SHARE_TO, spreads_of
from fundsim.errors import InputError, Problem
from fundsim.metrics.places import SPREADS, Spreading
from fundsim.money import Real
from fundsim.scenario import Scenario

AIM = "--aim"
DIGITS = 6  # after the point: what tables show of a figure decides, and nothing beyond it


@dataclass(frozen=True)
class Aimed:
    """An aim and how it is measured; `people` are those that money is to reach, where any are."""

    aim: Aim
    measure: Callable[[Spreading], Real]
    people: InNeed | None = None

    def of(self, view: Spreading) -> Real:
        """Measure, `(path,)`, to as many digits as tables show."""
        return np.asarray(np.round(self.measure(view), DIGITS))


@dataclass(frozen=True)
class Threshold:
    """A figure that has to be reached: no less where more is asked for, no more where less is."""

    aimed: Aimed
    figure: float
    sense: int

    def met(self, figures: Real) -> Mask:
        """Say which figures reach it."""
        return reached(figures, self.sense, self.figure)

    @property
    def words(self) -> str:
        """Say what is asked."""
        bound = "at least" if self.sense > 0 else "at most"
        return f"{self.aimed.aim.name} {bound} {self.aimed.aim.told(self.figure)}"


def read_aims(
    texts: Sequence[str], scenario: Scenario, looking: Looking, option: str = AIM
) -> list[Aimed]:
    """Read aims by name; every one that cannot be aimed at is told at once."""
    found: list[Aimed] = []
    problems: list[Problem] = []
    for text in dict.fromkeys(one.strip() for several in texts for one in several.split(",")):
        try:
            found.append(_aimed(text, scenario, looking, option))
        except InputError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(option, text, str(error)))
    if problems:
        raise InputError(problems)
    return found


def _aimed(text: str, scenario: Scenario, looking: Looking, option: str) -> Aimed:
    spread = spreads_of([text], scenario, option)[text]
    if text.startswith(SHARE_TO):
        people = in_need(scenario, text.removeprefix(SHARE_TO), option)
        return Aimed(Aim.of(spread), spread.measure, people)
    if not spread.direction:
        message = f"neither more nor less of it is better; there are {', '.join(_directed())}"
        raise ValueError(message)
    if "yearly" in spread.needs:
        message = "it is taken year by year, and one pot has no years; choose another"
        raise ValueError(message)
    view = looking.view(np.zeros((len(looking.geography), 1), np.int64), None)
    lacking = spread.lacks(view)
    if lacking:
        message = looking.why if looking.why and "need" in lacking else _remedy(lacking)
        raise ValueError(message)
    return Aimed(Aim.of(spread), spread.measure)


def _remedy(lacking: str) -> str:
    return f"{lacking}; state it with --need, --earlier or --minimum"


def _directed() -> list[str]:
    return [name for name, s in SPREADS.items() if s.direction and "yearly" not in s.needs]


def read_thresholds(
    texts: Sequence[str], sense: int, scenario: Scenario, looking: Looking
) -> list[Threshold]:
    """Read thresholds as share_to:lbn_pop=30%; `sense` is +1 for at least and -1 for at most."""
    option = "--at-least" if sense > 0 else "--at-most"
    found: list[Threshold] = []
    for text in (one for several in texts for one in several.split(",")):
        name, equals, value = text.partition("=")
        if not equals:
            message = f'"{text}" is no threshold; write it as share_to:lbn_pop=30%'
            raise InputError([Problem(option, "", message)])
        (aimed,) = read_aims([name.strip()], scenario, looking, option)
        found.append(Threshold(aimed, _figure(value.strip(), aimed.aim, option), sense))
    return found


def _figure(text: str, aim: Aim, option: str) -> float:
    try:
        return aim.read(text)
    except ValueError:
        message = f'"{text}" is no figure; write it as {aim.name}=0.2, or 30%, or £5m'
        raise InputError([Problem(option, aim.name, message)]) from None
