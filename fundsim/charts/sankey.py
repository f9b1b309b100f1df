"""Drawing what flows where: stops in columns from left to right, bands as wide as their money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fundsim.charts.figures import money, whole_percent
from fundsim.charts.flows import FIFTHS, PAID, Flow, Stop
from fundsim.charts.language import aloud, counted, say
from fundsim.charts.lettering import Letters, Ruler
from fundsim.charts.page import MARGIN, POINT, Page
from fundsim.charts.style import colours, sizes
from fundsim.charts.tiling import fitting
from fundsim.charts.words import Words

HIGH = 104.0  # of all that flows through the fullest column, in millimetres
NODE = 2.6  # width of a stop
BESIDE = 1.2  # between a stop and its name
GAP = 2.4  # between two stops of a column
HAIR = 0.25  # the thinnest band and stop
THIN = 0.9  # a thinner band is darker, and has no edge
NAME = 7.2  # size of a name
LINES = 3  # of a name, at most
STEP = 3.05  # from line to line of a name and its figure
DEEPEST = 3  # funds that pay one another in a row
MOST = 7  # nations or funds drawn singly


@dataclass
class Node:
    """A stop on the sheet: its column, its money, and where it stands."""

    stop: Stop
    column: int
    pence: int
    lines: list[str] = field(default_factory=list)
    figure: str = ""
    x: float = 0.0
    top: float = 0.0
    high: float = 0.0

    @property
    def text(self) -> float:
        """How high its name and figure are."""
        return (len(self.lines) + 1) * STEP

    @property
    def slot(self) -> float:
        """How much of its column it takes."""
        return max(self.high, self.text)

    @property
    def middle(self) -> float:
        """Its height on the sheet."""
        return self.top + self.high / 2


def grouped(flows: Sequence[Flow]) -> list[Flow]:
    """Put together what cannot be drawn singly: many nations, many funds, funds in a circle.

    Funds that pay one another in a circle are drawn as one; where there are too many, or too many
    pay one another in a row, all of them are.
    """
    flows = _merged(flows, _small([f for f in flows if f.target.kind == "nation"]))
    flows = _merged(flows, _circles(flows))
    funds = funds_of(flows)
    if len(funds) > MOST or max(depths(flows).values(), default=0) >= DEEPEST:
        flows = _merged(flows, dict.fromkeys(funds, _together(funds)))
    return [*flows]


def funds_of(flows: Iterable[Flow]) -> list[Stop]:
    """List the funds that some flows leave or reach."""
    stops = dict.fromkeys(stop for flow in flows for stop in (flow.source, flow.target))
    return [stop for stop in stops if stop.kind == "fund"]


def _together(funds: Sequence[Stop]) -> Stop:
    if len(funds) > 2:
        return Stop("fund", counted(len(funds), "fund"))
    one, other = (stop.name for stop in funds)
    return Stop("fund", say("{one} and {other}", one=one, other=other))


def _circles(flows: Sequence[Flow]) -> Mapping[Stop, Stop]:
    """Find funds whose money comes back to them through others, and a name for them together."""
    funds = funds_of(flows)
    reached = {a: {f.target for f in flows if f.source == a} & {*funds} for a in funds}
    for _ in funds:
        for a in funds:
            reached[a] |= {c for b in reached[a] for c in reached[b]}
    into: dict[Stop, Stop] = {}
    for a in funds:
        circle = [b for b in funds if b in reached[a] and a in reached[b]]
        into |= dict.fromkeys(circle, _together(circle)) if circle else {}
    return into


def _small(flows: Iterable[Flow]) -> Mapping[Stop, Stop]:
    """Choose the nations with least, where there are too many, and a name for them together."""
    sums: dict[Stop, int] = {}
    for flow in flows:
        sums[flow.target] = sums.get(flow.target, 0) + flow.pence
    least = sorted(sums, key=lambda stop: -sums[stop])[MOST:]
    others = Stop("nation", say("{number} other nations", number=len(least)), several=True)
    return dict.fromkeys(least, others) if len(least) > 1 else {}


def _merged(flows: Iterable[Flow], into: Mapping[Stop, Stop]) -> list[Flow]:
    """Let some stops be others, and sum what is then the same; what stays inside one goes."""
    sums: dict[tuple[Stop, Stop], int] = {}
    for flow in flows:
        pair = into.get(flow.source, flow.source), into.get(flow.target, flow.target)
        sums[pair] = sums.get(pair, 0) + flow.pence
    return [Flow(a, b, pence) for (a, b), pence in sums.items() if a != b]


def depths(flows: Sequence[Flow]) -> dict[Stop, int]:
    """Count for each fund how many others money has come through before, at most DEEPEST."""
    pairs = [(f.source, f.target) for f in flows if f.source.kind == f.target.kind == "fund"]
    found = dict.fromkeys(funds_of(flows), 0)
    for _ in range(DEEPEST):
        for giver, taker in pairs:
            found[taker] = min(max(found[taker], found[giver] + 1), DEEPEST)
    return found


class Sankey:
    """The stops of some flows, placed; heights are worked out before there is a page."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self.flows = grouped(flows)
        self._depths = depths(self.flows)
        self.last_fund = 1 + max(self._depths.values())
        self.nodes = self._nodes()
        self.columns = self.last_fund + 4 if self._has("fifth") else self.last_fund + 3
        room = sizes().width - 2 * MARGIN
        self.pitch = room / self.columns
        self.scale = HIGH / max(self._sum(column) for column in range(self.columns))
        for node in self.nodes.values():
            node.high = max(node.pence * self.scale, HAIR)
            node.x = MARGIN + node.column * self.pitch
            self._name(node)
        self.stacks = [self._stack(column) for column in range(self.columns)]
        self.high = self.place(0.0)

    def _has(self, kind: str) -> bool:
        return any(stop.kind == kind for stop in self.nodes)

    def _nodes(self) -> dict[Stop, Node]:
        into: dict[Stop, int] = {}
        out: dict[Stop, int] = {}
        for flow in self.flows:
            out[flow.source] = out.get(flow.source, 0) + flow.pence
            into[flow.target] = into.get(flow.target, 0) + flow.pence
        stops = dict.fromkeys([*out, *into])
        return {
            stop: Node(stop, self._column(stop), max(into.get(stop, 0), out.get(stop, 0)))
            for stop in stops
        }

    def _column(self, stop: Stop) -> int:
        if stop.kind == "fund":
            return 1 + self._depths[stop]
        if stop.kind == "source":
            nations = [f for f in self.flows if f.source == stop and f.target.kind == "nation"]
            return self.last_fund if nations else 0
        return self.last_fund + {"end": 1, "nation": 1, "use": 2, "fifth": 3}[stop.kind]

    def _sum(self, column: int) -> int:
        """Add up a column's money; funds stand below one another whatever their column."""
        funds = range(1, self.last_fund + 1)
        alike = funds if column in funds else (column,)
        return sum(node.pence for node in self.nodes.values() if node.column in alike)

    def _name(self, node: Node) -> None:
        room = (self.pitch - NODE - BESIDE - 0.8) / POINT
        name = Letters().drawable(aloud(node.stop.name))
        node.lines = Ruler(NAME).shortened(name, room, lines=LINES)
        node.figure = money(node.pence / 100)
        if node.stop.kind == "fifth":
            node.figure += f"  {whole_percent(node.pence / self._paid())}"

    def _paid(self) -> int:
        return sum(flow.pence for flow in self.flows if flow.target.kind == "fifth")

    def _stack(self, column: int) -> list[Node]:
        """Give the stops of a column from top to bottom; all funds share the first one's."""
        funds = range(1, self.last_fund + 1)
        if column in funds[1:]:
            return []
        alike = funds if column == 1 else (column,)
        inside = [node for node in self.nodes.values() if node.column in alike]
        return sorted(inside, key=self._order)

    def _order(self, node: Node) -> tuple[int, int, int, bool]:
        """Funds that pay others stand above them, and what ends below what goes on."""
        kinds = ["fund", "nation", "use", "fifth", "source", "end"]
        fifth = FIFTHS.index(node.stop.name) if node.stop.name in FIFTHS else 0
        kind, depth = kinds.index(node.stop.kind), self._depths.get(node.stop, 0)
        return kind, depth, fifth, node.stop.several

    def place(self, top: float) -> float:
        """Put every stop in its place on the sheet, from a height on, and say where they end.

        What is not paid stands below all fifths, out of the way of the bands to them.
        """
        ends = [top - GAP]
        for stack in reversed(self.stacks):
            reached = top
            for node in stack:
                if node.stop.kind == "use" and node.stop.name != PAID:
                    reached = max(reached, ends[-1] + GAP)
                node.top = reached + (node.slot - node.high) / 2
                reached += node.slot + GAP
            ends.append(reached - GAP if stack else top)
        return max(ends)


