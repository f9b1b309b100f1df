"""Records inside pictures and beside tables, read back by others, and faults planted in them."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fundsim.charts import FORMATS, Format, save
from fundsim.charts.beside import ENDING, record_beside
from fundsim.charts.embedding import Unread, put, take
from fundsim.charts.record import broken, hashed, seal, vintages
from fundsim.engine.simulate import simulate
from fundsim.scenario import load

RECORD = "{urn:fundsim:record}record"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spending of a small run, in every kind of file."""
    folder = tmp_path_factory.mktemp("charts")
    save("spending", simulate(load("kruger-endowment"), paths=12, years=4), folder, formats=FORMATS)
    return folder


def inside_svg(data: bytes) -> Any:
    found = ET.fromstring(data).find(f".//{RECORD}")  # noqa: S314 - a file of our own
    assert found is not None
    return json.loads(str(found.text))


def inside_png(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as picture:
        return json.loads(picture.info["fundsim"])


def inside_pdf(data: bytes) -> Any:
    """Follow the way of a reader of PDFs: last table of places, catalogue, names, stream."""
    places = dict(places_of(data, int(re.findall(rb"startxref\n(\d+)\n", data)[-1])))

    def at(number: bytes) -> bytes:
        here = places[int(number)]
        assert data[here:].startswith(number + b" 0 obj\n")
        return data[here : data.index(b"endobj", here)]

    def led(key: bytes, body: bytes) -> bytes:
        found = re.search(key + rb" ?(\d+) 0 R", body)
        assert found is not None
        return at(found[1])

    catalogue = led(rb"/Root", data[data.rindex(b"trailer") :])
    assert b"/Pages 2 0 R" in catalogue
    stream = led(rb"/EF << /F", led(rb"/Names \[\(fundsim.json\)", catalogue))
    packed = stream[stream.index(b"stream\n") + 7 : stream.rindex(b"\nendstream")]
    return json.loads(zlib.decompress(packed))


def places_of(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Read tables of places, the older ones first."""
    assert data[start:].startswith(b"xref\n")
    end = data.index(b"trailer", start)
    before = re.search(rb"/Prev (\d+)", data[end : data.index(b"startxref", end)])
    if before is not None:
        yield from places_of(data, int(before[1]))
    lines = iter(data[start:end].splitlines()[1:])
    for line in lines:
        first, count = map(int, line.split())
        for number in range(first, first + count):
            yield number, int(next(lines)[:10])


READ = {"svg": inside_svg, "png": inside_png, "pdf": inside_pdf}


@pytest.mark.parametrize("kind", FORMATS)
def test_other_readers_find_the_record_that_we_take_out(kind: Format, pictures: Path) -> None:
    data = (pictures / f"spending.{kind}").read_bytes()
    record, content = take(kind, data)
    assert READ[kind](data) == record
    assert not list(broken(record, content))
    assert put(kind, content, record) == data


@pytest.mark.parametrize("kind", FORMATS)
def test_a_record_holds_scenario_seed_vintages_and_licences(kind: Format, pictures: Path) -> None:
    record = READ[kind]((pictures / f"spending.{kind}").read_bytes())
    toml = "\n".join(record["files"]["scenario.toml"])
    assert 'opening = "£2bn"' in toml
    assert (record["seed"], record["paths"], record["years"]) == (20200924, 12, 4)
    assert record["data"]["areas"] == "uk-districts-2024"
    of = {name: each for each in record["data"]["vintages"] for name in each["columns"]}
    assert of["population"]["vintage"] == "mid-2024"
    assert all(each["licence"] for each in of.values())
    assert record["table"] == hashed((pictures / "spending.csv").read_bytes())


def test_the_table_stays_plain_and_its_record_is_in_a_file_beside_it(pictures: Path) -> None:
    table = (pictures / "spending.csv").read_bytes()
    assert table.startswith(b"measure,fund,basis,year")
    beside = json.loads((pictures / f"spending.csv{ENDING}").read_text("ascii"))
    assert beside["@context"][0] == "http://www.w3.org/ns/csvw"
    assert beside["url"] == "spending.csv"
    columns = [column["name"] for column in beside["tableSchema"]["columns"]]
    assert ",".join(columns).encode() == table.splitlines()[0]
    assert all(re.fullmatch(r"[A-Za-z0-9_.]+", name) for name in columns)
    kinds = {column["name"]: column["datatype"] for column in beside["tableSchema"]["columns"]}
    assert (kinds["fund"], kinds["year"]) == ("string", "decimal")
    keys = {key for key in beside if not key.startswith(("@", "dc:"))}
    assert keys == {"url", "tableSchema", "urn:fundsim:record"}


def test_every_kind_of_file_says_the_same(pictures: Path) -> None:
    """Hashes aside, which are those of the file."""
    beside = record_beside((pictures / f"spending.csv{ENDING}").read_bytes())
    told = [READ[kind]((pictures / f"spending.{kind}").read_bytes()) for kind in FORMATS]
    for record in told:
        assert {k for k in record if record[k] != beside[k]} <= {"content", "record"}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_without_its_record_is_the_picture_that_was_drawn(
    kind: Format, pictures: Path
) -> None:
    data = (pictures / f"spending.{kind}").read_bytes()
    content = take(kind, data)[1]
    assert b"iTXtfundsim" not in content
    assert b"urn:fundsim" not in content
    assert b"EmbeddedFile" not in content
    with pytest.raises(Unread, match="says nothing of its origin"):
        take(kind, content)


@pytest.mark.parametrize("kind", FORMATS)
@given(text=st.text(max_size=60))
def test_any_text_comes_back_as_it_went_in(kind: Format, pictures: Path, text: str) -> None:
    content = take(kind, (pictures / f"spending.{kind}").read_bytes())[1]
    record = seal({"files": {text: [text, "]]></metadata>\r"]}}, b"", content)
    data = put(kind, content, record)
    assert take(kind, data) == (record, content)
    assert READ[kind](data) == record


def changed_pixel(data: bytes) -> bytes:
    """Turn one pixel round, and leave every text as it is."""
    with Image.open(io.BytesIO(data)) as picture:
        pixels = picture.convert("RGBA")
        pixels.putpixel((40, 40), (1, 2, 3, 255))
        new = io.BytesIO()
        pixels.save(new, "png")
    chunk = data[33 : 33 + 12 + struct.unpack_from(">I", data, 33)[0]]
    record = take("png", data)[0]
    assert chunk.startswith(b"iTXtfundsim", 4)
    return put("png", new.getvalue(), record)


FAULTS = {
    "a pixel": ("png", changed_pixel),
    "a text": ("svg", lambda data: data.replace(b">1 in 20", b">1 in 30", 1)),
    "a path": ("svg", lambda data: data.replace(b'd="M', b'd="M1', 1)),
    "what is said to the blind": ("svg", lambda data: data.replace(b"<desc>", b"<desc>Not: ", 1)),
    "the title": ("pdf", lambda data: data.replace(b"fundsim 0", b"fundsim 9", 1)),
    "a later update": ("pdf", lambda data: data + b"1 0 obj\n<< >>\nendobj\n%%EOF\n"),
    "a stream": ("pdf", lambda data: data[:3000] + bytes([data[3000] ^ 1]) + data[3001:]),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_changed_in_a_picture_is_noticed(what: str, pictures: Path) -> None:
    kind, fault = FAULTS[what]
    data = (pictures / f"spending.{kind}").read_bytes()
    altered = fault(data)
    assert altered != data
    assert list(broken(*take(kind, altered))) == [
        "it was altered after it was drawn: its content has another hash than it states"
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_changed_in_a_record_is_noticed(kind: Format, pictures: Path) -> None:
    record, content = take(kind, (pictures / f"spending.{kind}").read_bytes())
    altered = put(kind, content, record | {"seed": 8})
    assert list(broken(*take(kind, altered))) == [
        "what it says of its origin was altered: its own hash differs"
    ]


def damaged_checksum(data: bytes) -> bytes:
    end = 33 + 12 + struct.unpack_from(">I", data, 33)[0]
    return data[: end - 1] + bytes([data[end - 1] ^ 1]) + data[end:]


def packed_png(text: bytes) -> bytes:
    """Write a chunk of ours that holds this, well packed, or packed already."""
    body = b"iTXtfundsim\0\1\0\0\0" + text
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk


DAMAGED = {
    "no PNG": ("png", b"GIF89a", "this is no PNG"),
    "an empty PNG": ("png", b"", "this is no PNG"),
    "half a chunk": ("png", b"\x89PNG\r\n\x1a\n\0\0\0\1iTXt", "says nothing of its origin"),
    "no packing": ("png", packed_png(b"plain"), "is damaged"),
    "half a packing": ("png", packed_png(zlib.compress(b"{}" * 90)[:-9]), "it does not end"),
    "no JSON": ("png", packed_png(zlib.compress(b"{")), "is damaged"),
    "a list": ("png", packed_png(zlib.compress(b"[1]")), "it is no table of keys"),
    "endless": ("png", packed_png(zlib.compress(bytes(1 << 27))), "it does not end"),
    "deep": ("png", packed_png(zlib.compress(b"[" * 100_000)), "is damaged"),
    "an SVG without": ("svg", b"<svg/>", "this SVG says nothing of its origin"),
    "a PDF without": ("pdf", b"%PDF-1.4\n%%EOF\n", "this PDF says nothing of its origin"),
    "a PDF cut off": (
        "pdf",
        b"%PDF\n% fundsim: the record of this picture\n4 0 obj",
        "there is no stream",
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_told_and_ends_nothing_else(what: str) -> None:
    kind, data, said = DAMAGED[what]
    with pytest.raises(Unread, match=said):
        take(kind, data)


def test_a_damaged_checksum_is_told(pictures: Path) -> None:
    data = damaged_checksum((pictures / "spending.png").read_bytes())
    with pytest.raises(Unread, match="its checksum differs"):
        take("png", data)


def test_a_pdf_that_matplotlib_did_not_write_takes_no_record() -> None:
    with pytest.raises(Unread, match="the end of this PDF"):
        put("pdf", b"%PDF-1.4\n", {})
    end = b"trailer\n<< /Size 2 /Root 1 0 R /Info 1 0 R >>\nstartxref\n0\n%%EOF\n"
    with pytest.raises(Unread, match="the catalogue"):
        put("pdf", b"%PDF-1.4\n" + end, {})


def test_a_file_beside_a_table_that_is_none_of_ours_is_told() -> None:
    with pytest.raises(Unread, match="says nothing of its origin"):
        record_beside(b'{"url": "x.csv"}')


def test_columns_of_one_vintage_stand_together() -> None:
    places = load("kruger-endowment").geography_table
    told = vintages(places)
    named = [name for each in told["vintages"] for name in each["columns"]]
    assert sorted(named) == sorted(places.about)
    of = [(each["vintage"], each["source"], each["licence"]) for each in told["vintages"]]
    assert len(set(of)) == len(of) < len(named)
