"""Pictures in files: whole, reproducible, and telling where they are from."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fundsim import __version__
from fundsim.charts import CHARTS, FORMATS, NotShown, drawn, save
from fundsim.errors import RunError
from fundsim.places import ATTRIBUTION
from tests.charts.small_world import Fund, Scenario, geography, world

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '$a$ & <script>alert("x")</script> ]]> \x07 _b_'


SHOWN = drawn(foundation=True)  # without outlines, that is


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def pictures(uk: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every chart of one world in every format."""
    folder = tmp_path_factory.mktemp("run") / "charts"
    for chart in SHOWN:
        save(chart, world(uk), folder, formats=FORMATS, foundation="wales")
    return folder


def stem(chart: str) -> str:
    return "foundation-wales" if chart == "foundation" else chart


def test_a_chart_is_written_in_every_format_beside_its_table(pictures: Path) -> None:
    assert sorted(path.name for path in pictures.iterdir()) == sorted(
        f"{stem(chart)}.{ending}" for chart in SHOWN for ending in ("csv", *FORMATS)
    )
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "csv": b""}
    assert all(p.read_bytes().startswith(starts[p.suffix[1:]]) for p in pictures.iterdir())


@pytest.mark.parametrize("chart", SHOWN)
def test_the_csv_is_the_table_that_is_shown(chart: str, uk: Scenario, pictures: Path) -> None:
    table = CHARTS[chart].table(world(uk), foundation="wales")
    written = (pictures / f"{stem(chart)}.csv").read_bytes().decode("utf-8")
    assert written == "".join(table.csv())


def test_what_was_written_is_told(three: Scenario, tmp_path: Path) -> None:
    written = save("spending", world(three), tmp_path)
    assert written == [tmp_path / f"spending.{ending}" for ending in ("csv", "svg", "png")]


ELSEWHERE = """
import sys
from pathlib import Path
from fundsim.charts import FORMATS, drawn, save
from fundsim.places import load_geography
from tests.charts.small_world import Scenario, world
small = world(Scenario(load_geography("uk-districts-2024")))
for chart in drawn(foundation=True):
    save(chart, small, Path(sys.argv[1]), formats=FORMATS, foundation="wales")
assert "matplotlib.pyplot" not in sys.modules
"""


def test_the_same_run_gives_the_same_bytes_whatever_clock_zone_locale_hash_seed_or_preferences(
    pictures: Path, tmp_path: Path
) -> None:
    preferences = tmp_path / "matplotlibrc"
    preferences.write_text(
        "font.family: serif\nfont.size: 20\naxes.facecolor: red\nsvg.fonttype: path\n"
        "savefig.dpi: 30\nlines.linewidth: 9\nsavefig.bbox: tight\naxes.grid: True\n",
        encoding="utf-8",
    )
    strange = {
        "MATPLOTLIBRC": str(preferences),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "17",
        "PYTHONUTF8": "0",
        "SOURCE_DATE_EPOCH": "1",
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


def test_drawing_leaves_the_users_preferences_alone(three: Scenario, tmp_path: Path) -> None:
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 31.0}):
        save("spending", world(three), tmp_path)
        assert mpl.rcParams["font.size"] == 31.0


