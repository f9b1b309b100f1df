"""Rules of other packages that misbehave: each fault is told once, by package, and nobody is paid.

The rules are real classes, watched as those of an installed package are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from fundsim.errors import RuleError
from fundsim.money import Pence
from fundsim.rules.allocation import AllocationRule, Amounts, Answer, Ratios
from fundsim.rules.allocation.brought import REMEDY, watched
from fundsim.rules.base import Fault
from fundsim.rules.plugins import Brought
from fundsim.rules.round import Round
from fundsim.rules.working import Working
from tests.rules.little import between, table

TWO = table([1, 2])


class Odd(AllocationRule):
    """Whatever it is told to answer."""

    kind: Literal["odd"] = "odd"
    size: int = 3
    answer: ClassVar[Callable[[Round], Any]]

    def shares(self, round: Round) -> Answer:
        """Answer as told."""
        return type(self).answer(round)  # type: ignore[no-any-return]  # - as bad as it is told


def odd(answer: Callable[[Round], Any]) -> AllocationRule:
    """Make a watched rule that answers like this."""
    rule = watched(Brought(Odd, "garden-rules", "1.2"))
    rule.answer = staticmethod(answer)  # type: ignore[attr-defined]  # - it is an Odd
    return rule.model_validate({"kind": "odd"})


def ratios(*weights: float) -> Ratios:
    return Ratios.of(Working.start("letters", np.array(weights)))


def pence(rows: list[list[int]], *, dtype: type = np.int64, direct: Any = None) -> Amounts:
    given: Pence = np.array(rows, dtype)
    part = None if direct is None else np.array(direct, np.int64)
    return Amounts(given, Working.start("letters", given.astype(np.float64)).told, part)


def raising(_: Round) -> Answer:
    return 1 / 0  # type: ignore[return-value]  # - it never does


WRONG = {
    "fails": (raising, "it fails with ZeroDivisionError: division by zero"),
    "nothing": (
        lambda _: None,
        "it answers with NoneType, neither with Ratios nor with Amounts",
    ),
    "too many weights": (
        lambda _: ratios(1, 1, 1),
        "its weights are (3,) where the round is between 2 members",
    ),
    "no number": (lambda _: ratios(1, np.nan), "the geography: a weight is missing or infinite"),
    "negative": (lambda _: ratios(1, -1), "the geography: a weight is negative"),
    "nobody": (
        lambda _: ratios(0, 0),
        "the geography: the weights are all zero, so there is nobody to share with",
    ),
    "one path": (
        lambda _: pence([[1], [1]]),
        "its pence are (2, 1) where (member, path) is (2, 2)",
    ),
    "floats": (
        lambda _: pence([[1, 1], [1, 1]], dtype=np.float64),
        "its pence are float64, where whole pence are int64",
    ),
    "less than nothing": (
        lambda _: pence([[1, -1], [1, 1]]),
        "its pence are negative for an area",
    ),
    "more than there is": (
        lambda _: pence([[50, 100], [50, 101]]),
        "it shares out 1 pence more than the 200 that there are",
    ),
    "direct in another shape": (
        lambda _: pence([[1, 1], [1, 1]], direct=[[1]]),
        "its direct pence are (1, 1) where (member, path) is (2, 2)",
    ),
    "all direct and more": (
        lambda _: pence([[1, 1], [1, 1]], direct=[[2, 0], [0, 0]]),
        "its direct pence are more than its pence for an area",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_cannot_be_paid_is_told_by_rule_and_package(name: str) -> None:
    answer, what = WRONG[name]
    with pytest.raises(RuleError) as raised:
        odd(answer).shares(between(TWO, 1, 2))
    assert str(raised.value) == f'rule "odd" of package garden-rules 1.2: {what}; {REMEDY}'


@pytest.mark.parametrize(
    "answer", [ratios(1, 2), pence([[50, 100], [50, 99]]), pence([[1, 1]] * 2, direct=[[1, 0]] * 2)]
)
def test_a_sound_answer_passes_as_it_is(answer: Answer) -> None:
    assert odd(lambda _: answer).shares(between(TWO, 1, 2)) is answer


def test_of_nothing_nobody_has_to_get_any() -> None:
    nobody = ratios(0, 0)
    assert odd(lambda _: nobody).shares(between(TWO, 0)) is nobody


def test_a_fault_is_the_rule_s_own_word_and_passes() -> None:
    def fault(_: Round) -> Answer:
        message = "there are no letters"
        raise Fault(message, "size")

    with pytest.raises(Fault, match="there are no letters"):
        odd(fault).shares(between(TWO, 1))


def test_what_else_it_is_asked_is_watched_too() -> None:
    class Worse(Odd):
        """Worse."""

        def needed(self, round: Round) -> int:
            raise KeyError(len(round))

        def remarks(self, round: Round) -> Iterator[str]:
            yield "one"
            raise KeyError(len(round))

    rule = watched(Brought(Worse, "garden-rules", "1.2")).model_validate({"kind": "odd"})
    round_ = between(TWO, 1)
    for asked in (rule.needed, lambda of: list(rule.remarks(of))):
        with pytest.raises(RuleError, match=r"package garden-rules 1\.2: it fails with KeyError"):
            asked(round_)


def test_it_is_known_by_its_own_name_settings_and_sentence() -> None:
    rule = watched(Brought(Odd, "garden-rules", "1.2"))
    assert (rule.__name__, rule.title()) == ("Odd", "Whatever it is told to answer.")
    settings = {"kind": "odd", "size": 4}
    assert rule.model_validate(settings).model_dump() == settings
