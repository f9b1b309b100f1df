"""Pictures of comparisons in files: whole, reproducible, live or read from a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from fundsim.charts import CHARTS, FORMATS, NotShown
from fundsim.charts.comparing import (
    COMPARISON_CHARTS,
    COMPARISON_UNASKED,
    Asked,
    Given,
    find_comparison,
    save_comparison,
    save_comparison_each,
)
from fundsim.charts.embedding import take
from fundsim.comparison.compared import Compared
from fundsim.comparison.folder import Saved, write
from fundsim.comparison.wanting import Wanted
from fundsim.errors import RunError
from fundsim.places import ATTRIBUTION
from fundsim.results import Table
from fundsim.scenario import Scenario, load
from tests.charts.comparing_world import UK_RULES, places, pot, runs, uk
from tests.comparison.alone import alone

SVG = "{http://www.w3.org/2000/svg}"
EVERY = ("lorenz",)  # drawn in every format, the others as SVG
HOSTILE = ['$a$ & <b>"x"</b>', "]]> _c_ \\alpha {z}", "Leeds"]


@pytest.fixture
def three(tmp_path: Path) -> Scenario:
    return places(tmp_path, ["Ashby", "Burton", "Corby"])


@pytest.fixture(scope="module")
def tried() -> Compared:
    return runs(uk(), UK_RULES[1:3], wanted=Wanted(need="uk_score"))


@pytest.fixture(scope="module")
def pictures(tried: Compared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every chart of a comparison, and one of them in every format."""
    folder = tmp_path_factory.mktemp("compared") / "charts"
    for chart in COMPARISON_UNASKED:
        save_comparison(chart, tried, folder, formats=FORMATS if chart in EVERY else ["svg"])
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def shown(folder: Path) -> dict[str, bytes]:
    """What is drawn, without the record: only a folder knows all that a comparison was asked."""
    files = {name: told for name, told in bytes_of(folder).items() if not name.endswith(".json")}
    return {n: take("svg", told)[1] if n.endswith(".svg") else told for n, told in files.items()}


def test_a_chart_is_written_in_the_formats_asked_for_beside_its_table(pictures: Path) -> None:
    assert sorted(path.name for path in pictures.iterdir()) == sorted(
        [
            *(f"{chart}.{end}" for chart in COMPARISON_UNASKED for end in ("csv", "svg")),
            *(f"{chart}.{end}" for chart in EVERY for end in ("png", "pdf")),
            *(f"{chart}.csv-metadata.json" for chart in COMPARISON_UNASKED),
        ]
    )


@pytest.mark.parametrize("chart", COMPARISON_UNASKED)
def test_the_csv_is_the_table_that_is_shown(chart: str, tried: Compared, pictures: Path) -> None:
    written = (pictures / f"{chart}.csv").read_bytes().decode("utf-8")
    assert written == "".join(COMPARISON_CHARTS[chart].table(tried).csv())


def test_a_comparison_read_from_its_folder_gives_the_same_bytes(
    tried: Compared, pictures: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    write(alone(tried), folder, started=datetime.now(UTC))
    for chart in COMPARISON_UNASKED:
        save_comparison(chart, Saved(folder), tmp_path / "charts", formats=["svg"])
    again = shown(tmp_path / "charts")
    assert again == {name: told for name, told in shown(pictures).items() if name in again}
    assert len(again) == 2 * len(COMPARISON_UNASKED)


ELSEWHERE = """
import sys
from pathlib import Path
from fundsim.charts import FORMATS
from fundsim.charts.comparing import COMPARISON_UNASKED, save_comparison
from fundsim.comparison.wanting import Wanted
from tests.charts.comparing_world import UK_RULES, runs, uk
tried = runs(uk(), UK_RULES[1:3], wanted=Wanted(need="uk_score"))
for chart in COMPARISON_UNASKED:
    formats = FORMATS if chart == "lorenz" else ["svg"]
    save_comparison(chart, tried, Path(sys.argv[1]), formats=formats)
assert "matplotlib.pyplot" not in sys.modules
"""


def test_the_same_comparison_gives_the_same_bytes_whatever_zone_locale_seed_or_preferences(
    pictures: Path, tmp_path: Path
) -> None:
    preferences = tmp_path / "matplotlibrc"
    preferences.write_text(
        "font.family: serif\nfont.size: 20\naxes.facecolor: red\nsvg.fonttype: path\n"
        "lines.linewidth: 9\nlines.markeredgewidth: 5\naxes.grid: True\n",
        encoding="utf-8",
    )
    strange = {
        "MATPLOTLIBRC": str(preferences),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "17",
        "PYTHONUTF8": "0",
    }
    there = tmp_path / "there"
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(there)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **strange},
        check=False,
        capture_output=True,
    )
    assert done.stderr == b""
    assert bytes_of(there) == bytes_of(pictures)


