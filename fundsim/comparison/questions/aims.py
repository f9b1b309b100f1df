"""What a rule is chosen by: measures of spread, and the share of money that reaches some people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.comparison.choice import Aim, Mask, reached
from fundsim.comparison.looking import Looking
from fundsim.comparison.questions.counting import InNeed, in_need
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import SPREADS, Spreading
from fundsim.money import Pence, Real
from fundsim.rules.working import whole
from fundsim.scenario import Scenario

AIM = "--aim"
SHARE_TO = "share_to:"
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


def share_to(pence: Pence, population: Real, people: Real) -> Real:
    """The share of money that reaches people in need, if all in an area get alike, `(path,)`.

    Σ x_i · q_i / p_i over Σ x, with q people in need among p in an area that gets x. Where nothing
    is paid it is their share of all people, as where all get the same a head.
    """
    part = (people / population)[:, np.newaxis]
    got, total = whole(pence * part)[0], pence.sum(axis=0).astype(np.float64)
    share = np.full(total.shape, people.sum() / population.sum())
    np.divide(got, total, out=share, where=total > 0)
    return share


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
    if text.startswith(SHARE_TO):
        return _share_to(in_need(scenario, text.removeprefix(SHARE_TO), option), text)
    if text not in SPREADS:
        hint = nearest(text, [*SPREADS, SHARE_TO]) or f"; there are {', '.join(_directed())}"
        message = (
            f"there is no such aim{hint}, and {SHARE_TO}COLUMN for people whom a column counts"
        )
        raise ValueError(message)
    spread = SPREADS[text]
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
    return Aimed(Aim.of(text), spread.measure)


def _remedy(lacking: str) -> str:
    return f"{lacking}; state it with --need, --earlier or --minimum"


def _directed() -> list[str]:
    return [name for name, s in SPREADS.items() if s.direction and "yearly" not in s.needs]


def _share_to(people: InNeed, text: str) -> Aimed:
    def measure(view: Spreading) -> Real:
        return share_to(view.pence, view.population, people.people)

    title = f"The share of money that reaches people counted in {people.name} ({people.title})."
    return Aimed(Aim(text, title, "share", 1), measure, people)


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
