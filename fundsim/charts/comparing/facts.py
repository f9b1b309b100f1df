"""What every picture of a comparison says about it: which money, which rules, how many futures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from fundsim import __version__
from fundsim.charts.comparing.naming import Named, lettered
from fundsim.charts.figures import day, money
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.source import ALL
from fundsim.charts.words import Facts, Words, the_fund, words
from fundsim.comparison.compared import Comparison
from fundsim.errors import RunError
from fundsim.results import Table
from fundsim.scenario.markets import same_markets

ONE_POT = ("geography", "funds")  # what one pot rests on, by a key's first word
AREAS = {
    "paid": phrase("what areas are paid over {years}"),
    "allocated": phrase("what areas are allocated over {years}"),
}
AREAS_BY_ALL = {
    "paid": phrase("what areas are paid by all funds together, over {years}"),
    "allocated": phrase("what areas are allocated by all funds together, over {years}"),
}
NOT_SHARED = phrase("nothing is shared out under {rules}")
NO_FIGURE = phrase("there is no figure under {rules}")


@dataclass(frozen=True)
class ComparisonFacts(Facts):
    """The facts of a run, and what a comparison adds to them.

    `exact` says that there is no chance in it: one pot of `pot` pounds, shared once (0 where that
    is not told). `doubts` say what is unverified of a rule, by rule; `fingerprints` are those of
    the scenario under each rule. `own_scales` says that need has a scale of its own in each nation,
    and ranks areas inside each of them only; `same_markets` that all meet the same ones.
    """

    rules: tuple[Named, ...]
    measure: str
    exact: bool
    pot: float
    doubts: Mapping[str, str]
    fingerprints: Sequence[str]
    own_scales: bool
    same_markets: bool

    @classmethod
    def about(cls, found: Comparison, chart: str) -> ComparisonFacts:
        """Gather the facts of a comparison for a picture."""
        fund = found.fund if found.exact and found.fund else ALL
        facts = Facts.of_scenario(found.scenario, fund, found.basis, chart)
        given = {field.name: getattr(facts, field.name) for field in fields(facts)}
        return cls(
            **given | {"paths": found.paths},
            rules=lettered(found.rules),
            measure=found.measure,
            exact=found.exact,
            pot=_pot(found),
            doubts=_doubts(found),
            fingerprints=[each.fingerprint for each in found.scenarios.values()],
            own_scales=_own_scales(found),
            same_markets=same_markets(found.scenarios.values()),
        )

    @property
    def run(self) -> str:
        """Which comparison it is that is shown, in one sentence."""
        made = say(
            "{title} ({scenario}, fingerprint {fingerprint})",
            title=self.title,
            scenario=self.scenario,
            fingerprint=self.fingerprint,
        )
        if self.exact:
            if self.pot:
                made = say(
                    "{run}: one pot of {pounds}, shared once", run=made, pounds=money(self.pot)
                )
            return f"{made}. fundsim {__version__}."
        same = (
            say("the same ones under each rule")
            if self.same_markets
            else say("in different markets")
        )
        return say(
            "{run}: {futures} of {years} from {day}, seed {seed}, {same}, {prices}. fundsim "
            "{version}.",
            run=made,
            futures=self.futures,
            years=counted(self.years, "year"),
            day=day(self.start),
            seed=self.seed,
            same=same,
            prices=self.prices,
            version=__version__,
        )

    @property
    def provenance(self) -> dict[str, str]:
        """What a picture's file says about where it is from, in plain keys."""
        rules = zip(self.rules, self.fingerprints, strict=True)
        mine = {
            "measure": self.measure,
            "rules": " | ".join(f"{one.letter} {one.rule} ({mark})" for one, mark in rules),
        }
        return super().provenance | mine | ({"pot": f"{self.pot:.2f}"} if self.exact else {})

    @property
    def money(self) -> str:
        """Say in half a sentence which money is shown, and what of it where it is uncertain."""
        if self.exact:
            fund = the_fund(self.fund_title)
            return say("{pounds} of {fund}, shared once", pounds=money(self.pot), fund=fund)
        what = (
            say(AREAS_BY_ALL[self.measure], years=counted(self.years, "year"))
            if self.funds > 1
            else say(AREAS[self.measure], years=counted(self.years, "year"))
        )
        if self.paths == 1:
            return say(
                "{what}, {prices}, in 1 simulated future alone, so without intervals",
                what=what,
                prices=self.prices,
            )
        return say(
            "{what}, {prices}, mean of {futures}",
            what=what,
            prices=self.prices,
            futures=self.futures,
        )

    @property
    def base(self) -> Named:
        """The rule that others are held against."""
        return self.rules[0]

    def left_out(self, shown: Sequence[Named], why: str) -> list[str]:
        """Say which rules are not in a chart's table; `why` has a place for their letters."""
        there = {one.letter for one in shown}
        lost = [one.letter for one in self.rules if one.letter not in there]
        return [say(why, rules=", ".join(lost))] if lost else []

    def undrawn(self, shown: Sequence[Named], most: int) -> list[str]:
        """Say that of many rules only some are drawn."""
        told = say(
            "the first {most} of {count} rules are drawn; the CSV beside this has all",
            most=most,
            count=len(shown),
        )
        return [told] if len(shown) > most else []

    def notes(self, shown: Sequence[Named]) -> list[str]:
        """Write paragraphs of the caption: names in full, and what is unverified of the rules."""
        cut = [say("{letter} is {rule}", letter=o.letter, rule=o.rule) for o in shown if o.cut]
        doubts = [f"{r.letter}: {self.doubts[r.rule]}" for r in shown if r.rule in self.doubts]
        return [
            *([say("In full: {rules}.", rules="; ".join(cut))] if cut else []),
            *(
                [say("Unverified of the rules: {doubts}.", doubts="; ".join(doubts))]
                if doubts
                else []
            ),
        ]


def captioned(
    facts: ComparisonFacts,
    shown: Sequence[Named],
    *,
    title: str,
    about: Iterable[str],
    reading: Iterable[str],
) -> Words:
    """Put the words of a picture together; `shown` are the rules that it shows, or speaks of."""
    return words(
        facts,
        title=title,
        about=about,
        reading=reading,
        by_area=True,
        sections=ONE_POT if facts.exact else None,
        notes=facts.notes(shown),
    )


def optional(found: Comparison, name: str) -> Table | None:
    """Give a table that a comparison may have; None where it has none."""
    try:
        return found.table(name)
    except (KeyError, RunError):
        return None


def _pot(found: Comparison) -> float:
    """Give what is shared under the first rule, in pounds."""
    groups = optional(found, "groups")
    if groups is None:
        return 0.0
    return float(groups.where(level="all", rule=found.base).numbers("pounds").sum())


def _own_scales(found: Comparison) -> bool:
    tenths = optional(found, "tenths")
    return tenths is not None and not any(True for _ in tenths.rows())


def _doubts(found: Comparison) -> dict[str, str]:
    rules = optional(found, "rules")
    if rules is None:
        return {}
    pairs = zip(rules.column("rule"), rules.column("unverified"), strict=True)
    return {rule: doubt for rule, doubt in pairs if doubt}
