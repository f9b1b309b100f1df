"""A record put into the bytes of a file and taken out again: SVG, PNG, PDF, and beside a CSV.

What is left without the record is bit by bit what was drawn, so that a hash of it stands in the
record. No library does that: those that write metadata write pictures anew.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from typing import Any
from xml.sax.saxutils import escape, unescape

from fundsim.charts.record import Record

NAME = "fundsim"  # of the chunk in a PNG, of the attachment in a PDF
SPACE = "urn:fundsim:"
MOST = 1 << 26  # bytes of a record; what is larger was not written by us

_OPEN, _CLOSE = f'<fundsim:record xmlns:fundsim="{SPACE}record">', "</fundsim:record>"
_ELEMENT = re.compile(f"{re.escape(_OPEN)}(.*?){re.escape(_CLOSE)}".encode(), re.DOTALL)


class Unread(ValueError):  # noqa: N818 - it is the record that is unread
    """There is no record, or none that can be read; the text says which."""


def put(kind: str, content: bytes, record: Record) -> bytes:
    """Put a record into a picture; `kind` is svg, png or pdf."""
    text = json.dumps(record, indent=1).encode("ascii")
    return {"svg": _into_svg, "png": _into_png, "pdf": _into_pdf}[kind](content, text)


def take(kind: str, data: bytes) -> tuple[Record, bytes]:
    """Take the record out of a picture, and give the picture as it was without; or Unread."""
    text, content = {"svg": _of_svg, "png": _of_png, "pdf": _of_pdf}[kind](data)
    return parsed(text), content


def parsed(text: bytes) -> Record:
    """Read JSON that holds an object; or Unread."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"what it says of its origin is damaged ({error})"
        raise Unread(message) from error
    if not isinstance(found, dict):
        message = "what it says of its origin is damaged (it is no table of keys)"
        raise Unread(message)
    return found


def _none(kind: str) -> Unread:
    return Unread(f"this {kind} says nothing of its origin")