def draw_sankey(flows: Sequence[Flow], words: Words) -> Page:
    """Draw flows, their stops named and figured, nothing thinner than a hair."""
    sankey = Sankey(flows)
    page = Page(words, sankey.high, [aloud(stop.name) for stop in sankey.nodes])
    sankey.place(page.top)
    _bands(page, sankey)
    for node in sankey.nodes.values():
        at = _on_band(sankey, node)
        _stop(page, node, node.middle if at is None else at, veil=at is None)
    return page


def _on_band(sankey: Sankey, node: Node) -> float | None:
    """Find the middle of the widest band that leaves a stop, if a name has room on it."""
    own = [flow for flow in sankey.flows if flow.source == node.stop]
    ports = {flow: at for flow, at in _ports(sankey, outward=True).items() if flow in own}
    widest = max(own, key=lambda flow: flow.pence, default=None)
    if widest is None or widest.pence * sankey.scale < node.text:
        return None
    return ports[widest]


def _bands(page: Page, sankey: Sankey) -> None:
    """Draw wide bands first, so that thin ones stay to be seen."""
    leaves = _ports(sankey, outward=True)
    enters = _ports(sankey, outward=False)
    for flow in sorted(sankey.flows, key=lambda flow: -flow.pence):
        source, target = sankey.nodes[flow.source], sankey.nodes[flow.target]
        begin, end = source.x + NODE, target.x
        into_fund = source.stop.kind == "source"
        bend = (
            (begin, begin + sankey.pitch - NODE) if into_fund else (end - sankey.pitch + NODE, end)
        )
        thick = max(flow.pence * sankey.scale, HAIR)
        colour, edge = _colours(flow, thin=thick < THIN)
        page.band((begin, leaves[flow]), (end, enters[flow]), bend, thick, colour=colour, edge=edge)


