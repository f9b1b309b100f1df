"""The words around a picture: title, caption, and the sentence for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import PurePath

from fundsim import __version__
from fundsim.charts.figures import day
from fundsim.charts.language import IN_ENGLISH, Language, counted, say, spoken
from fundsim.charts.source import ALL, Basis, Setting, Source
from fundsim.places import ATTRIBUTION, PACKAGED, Geography
from fundsim.wording import the

LICENCE = "Apache-2.0"
UNVERIFIED = "unverified"  # how a citation begins that is none
BY_FUND = ("funds", "markets")  # what the figures of a fund rest on, by a key's first word
BY_AREA = ("geography", "funds", "foundations", "markets")  # and those of areas
BETWEEN = " · "  # citations have semicolons of their own
CITATION = 120  # characters of a citation in a caption; the rest is left out
CITED = 640  # characters of all of them; the others are counted
NAMED = 8  # unverified assumptions named in a caption; the others are counted


@dataclass(frozen=True)
class Facts:
    """What every picture of a run says about the run, and which of its funds is shown."""

    scenario: str
    title: str
    fingerprint: str
    seed: int
    paths: int
    years: int
    start: date
    steady: bool
    sources: Mapping[str, str]
    geography: Geography
    fund: str
    fund_title: str
    funds: int
    basis: Basis
    chart: str

    @classmethod
    def of(cls, source: Source, fund: str, basis: Basis, chart: str) -> Facts:
        """Gather the facts of a run; `fund` is a fund's name or `all`."""
        return cls.of_scenario(source.scenario, fund, basis, chart)

    @classmethod
    def of_scenario(cls, scenario: Setting, fund: str, basis: Basis, chart: str) -> Facts:
        """Gather the facts of a scenario; `fund` is a fund's name or `all`."""
        return cls(
            scenario=scenario.name,
            title=scenario.title,
            fingerprint=scenario.fingerprint,
            seed=scenario.seed,
            paths=scenario.paths,
            years=scenario.years,
            start=scenario.start,
            steady=scenario.steady,
            sources=scenario.sources,
            geography=scenario.geography_table,
            fund=fund,
            fund_title=say("All funds together") if fund == ALL else scenario.funds[fund].title,
            funds=len(scenario.funds),
            basis=basis,
            chart=chart,
        )

    @property
    def prices(self) -> str:
        """Which money figures are in."""
        if self.basis == "nominal":
            return say("in money of the day")
        return say("in prices of {day}", day=day(self.start))

    @property
    def futures(self) -> str:
        """How many futures were simulated."""
        return counted(self.paths, "simulated future")

    @property
    def run(self) -> str:
        """Which run it is that is shown, in one sentence."""
        return say(
            "{title} ({scenario}, fingerprint {fingerprint}): {futures} of {years} from {day}, "
            "seed {seed}, {prices}. fundsim {version}.",
            title=self.title,
            scenario=self.scenario,
            fingerprint=self.fingerprint,
            futures=self.futures,
            years=counted(self.years, "year"),
            day=day(self.start),
            seed=self.seed,
            prices=self.prices,
            version=__version__,
        )

    @property
    def provenance(self) -> dict[str, str]:
        """What a picture's file says about where it is from, in plain keys."""
        return {
            "fundsim": __version__,
            "scenario": self.scenario,
            "fingerprint": self.fingerprint,
            "seed": str(self.seed),
            "paths": str(self.paths),
            "years": str(self.years),
            "chart": self.chart,
            "fund": self.fund,
            "basis": self.basis,
        }

    @property
    def attribution(self) -> str:
        """Who is to be named where figures by area are shown."""
        if self.geography.label in PACKAGED:
            return ATTRIBUTION
        name = PurePath(self.geography.label).name
        return say("Areas and their population: the user's own {name}.", name=name)

    @property
    def unverified(self) -> list[str]:
        """The keys whose citation says that it is none."""
        return [key for key, text in self.sources.items() if text.startswith(UNVERIFIED)]

    def cited(self, sections: Iterable[str]) -> list[tuple[str, str]]:
        """The keys of these sections that have a citation, and it; in the order of the sections."""
        return [
            (key, text)
            for section in sections
            for key, text in self.sources.items()
            if key.split(".")[0] == section and key not in self.unverified
        ]

    def short(self, key: str) -> str:
        """Leave out of a key what goes without saying: that it is of a fund, and of the only one.

        `funds.luc.opening` is `opening`, or `luc.opening` where there are several funds.
        """
        first, _, rest = key.partition(".")
        if first != "funds" or not rest:
            return key
        return rest.partition(".")[2] or rest if self.funds == 1 else rest


