"""Draw every chart and show it as others see it: python scripts/write_gallery.py.

The charts are made as a user makes them, by fundsim's own commands, of the scenario of 2020. Each
is shown across a page, 8 cm wide, in grey and without a kind of cone, by `fundsim.charts.seeing`.
The folder holds all that its page needs.
"""

from __future__ import annotations

import json
import math
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from fundsim.charts import CHARTS
from fundsim.charts.catalogue import ELSEWHERE
from fundsim.charts.comparing import COMPARISON_CHARTS
from fundsim.charts.seeing import KINDS, Kind, as_seen
from fundsim.places import Geography, load_geography
from fundsim.studies.reading import shipped_studies

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "site" / "gallery"
RULES = "per_capita,need_weighted(steepness=2),threshold_per_head(people=lbn_pop)"
TARGET = "capital kept whole at {} years at least 1 with probability 0.5"
PLAIN = """\
extends = "kruger-endowment"
remove = ["markets.correlations", "markets.assets", "sources"]
name = "plain"
title = "One asset, and a fixed share of the value spent each year"

[markets.assets.global_equity]
weight = "100%"
arithmetic_mean = "7.5%"
volatility = "16.5%"

[funds.luc.spending]
kind = "percent_of_value"
rate = "4%"
"""
DRIVES, SPREAD = "what-drives-the-endowment", "what-makes-the-spread"
RATES = "rates-in-many-futures"
YEARS = 50  # of the scenario
FEWER = 250  # paths, where every one is simulated many times
OUTLINES = "made-up.geojson"
CORNERS = 24
SAID = {
    "areas_map": "The outlines are made up for this gallery: a ring about the middle of each area.",
    "capital_histogram": "One fund that has no closed form, and one that is plain enough for it.",
    "foundation": "One of the 47 stands for all.",
}
SEEN = {
    "deuteranopia": "without cones for green (deuteranopia)",
    "protanopia": "without cones for red (protanopia)",
    "grey": "in grey",
}


@dataclass(frozen=True)
class Maker:
    """A command that draws charts, and the folder in which they are then."""

    words: Sequence[str]
    folder: str = ""

    @property
    def said(self) -> str:
        """The command as it is typed."""
        return shlex.join(["fundsim", *self.words])


def makers(paths: int | None, years: int | None) -> list[Maker]:
    """List the commands that draw all there is; fewer paths and years are for a quick look."""
    few = [] if paths is None else ["--paths", str(paths)]
    short = [] if years is None else ["--years", str(years)]
    fewer = [*short, "--paths", str(paths or FEWER)]
    own = ["--fund", "luc", "--rules", RULES, "--need", "uk_pop_d10"]
    draw = ["--format", "png", "--quiet"]
    foundation = ["--foundation", "wales"]
    pot = ["--amount", "£175m", "--each", "£1m", "--to", "£2.5m", "--by", "uk_pop_d10"]
    needs = ["--amount", "£80m", "--needs", "imd25_avg_score,imd19_avg_score"]
    target = ["--target", TARGET.format(years or YEARS), "--fund", "luc", "--within", "0.1%"]
    return [
        Maker(["run", "kruger-2020", *few, *short, "--no-charts", "--quiet", "--out", "run"]),
        Maker(["chart", "run", *draw, "--out", "of-run"], "of-run"),
        Maker(["chart", "run", "foundation", *foundation, *draw, "--out", "of-one"], "of-one"),
        Maker(
            ["chart", "run", "areas_map", "--boundaries", OUTLINES, *draw, "--out", "map"], "map"
        ),
        Maker(
            ["compare", "kruger-2020", *own, *fewer, "--no-charts", "--quiet", "--out", "compared"]
        ),
        Maker(["chart", "compared", *draw, "--out", "of-compared"], "of-compared"),
        Maker(["run", "plain.toml", *few, *short, "--no-charts", "--out", "plain"]),
        Maker(["chart", "plain", "capital_histogram", *draw, "--out", "of-plain"], "of-plain"),
        Maker(["sensitivity", "drives.toml", "--quiet", "--out", "drives"], "drives/charts"),
        Maker(["sensitivity", "spread.toml", "--quiet", "--out", "spread"], "spread/charts"),
        Maker(["compare", "rates.toml", "--quiet", "--out", "rates"], "rates/charts"),
        Maker(["breadth", "kruger-2020", *pot, "--out", "breadth"], "breadth/charts"),
        Maker(["indices", "english-738m", *needs, "--out", "indices"], "indices/charts"),
        Maker(
            ["solve", "kruger-2020", *target, *fewer, "--quiet", "--out", "solved"], "solved/charts"
        ),
    ]


@dataclass(frozen=True)
class Picture:
    """A picture in the folder: its file, the words inside it, and the command that drew it."""

    file: str
    title: str
    alt: str
    command: str
    wide: int
    high: int


@dataclass(frozen=True)
class Entry:
    """A chart of the catalogue with all its pictures."""

    name: str
    title: str
    note: str
    pictures: Sequence[Picture]