def _ports(sankey: Sankey, *, outward: bool) -> dict[Flow, float]:
    """Say where each flow leaves its stop, or enters it, so that bands of one stop do not cross."""
    ports: dict[Flow, float] = {}
    for node in sankey.nodes.values():
        own = [f for f in sankey.flows if (f.source if outward else f.target) == node.stop]
        others = {f: sankey.nodes[f.target if outward else f.source] for f in own}
        reached = node.top
        for flow in sorted(own, key=lambda f: others[f].middle):
            thick = flow.pence * sankey.scale
            ports[flow] = reached + thick / 2
            reached += thick
    return ports


def _colours(flow: Flow, *, thin: bool) -> tuple[str, str]:
    """Choose the colours of a band and its edge: grey with an edge where it reaches no people."""
    if flow.source.kind == flow.target.kind == "fund":
        return (colours().line, "none") if thin else (colours().inner, colours().paper)
    if flow.target.kind == "end" or (flow.target.kind == "use" and flow.target.name != PAID):
        return (colours().quiet, "none") if thin else (colours().shade, colours().grey)
    return (colours().inner, "none") if thin else (colours().outer, colours().paper)


def _stop(page: Page, node: Node, at: float, *, veil: bool) -> None:
    """Draw a stop, and write its name and figure about a height."""
    place = FIFTHS.index(node.stop.name) if node.stop.name in FIFTHS else 0
    colour = colours().classes[-1 - place] if node.stop.kind == "fifth" else colours().line
    if node.stop.kind == "end":
        colour = colours().quiet
    x, y = node.x, node.top
    right, bottom = x + NODE, y + node.high
    page.shape([(x, y), (right, y), (right, bottom), (x, bottom)], colour)
    if veil:
        _veil(page, node, at)
    first = at - len(node.lines) * STEP / 2
    for row, line in enumerate(node.lines):
        page.text(right + BESIDE, first + row * STEP, line, NAME)
    bottom = first + len(node.lines) * STEP
    room = page.right - right - BESIDE
    page.text(right + BESIDE, bottom, node.figure, fitting(node.figure, room, NAME), bold=True)


def _veil(page: Page, node: Node, at: float) -> None:
    """Dim the bands behind the words of a stop that is smaller than they are."""
    names, figures = Ruler(NAME), Ruler(NAME, bold=True)
    wide = max(names.widest(node.lines), figures.width(node.figure)) * POINT
    left, half = node.x + NODE + 0.5 * BESIDE, node.text / 2
    right = left + wide + BESIDE
    corners = [(left, at - half), (right, at - half), (right, at + half), (left, at + half)]
    page.shape(corners, colours().paper, veil=True)
