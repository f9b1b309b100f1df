"""Drawings in a house style: each key is seen, figures have the house's marks, nothing is cut."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS
from fundsim.charts.figures import FIRM, money, more_or_less, per_head, percent, rate, whole
from fundsim.charts.rendering import Format, encode, settled
from fundsim.charts.source import Source
from fundsim.charts.style import Look, Style, drawn_in, numbers
from fundsim.charts.style.model import Fonts, Logo, Numbers, Palette, Sizes
from fundsim.comparison.compared import Compared
from fundsim.comparison.wanting import Wanted
from fundsim.engine.simulate import simulate
from fundsim.results import Results
from fundsim.rules.base import Setting
from fundsim.scenario import load
from fundsim.scenario.shapes import fields_of
from tests.charts.comparing_world import places, pot, seen
from tests.charts.comparing_world import uk as whole_uk
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, lay_out, touching
from tests.charts.small_world import Fund, Scenario, geography, world

RIGHT_TO_LEFT = "مؤسسة المجتمع קרן קהילתית"
BIG = {
    "fonts": {"family": "DejaVu Serif", "otherwise": "serif"},
    "sizes": {"title": 22, "about": 13, "label": 14, "small": 12, "caption": 10, "width": 249},
    "numbers": {"million": " million", "billion": " billion"},
    "logo": {"file": "logo.png", "height": 14},
}


def logo(wide: int = 60, high: int = 20, colour: str = "#207040") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (wide, high), colour).save(buffer, "png")
    return buffer.getvalue()


def look(keys: Mapping[str, Any]) -> Look:
    return Look(Style.model_validate(keys), logo() if "logo" in keys else b"")


def picture(chart: str, house: Look, kind: Format = "svg", *, found: object) -> bytes:
    """Draw a chart of a small world, or of a comparison, and give its file."""
    entry: Any = CHARTS.get(chart) or COMPARISON_CHARTS[chart]
    source: Any = found
    with drawn_in(house), settled():
        table = entry.table(source)
        words = entry.words(table, source)
        return encode(entry.draw(table, words), kind, words)


def fan(three: Scenario, house: Look, kind: Format = "svg") -> bytes:
    return picture("spending", house, kind, found=world(three))


KEYS: dict[str, tuple[str, Any]] = {
    "fonts.family": ("spending", "DejaVu Serif"),
    "fonts.otherwise": ("spending", "serif"),
    "sizes.title": ("spending", 20),
    "sizes.about": ("spending", 12),
    "sizes.label": ("spending", 8),
    "sizes.small": ("spending", 7),
    "sizes.caption": ("spending", 9),
    "sizes.width": ("spending", 200),
    "palette.paper": ("spending", "#fffff0"),
    "palette.ink": ("spending", "#000020"),
    "palette.quiet": ("spending", "#404040"),
    "palette.rule": ("spending", "#e0e0f0"),
    "palette.grey": ("rank_slopes", "#a0a0a0"),
    "palette.shade": ("pareto", "#f0f0e0"),
    "palette.outer": ("spending", "#d3e4c4"),
    "palette.inner": ("spending", "#8fbb77"),
    "palette.line": ("spending", "#1f4d2b"),
    "palette.classes": (
        "foundations_tile_map",
        ["#e9f2df", "#b9d8a0", "#7fb069", "#47803f", "#1d4d27"],
    ),
    "palette.gains": ("winners_losers", ["#bcd0f5", "#5b90d8", "#1d3f75"]),
    "palette.losses": ("winners_losers", ["#f3c68f", "#bf7a1f", "#6e430c"]),
    "palette.rules": ("lorenz", [*["#303030", "#8030a0"] * 4]),
    "palette.beaten": ("pareto", "#909090"),
    "logo.file": ("spending", "other.png"),
    "logo.height": ("spending", 15),
    "logo.place": ("spending", "bottom"),
    "numbers.decimal": ("capital_kept_whole", ","),
    "numbers.thousands": ("capital_kept_whole", "’"),
    "numbers.million": ("spending", " million"),
    "numbers.billion": ("spending", " billion"),
    "numbers.percent": ("lorenz", " %"),
}
LARGE = ("palette.classes", "numbers.billion")


def test_no_key_is_left_out_here() -> None:
    tables: dict[str, type[Setting]] = {"fonts": Fonts, "sizes": Sizes, "palette": Palette}
    tables |= {"logo": Logo, "numbers": Numbers}
    assert {*KEYS} == {f"{name}.{key}" for name, one in tables.items() for key in fields_of(one)}
    assert {*tables} == {*Style.model_fields}


@pytest.fixture(scope="module")
def rules() -> Compared:
    return pot(whole_uk(), ["equal", "per_capita", "need_weighted(steepness=2)"], pounds=80_000_000)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_changes_what_is_drawn(
    key: str, three: Scenario, uk: Scenario, rules: Compared
) -> None:
    chart, value = KEYS[key]
    table, name = key.split(".")
    large = world(uk, spending=lambda year: 3e9 + 1e8 * year)
    found = rules if chart in COMPARISON_CHARTS else large if key in LARGE else world(three)
    given = {"file": "logo.png"} if table == "logo" else {}
    plain, other = (
        look({table: each}) if each else Look() for each in (given, given | {name: value})
    )
    if name == "file":
        other = Look(other.style, logo(colour="#a02020"))
    pictures = [picture(chart, each, found=found) for each in (plain, other)]
    assert pictures[0] != pictures[1]


def test_a_style_that_says_what_holds_anyway_changes_nothing(three: Scenario) -> None:
    same = look({"palette": {"ink": "#1A1A1A"}, "sizes": {"width": 160}})
    for kind in ("svg", "png", "pdf"):
        assert fan(three, same, kind) == fan(three, Look(), kind)


# Figures


def test_figures_have_the_marks_of_the_house() -> None:
    marks = {
        "decimal": ",",
        "thousands": " ",
        "million": " Mio",
        "billion": " Mrd",
        "percent": " %",
    }
    with drawn_in(look({"numbers": marks})):
        assert money(1_234_000_000) == f"£1,23{FIRM}Mrd"
        assert (money(83_040_000), money(-45_678)) == (f"£83{FIRM}Mio", f"−£45{FIRM}700")
        assert (per_head(12.4), per_head(0.0142)) == ("£12,40", "1,4p")
        assert (per_head(1234.4), whole(1_234_567)) == (f"£1{FIRM}234", f"1{FIRM}234{FIRM}567")
        assert more_or_less(-0.5) == "−£0,50"
        assert (percent(0.43), percent(0.00001)) == (f"43{FIRM}%", f"under 0,1{FIRM}%")
        assert rate(0.0417) == f"4,17{FIRM}%"
    assert (money(1_234_000_000), rate(0.0417)) == ("£1.23bn", "4.17%")
    assert numbers() == Numbers()


STRANGE = {
    "decimal": {"decimal": ",", "thousands": "’"},
    "thousands": {"thousands": "’"},
    "units": {"million": " Mio", "billion": " Mrd", "percent": " %"},
}
PLAIN = {
    "decimal": re.compile(r"\d\.\d"),
    "thousands": re.compile(r"\d,\d{3}"),
    "units": re.compile(r"\d(m|bn)\b|\d%"),
}


@pytest.fixture(scope="module")
def run() -> Results:
    return simulate(load("kruger-2020").but({"paths": 20, "years": 12}))


def shown(source: Source) -> Iterator[tuple[str, Callable[[], tuple[str, Any, str]]]]:
    """Every chart of a run and of a comparison, and how to draw and word it."""
    others = pot(whole_uk(), ["per_capita", "need_weighted(steepness=2)"], pounds=80_000_000)

    def of(entry: Any, found: Any) -> tuple[str, Any, str]:
        named = {"foundation": "wales"} if getattr(entry, "of_one_foundation", False) else {}
        fund = {"fund": "luc"} if entry.name in CHARTS else {}
        table = entry.table(found, **fund, **named)
        words = entry.words(table, found, **fund)
        with settled():
            figure = entry.draw(table, words)
            lay_out(figure)
        return "".join(table.csv()), figure, f"{words.title} {words.about} {words.alt}"

    for name, chart in CHARTS.items():
        if not chart.needs_outlines:
            yield name, lambda chart=chart: of(chart, source)  # type: ignore[misc] # - bound now
    for name, compared in COMPARISON_CHARTS.items():
        if not compared.of_given:
            yield name, lambda compared=compared: of(compared, others)  # type: ignore[misc] # - as above


Seen = dict[str, tuple[str, list[str]]]  # of each chart its table, and what is written


def seen_of(run: Results, keys: Mapping[str, Any]) -> Seen:
    """Draw all charts in a style: of each its table, and what is written but for the caption."""
    from matplotlib.text import Text

    found: Seen = {}
    with drawn_in(look(keys)):
        for name, draw in shown(run):
            try:
                table, figure, words = draw()
            except NotShown:
                continue
            texts = (t for t in figure.findobj(Text) if t.get_fontsize() != Sizes().caption)
            found[name] = table, [words, *(text.get_text() for text in texts)]
    return found


@pytest.fixture(scope="module")
def plain(run: Results) -> Seen:
    return seen_of(run, {})


@pytest.mark.no_cover  # the same lines draw them plain, where they are counted
@pytest.mark.parametrize("what", STRANGE)
def test_every_figure_of_every_chart_has_the_marks_of_the_house_and_no_table(
    what: str, run: Results, plain: Seen
) -> None:
    styled = seen_of(run, {"numbers": STRANGE[what]})
    wrong = {
        name: [text for text in said if PLAIN[what].search(text)]
        for name, (_, said) in styled.items()
    }
    assert {name: texts for name, texts in wrong.items() if texts} == {}
    tables = {name: table for name, (table, _) in styled.items()}
    assert tables == {name: table for name, (table, _) in plain.items()}
    usual = [name for name, (_, said) in plain.items() if PLAIN[what].search(" ".join(said))]
    assert len(usual) > (0 if what == "thousands" else 5)


# Larger type


Draw = Callable[[Scenario, Scenario, Path], Any]
HOSTILE = [MARKUP, LONG, "x" * 200, "東京", RIGHT_TO_LEFT * 8, "=1+1"]
CASES: dict[str, Draw] = {
    "a fan": lambda three, _, __: drawn("spending", world(three)),
    "long words": lambda three, _, __: drawn(
        "capital_kept_whole",
        world(replaced(three, title=f"{LONG} {RIGHT_TO_LEFT * 8}", fund="x" * 200)),
    ),
    "hostile names": lambda _, __, folder: drawn(
        "areas_per_head", world(Scenario(geography(folder, HOSTILE)))
    ),
    "the map": lambda _, uk, __: drawn("foundations_tile_map", world(uk)),
    "the areas": lambda _, uk, __: drawn("areas_per_head", world(uk)),
}


def replaced(three: Scenario, *, title: str, fund: str) -> Scenario:
    from dataclasses import replace

    return replace(three, title=title, funds={"main": Fund(fund)})


@pytest.mark.parametrize("place", ["top", "bottom"])
@pytest.mark.parametrize("case", CASES)
def test_larger_type_and_a_logo_cut_nothing_off(
    case: str, place: str, three: Scenario, uk: Scenario, tmp_path: Path
) -> None:
    with drawn_in(look(BIG | {"logo": {"file": "logo.png", "height": 14, "place": place}})):
        figure = CASES[case](three, uk, tmp_path)
    assert cut_off(figure) == []
    assert touching(figure) == []


OF_THE_UK = ("per_head_by_tenth", "winners_losers_map")  # a few areas have no tenths and no map


@pytest.mark.parametrize("chart", [n for n, c in COMPARISON_CHARTS.items() if not c.of_given])
def test_larger_type_cuts_nothing_off_a_comparison(chart: str, tmp_path: Path) -> None:
    if chart in OF_THE_UK:
        found = pot(whole_uk(), ["per_capita"], pounds=80_000_000, wanted=Wanted(need="uk_score"))
    else:
        found = pot(places(tmp_path, HOSTILE), ["equal", "need_weighted"])
    with drawn_in(look(BIG)):
        figure = seen(chart, found).figure
    assert cut_off(figure) == []
    assert touching(figure) == []


# Typeface and logo in files


def test_a_house_face_is_asked_for_by_name_and_ours_behind_it(three: Scenario) -> None:
    svg = fan(three, look(BIG)).decode("utf-8")
    styles = set(re.findall(r"<text [^>]*font-family: ([^;]*);", svg))
    assert styles == {"'DejaVu Serif', Georgia, serif, 'DejaVu Sans'"}


def test_what_the_house_face_lacks_is_drawn_in_ours_and_the_rest_as_a_box(three: Scenario) -> None:
    has = replaced(three, title="☃ 東", fund="The Fund")
    with drawn_in(look({"fonts": {"family": "STIXGeneral"}})):
        figure = drawn("spending", world(has))
    told = " ".join(text.get_text() for text in figure.texts)
    assert "☃" in told
    assert "東" not in told
    assert "□ stands for a character that this typeface lacks." in told


def sizes_of_images(svg: str) -> list[tuple[int, int]]:
    found = re.findall(r'href="data:image/png;base64,\s*([^"]+)"', svg)
    return [Image.open(io.BytesIO(base64.b64decode(each))).size for each in found]


def test_a_logo_stands_in_every_kind_of_file_with_all_its_pixels(three: Scenario) -> None:
    house = look({"logo": {"file": "logo.png", "height": 10}})
    assert sizes_of_images(fan(three, house).decode("utf-8")) == [(60, 20)]
    pdf = fan(three, house, "pdf")
    assert re.search(rb"/Subtype /Image", pdf)
    assert re.search(rb"/Width 60\b", pdf)
    with Image.open(io.BytesIO(fan(three, house, "png"))) as image:
        pixels = np.asarray(image.convert("RGB"))
    rows, columns = np.nonzero((np.abs(pixels - np.array([32, 112, 64])) <= 2).all(axis=2))
    dots = 180 / 25.4  # of a millimetre
    assert (np.ptp(columns) + 1) / dots == pytest.approx(30, abs=0.5)
    assert (np.ptp(rows) + 1) / dots == pytest.approx(10, abs=0.5)
    assert columns.max() / dots == pytest.approx(155, abs=0.5)
    assert rows.min() / dots == pytest.approx(5, abs=0.5)


def test_a_logo_below_lies_within_the_sheet(three: Scenario) -> None:
    house = look({"logo": {"file": "logo.png", "height": 30, "place": "bottom"}})
    with Image.open(io.BytesIO(fan(three, house, "png"))) as image:
        pixels = np.asarray(image.convert("RGB"))
    rows, _ = np.nonzero((np.abs(pixels - np.array([32, 112, 64])) <= 2).all(axis=2))
    assert (np.ptp(rows) + 1) * 25.4 / 180 == pytest.approx(30, abs=0.5)
    assert rows.max() < len(pixels) - 10
