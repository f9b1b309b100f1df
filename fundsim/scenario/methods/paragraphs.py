"""The paragraphs of a methods section, each from the scenario's own values and words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any

from fundsim import __version__
from fundsim.places.foundations import Foundation
from fundsim.places.packaged import ATTRIBUTION, PACKAGED
from fundsim.rules.allocation import every
from fundsim.rules.base import Rule, prose
from fundsim.rules.dormant.flows import flows
from fundsim.rules.moments import UNVERIFIED
from fundsim.rules.returns import Tabled
from fundsim.sampling import PARTS
from fundsim.scenario.methods.telling import Teller
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.schema import Fund
from fundsim.scenario.timing import timing
from fundsim.scenario.words import notes
from fundsim.wording import counted, day, the

AUTHORS = "The fundsim authors"
_SAMPLED: Mapping[str, str] = {
    "plain": "Paths are drawn independently of one another",
    "control_variate": "Paths are drawn independently of one another, and means are corrected by "
    "what growth is known to be in the mean (Glasserman, Monte Carlo Methods in Financial "
    "Engineering, 2003, section 4.1)",
    "antithetic": "Every second path meets the mirror images of the draws of the path before "
    "(Glasserman, Monte Carlo Methods in Financial Engineering, 2003, section 4.2)",
    "sobol": "Draws are put together by Brownian bridges from a scrambled Sobol sequence "
    "(Glasserman, Monte Carlo Methods in Financial Engineering, 2003, sections 5.4 and 5.5)",
}


def design(teller: Teller) -> Iterator[str]:
    """Say what is simulated, for how long, on how many paths, and the error that this implies."""
    scenario = teller.scenario
    names = [the(fund.title) for fund in scenario.funds.values()]
    over = f"{counted(scenario.years, 'year')}{teller.mark('years')}"
    yield (
        f"{scenario.title.rstrip('.')}. We simulated {_joined(names)} over {over} from "
        f"{day(scenario.start)}{teller.mark('start')} on {counted(scenario.paths, 'path')}"
        f"{teller.mark('paths')}, possible futures of markets and prices, all drawn from the seed "
        f"{scenario.seed}{teller.mark('seed')}."
    )
    drawn = teller.references.prose(_SAMPLED[scenario.sampling])
    yield f"{drawn}{teller.mark('sampling')}; {_error(scenario)}"
    yield (
        "Amounts are whole pence and are accounted for by double entry on every path; real figures "
        f"are in prices of {day(scenario.start)}; quantiles are over paths (linear, type 7)."
    )


def _error(scenario: Scenario) -> str:
    """Say what error so many paths leave: a share's is √(p (1 − p) / n), most at a half."""
    if scenario.parts > 1:
        return (
            f"they form {PARTS} independent parts, and each standard error is that of the mean of "
            "the parts' means."
        )
    most = 100 * math.sqrt(0.25 / scenario.paths)
    return (
        "the standard error of a mean is the standard deviation over paths divided by the square "
        f"root of {scenario.paths:,}, and that of a probability at most {most:.2g} percentage "
        "points."
    )


def markets(teller: Teller) -> Iterator[str]:
    """Say how markets and prices move, with every parameter and the works behind the model."""
    model = teller.scenario.markets
    yield f"Markets{teller.mark('markets')} follow the model {teller.rule(model, 'markets')}"
    if isinstance(model, Tabled):
        data = model.data
        yield (
            f"Its table is {data.label}, content {data.digest[:12]}, {data.times[0]} to "
            f"{data.times[-1]}."
        )
    brought = [one for one in model.describe() if one.key[0] == "set" and len(one.key) > 1]
    if brought:
        figures = ", ".join(f"{one.key[-1]} {one.value}" for one in brought)
        marks = {_of_source(teller, one.source): None for one in brought}
        yield f"Figures of the published set {' '.join(marks)}: {figures}."


def _of_source(teller: Teller, source: str) -> str:
    if source.startswith(UNVERIFIED):
        return teller.references.assumption(
            f"markets: {source.removeprefix(UNVERIFIED).lstrip(': ')}"
        )
    return teller.references.work(source)


def fund(teller: Teller, name: str) -> Iterator[str]:
    """Say what comes into a fund, how it is kept, what leaves it, who shares it and how it ends."""
    one = teller.scenario.funds[name]
    key = ("funds", name)
    opening = teller.value(*key, "opening")
    money = opening if opening.startswith("£") else f"{opening} pounds"
    mark = teller.mark(*key, "opening")
    yield f"{_capital(the(one.title))} ({name}){teller.mark(*key)} begins with {money}{mark}."
    if one.inflow:
        yield _by_rule(teller, "Money arrives by the rule", one.inflow, *key, "inflow")
    yield from _invested(teller, one, name)
    yield _by_rule(teller, "It spends by the rule", one.spending, *key, "spending")
    told = dict(zip(teller.scenario.funds, timing(teller.scenario), strict=True))[name]
    yield f"{_capital(told.removeprefix(f'funds.{name}: '))}."
    yield _by_rule(teller, "Money is shared by the rule", one.allocation, *key, "allocation")
    for part in ("alarm", "instalments", "pays", "closes"):
        yield from teller.part(one, part, *key)


def _invested(teller: Teller, one: Fund, name: str) -> Iterator[str]:
    key = ("funds", name, "holds")
    if one.holds is None:
        yield "It is invested in the markets' mix."
    else:
        parts = [
            f"{asset} {teller.value(*key, asset)}{teller.mark(*key, asset)}" for asset in one.holds
        ]
        yield f"It is invested in {', '.join(parts)}{teller.mark(*key)}."