def write(folder: Path, *, paths: int | None = None, years: int | None = None) -> None:
    """Draw all charts and write pictures and page into a folder that is not there yet."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        lay_out(Path(work), paths or FEWER)
        pictures = list(drawn(Path(work), folder, makers(paths, years)))
    for picture in pictures:
        for kind in KINDS:
            show(folder / picture.file, folder / kind / picture.file, kind)
    page = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("gallery.html")
    html = page.render(entries=list(entries(pictures)), seen={kind: SEEN[kind] for kind in KINDS})
    (folder / "index.html").write_text(html, encoding="utf-8")


def write_anew() -> None:
    """Write the gallery into its place, whole, whatever was there before."""
    partial = GALLERY.with_name(".gallery.partial")
    shutil.rmtree(partial, ignore_errors=True)
    write(partial)
    shutil.rmtree(GALLERY, ignore_errors=True)
    partial.replace(GALLERY)
    print(f"open {GALLERY.relative_to(ROOT)}/index.html")


def drawn(work: Path, folder: Path, commands: Sequence[Maker]) -> Iterator[Picture]:
    """Run the commands, and bring the pictures that each has drawn; the first of a name stays."""
    made: dict[str, str] = {}
    for maker in commands:
        typed(maker, work)
        _, subject, *_, place = maker.words
        before = [made[subject]] if subject in made else []
        said = made[place] = " && ".join([*before, maker.said])
        for source in sorted((work / maker.folder).glob("*.png")):
            if not (folder / source.name).exists():
                shutil.copyfile(source, folder / source.name)
                with Image.open(source) as image:
                    words, size = image.text, image.size
                yield Picture(source.name, words["Title"], words["Description"], said, *size)


def of_size(study: str, draws: int) -> str:
    """Give a study's text with fewer draws."""
    assert "size = 64\n" in study
    return study.replace("size = 64\n", f"size = {draws}\n")


def lay_out(work: Path, paths: int) -> None:
    """Write the files that commands are given: a plain scenario, small studies, outlines."""
    (work / "plain.toml").write_text(PLAIN, encoding="utf-8")
    drives, rates, spread = (
        shipped_studies()[name].read_text(encoding="utf-8") for name in (DRIVES, RATES, SPREAD)
    )
    for name, told in {"drives.toml": drives, "rates.toml": of_size(rates, 16)}.items():
        first, line, rest = told.partition('fund = "luc"\n')
        (work / name).write_text(f"{first}{line}paths = {paths}\n{rest}", encoding="utf-8")
    spread = spread.replace("paths = 250\n", f"paths = {paths}\n")
    spread = spread if paths >= FEWER else of_size(spread, 4)
    (work / "spread.toml").write_text(spread, encoding="utf-8")
    made_up(work / OUTLINES, load_geography("uk-districts-2024"))


def typed(maker: Maker, work: Path) -> None:
    """Run a command in a folder; where it fails, stop with what it says."""
    command = [sys.executable, "-m", "fundsim", *maker.words]
    done = subprocess.run(command, check=False, cwd=work, capture_output=True, text=True)
    if done.returncode:
        message = f"{maker.said}\n{done.stderr or done.stdout}"
        raise SystemExit(message)


def made_up(place: Path, geography: Geography) -> None:
    """Write outlines that are plainly none: a ring about each area's middle, touching no other."""
    squeeze = np.array([math.cos(math.radians(float(geography.lat.mean()))), 1.0])
    middles = np.column_stack([geography.lon, geography.lat]) * squeeze
    apart = np.hypot(*(middles[:, np.newaxis] - middles).transpose(2, 0, 1))
    radii = np.where(apart > 0, apart, np.inf).min(axis=1) / 2
    turns = np.linspace(0, 2 * math.pi, CORNERS + 1)
    ring = np.column_stack([np.cos(turns), np.sin(turns)])
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [((middle + radius * ring) / squeeze).round(5).tolist()],
            },
        }
        for code, middle, radius in zip(geography.codes, middles, radii, strict=True)
    ]
    told = {"type": "FeatureCollection", "features": features}
    place.write_text(json.dumps(told), encoding="utf-8")


def show(picture: Path, place: Path, kind: Kind) -> None:
    """Write a picture as others see it."""
    with Image.open(picture) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=np.uint8)
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    found, where = np.unique(packed, return_inverse=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=-1)
    seen = np.rint(as_seen(colours / 255, kind) * 255).astype(np.uint8)
    place.parent.mkdir(exist_ok=True)
    Image.fromarray(seen[where.reshape(packed.shape)]).save(place)


def entries(pictures: Sequence[Picture]) -> Iterator[Entry]:
    """Sort the pictures by the chart that they are of; a chart without any is an error."""
    titles = {name: one.title for name, one in (CHARTS | COMPARISON_CHARTS).items()}
    others = {name: one.title for name, one in ELSEWHERE.items()}
    for name, title in (titles | others).items():
        mine = [one for one in pictures if re.split(r"[-.]", one.file)[0] == name]
        if not mine:
            message = f"no command drew the chart {name}"
            raise LookupError(message)
        yield Entry(name, title, SAID.get(name, ""), mine)


if __name__ == "__main__":
    write_anew()