def _inflated(packed: bytes) -> bytes:
    """Unpack, and stop where it grows beyond all measure."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, MOST)
    except zlib.error as error:
        message = f"what it says of its origin is damaged ({error})"
        raise Unread(message) from error
    if not unpacking.eof or unpacking.unused_data:
        message = "what it says of its origin is damaged (it does not end)"
        raise Unread(message)
    return text


# SVG: an element of its own among the metadata


def _into_svg(content: bytes, text: bytes) -> bytes:
    element = f"{_OPEN}{escape(text.decode('ascii'))}{_CLOSE}".encode("ascii")
    return content.replace(b"</metadata>", element + b"</metadata>", 1)


def _of_svg(data: bytes) -> tuple[bytes, bytes]:
    found = _ELEMENT.search(data)
    if found is None:
        raise _none("SVG")
    text = unescape(found[1].decode("utf-8", "replace")).encode("utf-8")
    return text, data[: found.start()] + data[found.end() :]


# PNG: a compressed text chunk behind the header (PNG specification, 11.3.3.4 iTXt)

_SIGNATURE, _HEADER = b"\x89PNG\r\n\x1a\n", 33  # bytes of signature and first chunk
_KEY = NAME.encode("ascii") + b"\0\1\0\0\0"  # compressed by deflate, no language, no translation


def _into_png(content: bytes, text: bytes) -> bytes:
    body = b"iTXt" + _KEY + zlib.compress(text, 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return content[:_HEADER] + chunk + content[_HEADER:]


def _of_png(data: bytes) -> tuple[bytes, bytes]:
    if not data.startswith(_SIGNATURE):
        message = "this is no PNG"
        raise Unread(message)
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        body = data[at + 4 : end - 4]
        if body.startswith(b"iTXt" + _KEY):
            if data[end - 4 : end] != struct.pack(">I", zlib.crc32(body)):
                message = "what it says of its origin is damaged (its checksum differs)"
                raise Unread(message)
            return _inflated(body[4 + len(_KEY) :]), data[:at] + data[end:]
        at = end
    raise _none("PNG")


# PDF: a file attached by an update at the end (ISO 32000-1, 7.5.6 and 7.11.4), which readers list

_MARK = b"% fundsim: the record of this picture\n"
_TRAILER = re.compile(
    rb"trailer\n<< /Size (\d+) /Root (\d+) 0 R /Info (\d+) 0 R >>\nstartxref\n(\d+)\n%%EOF\n\Z"
)
_TAG = re.compile(r"[a-z]{2,3}\Z")  # of a language
_STREAM = re.compile(rb"\d+ 0 obj\n<< /Type /EmbeddedFile [^\n]*/Length (\d+) >>\nstream\n")


def _into_pdf(content: bytes, text: bytes) -> bytes:
    return content + _update(content, zlib.compress(text, 9), text)


def _of_pdf(data: bytes) -> tuple[bytes, bytes]:
    at = data.rfind(_MARK)
    if at < 0:
        raise _none("PDF")
    content, begun = data[:at], _STREAM.match(data, at + len(_MARK))
    if begun is None:
        message = "what it says of its origin is damaged (there is no stream)"
        raise Unread(message)
    packed = data[begun.end() : begun.end() + int(begun[1])]
    text = _inflated(packed)
    whole = _TRAILER.search(content) and content + _update(content, packed, text) == data
    return text, content if whole else data  # what was added behind, or cut off, is seen by hash


def _update(content: bytes, packed: bytes, text: bytes) -> bytes:
    """Write what is added to a PDF of matplotlib: stream, its name, the catalogue that lists it.

    The catalogue names the language of the picture too, where the record does. Its layout belongs
    to the form of records (`record.FORMAT`): a PDF is held against it.
    """
    found = _TRAILER.search(content)
    if found is None:
        message = "the end of this PDF is not as matplotlib writes it"
        raise Unread(message)
    stream, root, info, before = (int(number) for number in found.groups())
    named = stream + 1
    objects = {
        stream: b"<< /Type /EmbeddedFile /Subtype /application#2Fjson /Params << /Size %d >> "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(text), len(packed), packed),
        named: b"<< /Type /Filespec /F (fundsim.json) /UF (fundsim.json) /AFRelationship /Source "
        b"/Desc (Where this picture is from) /EF << /F %d 0 R >> >>" % stream,
        root: b"%b%b /AF [%d 0 R] /Names << /EmbeddedFiles << /Names [(fundsim.json) %d 0 R] "
        b">> >> >>" % (_catalogue(content, root), _language(text), named, named),
    }
    made, places = _MARK, {}
    for number, body in objects.items():
        places[number] = len(content) + len(made)
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(content) + len(made)
    made += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        made += b"%d 1\n%010d 00000 n \n" % (number, place)
    end = b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (named + 1, root, info, before, start)


def _language(text: bytes) -> bytes:
    """Give the key of a catalogue that names the language which a record does, if it is plain."""
    asked = parsed(text).get("chart")
    tag = asked.get("language", "") if isinstance(asked, dict) else ""
    return b" /Lang (%b)" % tag.encode("ascii") if _TAG.match(str(tag)) else b""


def _catalogue(content: bytes, root: int) -> bytes:
    """Give the catalogue's own keys, without the brackets that close it."""
    found = re.search(rb"\n%d 0 obj\n(<< /Type /Catalog [^\n]*) >>\nendobj" % root, content)
    if found is None:
        message = "the catalogue of this PDF is not as matplotlib writes it"
        raise Unread(message)
    return found[1]


# CSV: nothing inside; beside it a file of the W3C's vocabulary "CSV on the Web"


def prefixed(value: Any) -> Any:  # noqa: ANN401 - a plain value of any kind
    """Give each key of a record the project's own prefix, as the vocabulary wants of new words.

    >>> prefixed({"seed": 7, "needs": [{"name": "x"}]})
    {'urn:fundsim:seed': 7, 'urn:fundsim:needs': [{'urn:fundsim:name': 'x'}]}
    """
    if isinstance(value, dict):
        return {f"{SPACE}{key}": prefixed(inner) for key, inner in value.items()}
    return [prefixed(inner) for inner in value] if isinstance(value, list) else value


def unprefixed(value: Any) -> Any:  # noqa: ANN401 - as above
    """Take the prefix off again."""
    if isinstance(value, dict):
        return {key.removeprefix(SPACE): unprefixed(inner) for key, inner in value.items()}
    return [unprefixed(inner) for inner in value] if isinstance(value, list) else value