def _by_rule(teller: Teller, begins: str, rule: Rule, *key: str) -> str:
    mark = teller.mark(*key)  # before those of what is inside
    return f"{begins}{mark} {teller.rule(rule, *key)}"


def symbols(teller: Teller) -> Iterator[str]:
    """Say once what the letters of the formulas stand for that have been told so far."""
    if teller.symbols:
        listed = [f"{symbol} is {meaning}" for symbol, meaning in teller.symbols.items()]
        yield f"In these formulas {_joined(listed)}."


def foundations(teller: Teller) -> Iterator[str]:
    """Say what community foundations do with what reaches them."""
    one, count = teller.scenario.foundations, len(teller.scenario.geography_table.foundations)
    settings = list(teller.settings(one, "foundations"))
    begins = f"{counted(count, 'community foundation')}{teller.mark('foundations')} pass money on"
    yield " ".join([f"{begins}.", *settings])
    if one.sittings is None:
        yield "They award on the day of receipt."
    if one.capacity is None:
        yield "What they can award in a year is not limited."
    yield from _past_grants(teller)


def _past_grants(teller: Teller) -> Iterator[str]:
    """Say where past grants are known from, where capacity is a multiple of them."""
    scenario = teller.scenario
    capacities = [scenario.foundations.of(one.id).capacity for one in _served(scenario)]
    if not any(one and one.multiple_of_past_grants is not None for one in capacities):
        return
    known = [one.past_grants for one in _served(scenario) if one.past_grants]
    sources = dict.fromkeys(f"{one.source}, {one.licence}" for one in known)
    marks = " ".join(teller.references.work(f"past grants: {source}") for source in sources)
    total = counted(len(_served(scenario)), "foundation")
    yield f"What was granted in a year before is known of {len(known)} of {total} {marks}."


def _served(scenario: Scenario) -> tuple[Foundation, ...]:
    return scenario.geography_table.foundations


def dormant(teller: Teller) -> Iterator[str]:
    """Say how the dormant assets scheme works, where there is one."""
    scheme = teller.scenario.dormant_assets
    if scheme is not None:
        yield f"{prose(type(scheme).__doc__)}{teller.mark('dormant_assets')}"
        _, equations = cleandoc(flows.__doc__ or "").split("\n\n", 1)
        yield teller.references.prose(prose(equations))
        yield from teller.settings(scheme, "dormant_assets")


def shocks(teller: Teller) -> Iterator[str]:
    """Say what goes wrong, and when."""
    for number, shock in enumerate(teller.scenario.shocks):
        key = ("shocks", number)
        begins = f"Shock {number + 1} of {len(teller.scenario.shocks)}{teller.mark(*key)},"
        yield f"{begins} {teller.rule(shock, *key)}"


def data(teller: Teller) -> Iterator[str]:
    """Say which tables are read, of which vintage and under which licence."""
    scenario, areas = teller.scenario, teller.scenario.geography_table
    yield (
        f"Money can go to {counted(len(areas), 'area')}{teller.mark('geography')}, whose table has "
        f"the content {areas.digest[:12]} (SHA-256)."
    )
    yield from teller.settings(scenario.geography, "geography")
    for name in ("population", *sorted(_words(scenario) - {"population"})):
        if about := areas.about.get(name):
            licence = f", {about.licence}" if about.licence else ""
            dated = f", {about.vintage}" if about.vintage else ""
            yield f"{name}: {about.title} {teller.references.work(about.source + dated + licence)}."


def licences(teller: Teller) -> Iterator[str]:
    """Give the line that the licences of the packaged tables ask for."""
    if teller.scenario.geography.areas in PACKAGED:
        yield ATTRIBUTION


def _words(scenario: Scenario) -> set[str]:
    """List every text in what is read as need and in the rules of sharing, columns among them."""
    rules = [rule for one in scenario.funds.values() for rule in every(one.allocation)]
    need = scenario.geography.model_dump()["need"]
    return set(_texts([need, *(rule.model_dump() for rule in rules)]))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a rule holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (str(key) for key in value)
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))


def unverified(teller: Teller) -> Iterator[str]:
    """Name what nobody vouches for beside the scenario's own citations."""
    scenario = teller.scenario
    for name, note in scenario.sources.items():
        teller.references.note(name, teller.stated(name), note)
    own = tuple(f"{UNVERIFIED}: {dotted_name} = " for dotted_name in scenario.sources)
    for line in notes(scenario):
        if line.startswith(UNVERIFIED) and not line.startswith(own):
            teller.references.assumption(line.removeprefix(UNVERIFIED).lstrip(": "))
    count = len(teller.references.assumptions)
    if count:
        yield (
            f"{counted(count, 'assumption')} without a verified source "
            f"{'is' if count == 1 else 'are'} listed below as [a1]"
            f"{f' to [a{count}]' if count > 1 else ''}; where figures depend on one, it is marked."
        )


def software(teller: Teller) -> Iterator[str]:
    """Say which program made it, and how to make it again."""
    scenario = teller.scenario
    cited = teller.references.work(f"{AUTHORS}, fundsim, version {__version__}, Apache License 2.0")
    yield (
        f"All figures are by fundsim {__version__} {cited}; the scenario {scenario.name} has the "
        f"fingerprint {scenario.fingerprint} and its rules {scenario.rules_fingerprint}."
    )
    yield (
        "The same scenario, seed and version give the same tables to the penny: fundsim run with "
        f"the scenario makes the folder {scenario.name}-{scenario.fingerprint}, fundsim verify "
        "checks that it is unchanged, and fundsim reproduce makes it again and compares."
    )


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
