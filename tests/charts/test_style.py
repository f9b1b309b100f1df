"""House styles: what a file may say, and what is refused, with its place and a remedy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from fundsim.charts.seeing import KINDS, apart, contrast, lightness
from fundsim.charts.style import Look, Style, colours, drawn_in, sizes
from fundsim.charts.style.faces import families
from fundsim.charts.style.fitness import CONES, LINE, SIDES, STEP, TEXT, faults
from fundsim.charts.style.logo import MOST, SIDE
from fundsim.charts.style.model import Palette
from fundsim.charts.style.reading import read_style
from fundsim.errors import InputError, StyleError


def read(folder: Path, text: str) -> Look:
    (folder / "house.toml").write_text(text, "utf-8")
    return read_style(folder / "house.toml")


def refused(folder: Path, text: str) -> str:
    with pytest.raises(StyleError) as found:
        read(folder, text)
    assert isinstance(found.value, InputError)
    return str(found.value)


def png(path: Path, wide: int, high: int) -> Path:
    Image.new("RGBA", (wide, high), (20, 80, 40, 255)).save(path)
    return path


def test_what_is_left_out_is_as_it_is_without_a_style(tmp_path: Path) -> None:
    assert read(tmp_path, "").style == Style()
    found = read(tmp_path, '[palette]\ninner = "#8FBB77"\n').style
    assert found.palette.inner == "#8fbb77"
    assert found.palette == Palette(inner="#8fbb77")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("[palete]\nink = 3\n", ":1:2: palete", 'no such key (did you mean "palette"?)'),
        ('[palette]\ninnr = "#000000"\n', ":2:1: palette.innr", '(did you mean "inner"?)'),
        ("[sizes]\nzebra = 1\n", ":2:1: sizes.zebra", "the keys here are title, about, label"),
        ('[palette]\nink = "green"\n', ":2:7: palette.ink", 'expected a colour as "#1a1a1a"'),
        ('[palette]\ngains = ["#000000"]\n', ":2:9: palette.gains", "found 1 colours, expected 3"),
        ("[sizes]\ntitle = 99\n", ":2:9: sizes.title", "expected at most 30"),
        (
            "[sizes]\nlabel = 12\n",
            ":1:1: sizes.width",
            "expected at least 214 for type of this size",
        ),
        ('[numbers]\ndecimal = ","\n', ":1:", "the same mark as between pounds and pence"),
        ('[numbers]\nmillion = "bn"\n', ":2:11: numbers.million", "takes for another size"),
        ('[numbers]\nmillion = ""\n', ":2:11: numbers.million", "takes for another size"),
        ('[numbers]\nbillion = "Mio."\n', ":2:11: numbers.billion", "expected a mark of billions"),
        ('[numbers]\nmillion = "x"\nbillion = "x"\n', ":3:11: numbers.billion", "for millions"),
        ('[numbers]\nmillion = "10"\n', ":2:11: numbers.million", "may hold no digit"),
        ('[fonts]\nfamily = "<b>"\n', ":2:10: fonts.family", "the name of one typeface"),
        ('[logo]\nfile = ""\n', ":2:8: logo.file", "this is empty"),
        ("[logo]\nheight = 9\n", ":1:1: logo.file", "this is missing"),
        ('[logo]\nfile = "a.png"\nplace = "left"\n', ":3:9: logo.place", 'one of "top", "bottom"'),
        ("[fonts\n", ":1:7", "this is not TOML"),
    ],
)
def test_every_mistake_is_told_at_its_place(
    text: str, place: str, says: str, tmp_path: Path
) -> None:
    found = refused(tmp_path, text)
    assert f"house.toml{place}" in found
    assert says in found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        '[palette]\nink = "#dddddd"\n[fonts]\nfamily = "Dejavu Serif"\n[logo]\nfile = "none.png"\n'
    )
    found = refused(tmp_path, text)
    for key in ("palette.ink", "fonts.family", "logo.file"):
        assert f": {key}: " in found


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match=r"cannot be read .* check its name"):
        read_style(tmp_path / "none.toml")


# Typefaces


def test_a_typeface_that_is_missing_is_refused_with_the_nearest(tmp_path: Path) -> None:
    found = refused(tmp_path, '[fonts]\nfamily = "DejaVu Serf"\n')
    assert 'no typeface "DejaVu Serf" on this machine (did you mean "DejaVu Serif"?)' in found
    assert "one that is here: " in found
    assert "DejaVu Sans" in refused(tmp_path, '[fonts]\nfamily = "Zzzz"\n').split("here: ")[1]


@pytest.mark.parametrize("family", ["cmr10", "cmsy10", "STIXSizeOneSym"])
def test_a_typeface_that_cannot_write_is_refused(family: str, tmp_path: Path) -> None:
    found = refused(tmp_path, f'[fonts]\nfamily = "{family}"\n')
    assert f'the typeface "{family}" has no letters, digits or pounds where others have' in found


@pytest.fixture
def looked_up_anew() -> Iterator[None]:
    """Let matplotlib forget afterwards which file it found for a typeface."""
    from matplotlib.font_manager import fontManager

    yield
    forget = vars(type(fontManager))["_findfont_cached"].cache_clear
    forget()


@pytest.mark.usefixtures("looked_up_anew")
def test_a_typeface_that_came_after_matplotlib_looked_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib import font_manager

    ours = [face for face in font_manager.fontManager.ttflist if face.name != "DejaVu Serif"]
    gone = [face.fname for face in font_manager.fontManager.ttflist if face not in ours]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", ours)
    copy = shutil.copy(gone[0], tmp_path)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(copy), __file__])
    assert read(tmp_path, '[fonts]\nfamily = "DejaVu Serif"\n').style.fonts.family == "DejaVu Serif"


def test_what_a_typeface_lacks_is_written_in_ours() -> None:
    assert families("DejaVu Sans") == ["DejaVu Sans"]
    assert families("DejaVu Serif") == ["DejaVu Serif", "DejaVu Sans"]


# Colours


def test_our_own_palette_passes_with_room() -> None:
    ours = Palette()
    assert list(faults(ours)) == []
    fan = (ours.paper, ours.outer, ours.inner, ours.line)
    for shades in (fan, ours.classes, ours.gains, ours.losses):
        for kind in KINDS:
            steps = [lightness(a, kind) - lightness(b, kind) for a, b in pairwise(shades)]
            assert min(steps) > 1.3 * STEP
    for gain in ours.gains:
        assert min(apart(gain, loss, kind) for loss in ours.losses for kind in CONES) > 2 * SIDES
    assert min(contrast(ours.paper, text) for text in (ours.ink, ours.quiet, ours.line)) > TEXT
    assert min(lightness(ours.paper) - lightness(one) for one in ours.rules) > LINE


@pytest.mark.parametrize(
    ("key", "value", "at", "says"),
    [
        ("ink", "#777777", ("ink",), "4.5 to 1 is the least that can be read; take a darker one"),
        ("quiet", "#8a8a8a", ("quiet",), "3.5 to 1"),
        ("line", "#8090a0", ("line",), "text of this colour"),
        ("inner", "#c3d5ea", ("inner",), "apart in lightness (CIE L*), and 8 is the least"),
        (
            "classes",
            ["#e6eff9", "#e0e9f3", "#599ed7", "#1375ae", "#034d76"],
            ("classes", 1),
            "alike",
        ),
        ("gains", ["#accff9", "#1d547d", "#3591d6"], ("gains", 2), "words say the dark is more"),
        ("beaten", "#7d7d7d", ("beaten",), "neither ink (#1a1a1a) nor paper (#ffffff)"),
        ("grey", "#f2f2f2", ("grey",), "a line of #f2f2f2 is"),
        ("shade", "#e0f4c0", ("shade",), "is a colour, and words call it grey: its parts of red"),
        ("rules", ["#1a1a1a", "#2a2a2a", *["#599ed7"] * 6], ("rules", 1), "without dashes"),
        ("rules", ["#1a1a1a", "#1375ae", *["#e0e0e0"] * 6], ("rules", 2), "25 is the least"),
    ],
)
def test_a_palette_that_cannot_be_read_is_refused(
    key: str, value: object, at: tuple[str | int, ...], says: str
) -> None:
    found = dict(faults(Palette.model_validate({key: value})))
    assert at in found
    assert says in found[at]


def test_red_losses_beside_green_gains_are_refused() -> None:
    green, red = ["#b7dcb0", "#57a255", "#245c26"], ["#e6cdb0", "#c08a5a", "#7a4a20"]
    found = dict(faults(Palette(gains=green, losses=red)))
    told = [message for key, message in found.items() if key[0] == "losses"]
    assert told
    assert any("without the" in message and "cone" in message for message in told)


def test_a_shade_that_only_one_kind_of_reader_cannot_tell_is_told_for_that_kind() -> None:
    reds = ["#ffd9d9", "#ff5c5c", "#e00000"]  # a red is much darker where the red cone is lacking
    found = dict(faults(Palette(losses=reds, gains=Palette().gains)))
    seen = {kind: lightness(reds[1], kind) - lightness(reds[2], kind) for kind in KINDS}
    assert (("losses", 2) in found) == (min(seen.values()) < STEP)


def test_dark_paper_is_refused_since_words_say_that_the_dark_band_is_the_inner_one() -> None:
    dark = Palette(
        paper="#101418",
        ink="#f4f4f4",
        quiet="#b0b0b0",
        outer="#2c3e50",
        inner="#5b7f99",
        line="#cfe6f7",
    )
    found = dict(faults(dark))
    assert "lighter than #101418 before it" in found["outer",]
    assert ("line",) in found


# Logos


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b"<svg/>"), "is no PNG"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n broken"), "is a broken PNG"),
        (lambda path: path.write_bytes(png(path, 9, 9).read_bytes()[:60]), "is a broken PNG"),
        (lambda path: path.write_bytes(bytes(MOST + 1)), "is larger than 256 kB"),
        (lambda path: png(path, SIDE + 1, 1), "pixels, and 3000 are the most"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda _: None, "cannot be read (No such file"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_refused(
    make: object, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    make(tmp_path / "logo.png")  # type: ignore[operator] # - a function of a path
    found = refused(tmp_path, '[logo]\nfile = "logo.png"\n')
    assert "house.toml:2:8: logo.file" in found
    assert says in found


def test_a_logo_leaves_room_for_the_title(tmp_path: Path) -> None:
    png(tmp_path / "logo.png", 400, 20)
    found = refused(tmp_path, '[logo]\nfile = "logo.png"\nheight = 9\n')
    assert "logo.height" in found
    assert "180 mm wide, and 60 are free beside the words; expected at most 3" in found
    png(tmp_path / "logo.png", 60, 10)
    assert read(tmp_path, '[logo]\nfile = "logo.png"\nheight = 9\n').logo


# The look of now


def test_a_look_lasts_as_long_as_its_block_and_ends_with_an_error() -> None:
    look = Look(Style.model_validate({"sizes": {"label": 13.5, "width": 240}}))
    with drawn_in(look):
        assert (sizes().scale, sizes().label, sizes().width) == (1.5, 9, 160)
    with pytest.raises(ZeroDivisionError), drawn_in(look):
        _ = 1 / 0
    assert (sizes().scale, sizes().small) == (1, 8)
    assert colours() == Palette()
