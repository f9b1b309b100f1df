"""Which policy does well whatever future comes, told of a study that names its futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fundsim.charts.rendering import encode, settled
from fundsim.charts.studying.regrets import draw, table_of_regrets, words_of
from fundsim.metrics.catalogue import METRICS, Unit
from fundsim.report.figures import Picture
from fundsim.report.parts import Grid
from fundsim.studies.answers.choosing import RESAMPLES, Criteria, Policies
from fundsim.studies.answers.choosing_tables import whys
from fundsim.studies.naming import label_of_future, told_of
from fundsim.studies.schema import Study
from fundsim.studies.wording import change, limits, name_of, plainly, said, size_of
from fundsim.wording import counted

BEYOND = 0.95  # of resamples: a policy that is ahead in fewer may be ahead by chance
BEATEN = 6  # policies of which it is said why they are beaten
NAMED = 8  # futures of which it is said what they change
NOTHING = "–"
REGRETTED = ("worst", "in", "largest regret", "in", "9 in 10")


@dataclass(frozen=True)
class Choosing:
    """A study's policies, as a person is told of them."""

    found: Policies

    @property
    def study(self) -> Study:
        """The study that was asked."""
        return self.found.plan.loaded.study

    def heading(self) -> str:
        """Say what was tried in what."""
        found, scenario = self.found, self.found.plan.loaded.scenario
        sizes = f"{len(found.names):,} policies in {counted(len(found.futures), 'future')}"
        paths = counted(found.by_path.shape[-1], "path")
        return f"{scenario.name}: {sizes}, {paths} each, seed {scenario.seed}"

    def parts(self) -> Iterator[Grid | str]:
        """Tell each measure of each policy, and which are acceptable, least regretted, unbeaten."""
        for place, made in enumerate(self.found.criteria):
            yield f"{name_of(made.look.measure)}{_better(made)}:"
            yield self._grid(place, made)
        asked = "Which are acceptable in how many futures, and w" if self.found.shares else "W"
        yield f"{asked}hich no other beats by its means over futures:"
        yield self._summary()
        yield from self.found.on_average.told_of_front()
        yield from self._beaten()
        for made in self.found.criteria:
            yield from self._regretted(made)
        yield from self._acceptable()
        yield from self._futures()
        yield from self.lacking()
        yield (
            "± is half of a 95% interval, as are those of shares; futures are taken for a random "
            "sample of those that may come, and what they are drawn from decides all of this."
        )

    def pictures(self, begin: int) -> Iterator[Picture]:
        """Draw the regrets of each measure that has a direction, numbered from `begin` on."""
        found = self.found
        for number, place in enumerate(found.aimed, start=begin):
            table = table_of_regrets(found, found.looks[place].measure)
            words = words_of(found, table)
            with settled():
                svg = encode(draw(table, words), "svg", words)
            yield Picture(number, words, table, svg)

    def lacking(self) -> Iterator[str]:
        """Say what is left out of everything that is told."""
        found = self.found
        if found.left_out:
            count = len(found.left_out)
            every = count + len(found.futures)
            yield (
                f"Left out for all policies: {count:,} of {every:,} futures, in which a policy has "
                f"no figures; the first: {found.left_out[0]}. What is left may be the milder ones."
            )
        for why in found.lacking:
            yield f"Left out: {why}."

    def _grid(self, place: int, made: Criteria) -> Grid:
        unit, names = METRICS[made.look.measure].unit, self.found.names
        rows = [
            [name, _said(mean.mean, unit), _size(mean.half, unit)]
            for name, mean in zip(names, made.means, strict=True)
        ]
        head = [plainly(made.look.measure), "mean", "±"]
        if made.regret is not None:
            head += [*REGRETTED, f"against {names[made.regret.rules[0]]}", "±"]
            rows = [[*row, *self._worst(place, made, p)] for p, row in enumerate(rows)]
        return Grid(head, rows)

    def _worst(self, place: int, made: Criteria, policy: int) -> list[str]:
        """Tell a policy's worst future, its regret, and how far it is from the least regretted."""
        assert made.regret is not None  # noqa: S101 - asked only where there is one
        unit, futures = METRICS[made.look.measure].unit, self.found.futures
        worst = made.worst[policy]
        largest, apart = float(made.regret.largest[policy]), made.apart[policy]
        itself = policy == made.regret.rules[0]
        return [
            _said(float(self.found.figures[policy, worst, place]), unit),
            futures[worst],
            _size(largest, unit),
            futures[int(made.regret.where[policy])] if largest else NOTHING,
            _size(made.often[policy], unit),
            NOTHING if itself else _change(apart.mean, unit),
            NOTHING if itself else _size(apart.half, unit),
        ]

    def _summary(self) -> Grid:
        found, beaten_by = self.found, self.found.on_average.front.beaten_by.tolist()
        head = ["policy", *(("acceptable in", "95% interval") if found.shares else ()), "beaten by"]
        rows = []
        for place, name in enumerate(found.names):
            row = [name]
            if found.shares:
                one = found.shares[place]
                row.append(f"{one.count:,} of {one.of:,}")
                row.append(f"{100 * one.low:.0f}% to {100 * one.high:.0f}%")
            by = beaten_by[place]
            rows.append([*row, found.names[by] if by >= 0 else NOTHING])
        return Grid(head, rows)

    def _beaten(self) -> Iterator[str]:
        """Say by what each beaten policy is beaten."""
        pairs = zip(self.found.names, whys(self.found), strict=True)
        beaten = [(name, why) for name, why in pairs if why]
        for name, why in beaten[:BEATEN]:
            yield f"{name} is beaten: {why}."
        if len(beaten) > BEATEN:
            yield f"So are {len(beaten) - BEATEN:,} more; policies.csv says by which and why."

    def _regretted(self, made: Criteria) -> Iterator[str]:
        """Say which policy is least regretted, and whether it may be so by chance."""
        if made.regret is None:
            return
        number = self.found.by_future.aims.index(made.aim)
        told = self.found.by_future.told_of_regret(number)
        yield _capital(told)
        if len(self.found.futures) == 1 or not made.regret.largest.min():
            return  # of several futures one alone, or the best in each, stays what it is
        best = made.again[made.regret.rules[0]]
        share = f"{100 * best:.0f}% of {RESAMPLES:,} resamples of the futures"
        yield (
            f"It is so in {share}."
            if best >= BEYOND
            else f"It is so in {share} only, so that it may be by chance of the futures drawn."
        )

    def _acceptable(self) -> Iterator[str]:
        """Say which policies are acceptable most often."""
        found = self.found
        if not found.shares:
            return
        asked = limits(self.study.acceptable)
        most = max(share.count for share in found.shares)
        pairs = zip(found.names, found.shares, strict=True)
        names = "; ".join(name for name, share in pairs if share.count == most)
        of = counted(len(found.futures), "future")
        yield (
            f"Acceptable ({asked}) in {most:,} of {of}, the most of all: {names}."
            if most
            else f"Acceptable ({asked}) is no policy in any of {of}."
        )

    def _futures(self) -> Iterator[str]:
        """Say what those futures change that are named above by their number."""
        found = self.found
        told: list[int] = []
        for made in found.criteria:
            if made.regret is not None:
                told += made.worst
                pairs = zip(made.regret.where.tolist(), made.regret.largest, strict=True)
                told += [future for future, largest in pairs if largest]
        unsaid = [
            future
            for future in sorted({*told})
            if found.futures[future] != label_of_future(found.cells[future])
        ]
        for future in unsaid[:NAMED]:
            what = told_of(found.plan, found.cells[future])
            yield f"{_capital(found.futures[future])}: {what}."
        if len(unsaid) > NAMED:
            left = counted(len(unsaid) - NAMED, "more future")
            yield f"What {left} change: table.csv, in the rows of the runs that regrets.csv names."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _better(made: Criteria) -> str:
    if not made.aim.direction:
        return ""
    return f" ({'more' if made.aim.direction > 0 else 'less'} is better)"


def _said(figure: float, unit: Unit) -> str:
    """Write a figure as the study's other tables do; here money is in pounds."""
    return said(_pence(figure, unit), unit)


def _change(figure: float, unit: Unit) -> str:
    return change(_pence(figure, unit), unit)


def _size(figure: float, unit: Unit) -> str:
    return size_of(_pence(figure, unit), unit)


def _pence(figure: float, unit: Unit) -> float:
    return 100 * figure if unit == "pounds" else figure
