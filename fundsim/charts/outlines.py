"""A user's own outlines of areas: a GeoJSON file (RFC 7946), checked and found by area code."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fundsim.errors import DataError, Problem, nearest
from fundsim.money import Real

NAMED = 20  # areas or properties named in a message; the others are counted
FEATURE_ID = "id"  # the member beside a feature's properties
REMEDY = "give outlines of polygons by area as GeoJSON"


@dataclass(frozen=True)
class Part:
    """One polygon of an area: its edge and its holes, each `(point, 2)` and closed."""

    edge: Real
    holes: tuple[Real, ...]


@dataclass(frozen=True)
class Outlines:
    """The outlines of areas, by code, and where they are from.

    `label` is the file's name, `key` the property that holds codes, `digest` the first twelve
    characters of its SHA-256.
    """

    label: str
    key: str
    digest: str
    parts: Mapping[str, tuple[Part, ...]]

    @property
    def in_degrees(self) -> bool:
        """Whether all that is drawn could be longitudes and latitudes; else it is a plane."""
        edges = np.concatenate([part.edge for parts in self.parts.values() for part in parts])
        return bool((np.abs(edges) <= (180.0, 90.0)).all())


def read_outlines(path: Path, codes: Collection[str], key: str | None = None) -> Outlines:
    """Read the outlines of the areas with these codes from a GeoJSON file.

    `key` names the property that holds the codes; without it that one is taken in which most of
    them are found. Areas without an outline, and shapes that are no polygons, are a DataError that
    names them; what is of other areas is left aside.
    """
    content = _content(path)
    features = _features(path, content)
    found = key or _by_content(path, features, codes)
    if key is not None and key not in (there := _properties(features)):
        raise _fault(
            path, f'no feature has a property "{key}"{nearest(key, there)}; {_listed(there)}'
        )
    parts: dict[str, tuple[Part, ...]] = {}
    problems: list[Problem] = []
    for place, feature in enumerate(features, start=1):
        code = _text(_values(feature).get(found))
        if code not in codes:
            continue
        try:
            parts[code] = (*parts.get(code, ()), *_polygons(feature.get("geometry")))
        except (ValueError, TypeError) as error:
            problems.append(Problem(path.name, f"feature {place} ({code})", str(error)))
    missing = [code for code in codes if code not in parts]
    if missing and not problems:
        problems.append(Problem(path.name, found, _missing(missing, len(codes))))
    if problems:
        raise DataError(problems)
    return Outlines(path.name, found, hashlib.sha256(content).hexdigest()[:12], parts)


def _fault(path: Path, message: str) -> DataError:
    return DataError([Problem(str(path), "", message)])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _fault(path, f"cannot be read: {error.strerror}") from error


def _features(path: Path, content: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _fault(path, f"is no GeoJSON ({error}); {REMEDY}") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise _fault(path, f"is no GeoJSON with features; {REMEDY}")
    return [feature for feature in features if isinstance(feature, dict)]


def _values(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Give a feature's properties, and its id among them."""
    properties = feature.get("properties")
    own = properties if isinstance(properties, dict) else {}
    return {FEATURE_ID: feature.get("id"), **own}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _properties(features: list[dict[str, Any]]) -> list[str]:
    there = dict.fromkeys(name for feature in features for name in _values(feature))
    return [name for name in there if any(_text(_values(f).get(name)) for f in features)]


def _by_content(path: Path, features: list[dict[str, Any]], codes: Collection[str]) -> str:
    """Find the property in which most codes are; of several, the first."""
    wanted = set(codes)
    hits = {(name, _text(v)) for f in features for name, v in _values(f).items()}
    count = Counter(name for name, code in hits if code in wanted)
    there = _properties(features)
    if not count:
        example = next(iter(codes))
        message = f'no property holds the codes of the areas, such as "{example}"'
        raise _fault(path, f"{message}; name it with --boundaries-key; {_listed(there)}")
    return max(there, key=lambda name: count[name])


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"there are: {', '.join(names[:NAMED])}{more}" if names else "there are none"


def _missing(missing: list[str], count: int) -> str:
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    lacking = f"{len(missing):,} of {count:,} areas have no outline"
    return (
        f"{lacking}: {', '.join(missing[:NAMED])}{more}; add them, or name another property with "
        "--boundaries-key"
    )


def _polygons(geometry: object) -> Iterator[Part]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        message = f"its geometry is {kind or 'empty'}; it must be a Polygon or a MultiPolygon"
        raise ValueError(message)
    given = geometry.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        message = f"its {kind} has no coordinates"
        raise ValueError(message)
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            message = f"its {kind} has a part without coordinates"
            raise ValueError(message)
        edge, *holes = (_ring(ring) for ring in polygon)
        yield Part(edge, tuple(holes))


def _ring(ring: Any) -> Real:  # noqa: ANN401 - whatever JSON holds
    message = "its coordinates are no rings of at least three points, each of two finite numbers"
    try:
        points = np.array([point[:2] for point in ring], np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(message) from error
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or not np.isfinite(points).all():
        raise ValueError(message)
    return points if (points[0] == points[-1]).all() else np.concatenate([points, points[:1]])