@dataclass(frozen=True)
class Words:
    """Everything written in or with a picture beside its figures.

    `title` and `about` stand above it, `caption` below, one paragraph an entry. `alt` is the title
    and the two or three figures that matter. `rights` says who is to be named. `language` is the
    tag of the one that all of it is in.
    """

    title: str
    about: str
    alt: str
    caption: tuple[str, ...]
    rights: str
    facts: Facts
    language: Language = IN_ENGLISH

    @property
    def provenance(self) -> dict[str, str]:
        """What a picture's file says about where it is from, in plain keys."""
        named = {} if self.language.english else {"language": self.language.told}
        return self.facts.provenance | named


def words(
    facts: Facts,
    *,
    title: str,
    about: Iterable[str],
    reading: Iterable[str],
    by_area: bool = False,
    sections: Sequence[str] | None = None,
    notes: Iterable[str] = (),
) -> Words:
    """Put words together: `about` explains the picture, `reading` says its main figures.

    Both are sentences without their full stop. Where figures by area are shown the publishers of
    the data are named. `sections` are what the figures rest on, where that is something else than
    for other figures of funds, or of areas. `notes` are paragraphs of the caption of their own.
    """
    made = say("Made with fundsim {version} ({licence}).", version=__version__, licence=LICENCE)
    rights = f"{facts.attribution} {made}" if by_area else made
    named = [facts.attribution] if by_area else []
    rests_on = sections or (BY_AREA if by_area else BY_FUND)
    return Words(
        title=title,
        about=_sentences(about),
        alt=_sentences([title, *reading]),
        caption=(facts.run, *notes, *_assumptions(facts, rests_on), *named),
        rights=rights,
        facts=facts,
        language=spoken().language,
    )


def the_fund(title: str) -> str:
    """Name a fund in a sentence: in English with an article unless it has one, else as it is."""
    return the(title) if spoken().language.english else title


def sources_in_one(words: Words) -> str:
    """Write the sources of a scenario's figures in one line."""
    return "; ".join(f"{key}: {text}" for key, text in words.facts.sources.items())


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _assumptions(facts: Facts, sections: Iterable[str]) -> list[str]:
    """Name the assumptions that have no source, and cite the sources of those that matter."""
    if not facts.sources:
        return [say("The scenario names no sources: see `fundsim show`.")]
    cited = facts.cited(sections)
    said = [
        *([_unverified(facts)] if facts.unverified else []),
        *([_cited(facts, cited)] if cited else []),
    ]
    assumptions = counted(len(facts.sources), "assumption")
    return said or [say("Sources of {assumptions}: see `fundsim show`.", assumptions=assumptions)]


def _unverified(facts: Facts) -> str:
    keys = facts.unverified
    named = ", ".join(keys[:NAMED])
    if len(keys) > NAMED:
        named = say("{some} and {number} more", some=named, number=len(keys) - NAMED)
    return say(
        "{assumptions} unverified ({named}): see `fundsim show`.",
        assumptions=counted(len(keys), "assumption"),
        named=named,
    )


def _cited(facts: Facts, cited: Sequence[tuple[str, str]]) -> str:
    """Write citations one after the other, as many as there is room for, at least one."""
    entries = [f"{facts.short(key)}: {_cut(text)}" for key, text in cited]
    reached = list(accumulate(map(len, entries)))
    fitting = max(1, sum(length <= CITED for length in reached))
    more = len(entries) - fitting
    rest = say("and {number} more: fundsim show {scenario}", number=more, scenario=facts.scenario)
    listed = BETWEEN.join([*entries[:fitting], *([rest] if more else [])])
    return say("Sources: {listed}.", listed=listed)


def _cut(text: str) -> str:
    """Shorten a citation, between words where there are any.

    >>> _cut("word " * 30)[-15:]
    'word word word…'
    """
    line = " ".join(text.split()).rstrip(".")
    if len(line) <= CITATION:
        return line
    kept = line[:CITATION]
    return f"{kept.rpartition(' ')[0] or kept}…"