def test_charts_of_comparisons_are_listed_without_matplotlib_and_drawn_without_the_engine() -> None:
    code = (
        "import sys; from fundsim.charts.comparing import COMPARISON_CHARTS;"
        "[c.title for c in COMPARISON_CHARTS.values()];"
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'PIL', 'simpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The catalogue


def test_no_chart_of_a_comparison_has_the_name_of_one_of_runs() -> None:
    assert not set(COMPARISON_CHARTS) & set(CHARTS)


def test_only_the_chart_of_a_table_that_is_given_waits_to_be_asked_for() -> None:
    assert set(COMPARISON_CHARTS) - set(COMPARISON_UNASKED) == {"breadth_depth"}


@pytest.mark.parametrize("name", COMPARISON_CHARTS)
def test_a_chart_has_a_plain_sentence(name: str) -> None:
    title = COMPARISON_CHARTS[name].title
    assert title.endswith(".")
    assert title[0].isupper()
    assert len(title) < 100


def test_an_unknown_chart_names_the_nearest_and_all() -> None:
    with pytest.raises(RunError, match=r'"lorens" of a comparison \(did you mean "lorenz"\?\)'):
        find_comparison("lorens")


# What a file says about itself


def test_an_svg_carries_title_description_and_provenance(pictures: Path) -> None:
    root = ET.parse(pictures / "lorenz.svg").getroot()  # noqa: S314 - a file of our own
    assert root[0].text == (
        "How evenly each rule spreads the money over people: "
        "The two funds as proposed in September 2020"
    )
    assert "B, need_weighted(steepness=2): Gini" in str(root[1].text)
    inside = "".join(root.itertext())
    assert "chart=lorenz" in inside
    assert "rules=A as stated (" in inside
    assert ATTRIBUTION in inside


def test_a_png_carries_the_same(pictures: Path) -> None:
    with Image.open(pictures / "lorenz.png") as picture:
        told = dict(picture.info)
    assert "measure=paid; rules=A as stated (" in told["Comment"]
    assert told["Copyright"].startswith(ATTRIBUTION)


def test_markup_in_names_is_drawn_literally(tmp_path: Path) -> None:
    found = pot(places(tmp_path, HOSTILE), ["equal"])
    path = save_comparison("winners_losers", found, tmp_path, formats=["svg"])[1]
    root = ET.parse(path).getroot()  # noqa: S314 - a file of our own
    assert HOSTILE[0] in [str(text.text) for text in root.iter(f"{SVG}text")]


def test_no_file_names_its_folder(three: Scenario, tmp_path: Path) -> None:
    for path in save_comparison("lorenz", pot(three, ["equal"]), tmp_path, formats=FORMATS):
        assert str(tmp_path).encode() not in path.read_bytes()


# Names of files


def test_a_chart_of_a_single_rule_is_saved_for_each(three: Scenario, tmp_path: Path) -> None:
    found = pot(three, ["equal", "need_weighted(steepness=2)"])
    made = save_comparison_each("rank_slopes", found, tmp_path / "charts", formats=["svg"])
    assert [path.name for path in made if path.suffix == ".svg"] == [
        "rank_slopes-equal.svg",
        "rank_slopes-need_weighted-steepness-2-9daa05a3.svg",
    ]


def test_a_rule_that_is_named_is_saved_alone(three: Scenario, tmp_path: Path) -> None:
    found = pot(three, ["equal", "need_weighted"])
    made = save_comparison_each(
        "rank_slopes", found, tmp_path, formats=["svg"], asked=Asked(rule="need_weighted")
    )
    assert [path.name for path in made] == [
        "rank_slopes-need_weighted.csv",
        "rank_slopes-need_weighted.svg",
    ]


def test_other_measures_take_no_pictures_place(three: Scenario, tmp_path: Path) -> None:
    found, asked = pot(three, ["equal"]), Asked(measures=("theil", "hoover"))
    made = save_comparison("pareto", found, tmp_path, formats=["svg"], asked=asked)
    assert made[1].name == "pareto-theil-hoover.svg"
    assert save_comparison("lorenz", found, tmp_path, formats=["svg"], asked=asked)[1].name == (
        "lorenz.svg"
    )


def test_places_that_are_given_make_one_picture(tmp_path: Path) -> None:
    columns = ("area", "name", "rank_before", "rank_after")
    ranks = Table("ranks", columns, lambda: [("A1", "Ashby", "2", "1"), ("A2", "Burton", "1", "2")])
    found = Given(load("kruger-endowment"), {"ranks": ranks})
    made = save_comparison_each("rank_slopes", found, tmp_path, formats=["png"])
    assert [path.name for path in made] == ["rank_slopes.csv", "rank_slopes.png"]


# What can go wrong


def test_nothing_is_written_where_there_is_nothing_to_show(three: Scenario, tmp_path: Path) -> None:
    found = pot(three, ["equal", "need_weighted"], pounds=0)
    with pytest.raises(NotShown, match="no money is shared out"):
        save_comparison_each("rank_slopes", found, tmp_path / "charts")
    assert not (tmp_path / "charts").exists()


def test_an_unknown_format_is_refused_before_anything_is_drawn(
    three: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=r'"sgv" \(did you mean "svg"\?\)'):
        save_comparison("lorenz", pot(three, ["equal"]), tmp_path / "charts", formats=["sgv"])  # type: ignore[list-item] # - a planted fault
    assert not (tmp_path / "charts").exists()