def test_the_typeface_is_the_one_that_comes_with_matplotlib() -> None:
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties, findfont

    for weight in ("normal", "bold"):
        found = Path(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
        assert found.is_relative_to(mpl.get_data_path())


def test_no_file_names_the_machine_its_folders_or_the_day(three: Scenario, tmp_path: Path) -> None:
    for path in save("areas_per_head", world(three), tmp_path, formats=FORMATS):
        content = path.read_bytes()
        assert str(tmp_path).encode() not in content
        assert b"dc:date" not in content


# What a file says about itself


def parsed(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314 - a file of our own


def test_an_svg_carries_title_description_and_provenance(pictures: Path) -> None:
    root = parsed(pictures / "areas_per_head.svg")
    title, description = root[0], root[1]
    assert root.get("role") == "img"
    assert title.tag == f"{SVG}title"
    assert title.text == "What each area gets a year, for each person: A small world"
    assert description.tag == f"{SVG}desc"
    assert "361 areas get from £1 " in str(description.text)
    inside = "".join(root.itertext())
    assert "scenario=small; fingerprint=0123456789ab; seed=7" in inside
    assert f"fundsim {__version__}" in inside
    assert ATTRIBUTION in inside
    assert "years: unverified: our horizon" in inside


def test_a_png_carries_the_same(pictures: Path) -> None:
    with Image.open(pictures / "areas_per_head.png") as picture:
        said = dict(picture.info)
        assert picture.width > 1000
    assert said["Comment"].startswith(
        f"fundsim={__version__}; scenario=small; fingerprint=01234567"
    )
    assert said["Copyright"].startswith(ATTRIBUTION)
    assert "361 areas get" in said["Description"]
    assert "Software" not in said


def test_a_pdf_carries_the_same(pictures: Path) -> None:
    content = (pictures / "spending.pdf").read_bytes()
    assert b"fingerprint=0123456789ab; seed=7" in content
    assert f"fundsim {__version__}".encode() in content
    subject = "What is spent each year, after inflation. The Fund.".encode("utf-16-be")
    assert subject in content
    assert b"CreationDate" not in content


def test_text_stays_text_in_an_svg_with_a_second_choice_of_typeface(pictures: Path) -> None:
    root = parsed(pictures / "areas_per_head.svg")
    written = {str(text.text): str(text.get("style")) for text in root.iter(f"{SVG}text")}
    assert "Luton" in written
    assert all("'DejaVu Sans', Verdana, sans-serif" in style for style in written.values())


def test_markup_in_names_is_drawn_literally_and_escaped(tmp_path: Path) -> None:
    places = geography(tmp_path, ["$a$ & <b>x</b>", "]]> _c_"])
    scenario = Scenario(places, title=HOSTILE, funds={"main": Fund(HOSTILE)})
    root = parsed(save("areas_per_head", world(scenario), tmp_path, formats=FORMATS)[1])
    written = [str(text.text) for text in root.iter(f"{SVG}text")]
    assert "$a$ & <b>x</b>" in written
    assert "]]> _c_" in written
    assert not list(root.iter(f"{SVG}script"))
    assert any(HOSTILE.partition(" \x07")[0] in text for text in written)


# Names of files


def test_another_fund_or_basis_takes_no_pictures_place(three: Scenario, tmp_path: Path) -> None:
    two = world(replace(three, funds={"main": Fund(), "second": Fund()}))
    for fund, basis in ((None, "real"), ("second", "real"), (None, "nominal")):
        save(
            "spending",
            two,
            tmp_path,
            formats=["svg"],
            fund=fund,
            basis="nominal" if basis == "nominal" else "real",
        )
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == [
        "spending-nominal.svg",
        "spending-second.svg",
        "spending.svg",
    ]


def test_the_only_fund_needs_no_name(three: Scenario, tmp_path: Path) -> None:
    written = save("spending", world(three), tmp_path, formats=["svg"], fund="main")
    assert written[1].name == "spending.svg"


# What can go wrong


def test_an_unknown_format_is_refused_before_anything_is_drawn(
    three: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=r'"sgv" \(did you mean "svg"\?\); there are: svg, png, pdf'):
        save("spending", world(three), tmp_path, formats=["sgv"])  # type: ignore[list-item] # - a planted fault
    assert list(tmp_path.glob("spending*")) == []


def test_nothing_is_written_where_there_is_nothing_to_show(three: Scenario, tmp_path: Path) -> None:
    with pytest.raises(NotShown):
        save("capital_kept_whole", world(three, kept=lambda _: None), tmp_path / "charts")
    assert not (tmp_path / "charts").exists()


def test_a_folder_that_cannot_be_made_is_one_clear_message(three: Scenario, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot write .*spending\.csv.*choose another folder"):
        save("spending", world(three), tmp_path / "taken", formats=["svg"])


def test_a_full_disk_leaves_nothing_half_written(
    three: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: Path) -> Path:
        assert path.is_file()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RunError, match="No space left on device"):
        save("spending", world(three), tmp_path / "charts", formats=["svg"])
    assert list((tmp_path / "charts").iterdir()) == []
