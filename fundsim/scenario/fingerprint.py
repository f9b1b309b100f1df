"""Twelve characters that stand for everything that a scenario's figures depend on."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, NamedTuple

from fundsim import __version__
from fundsim.rules.allocation import BROUGHT, PRESETS, Preset, every
from fundsim.rules.profiles import PROFILES
from fundsim.rules.returns import Tabled
from fundsim.rules.spending import Profile
from fundsim.scenario.schema import Settings

WORDS_ONLY = ("name", "title", "about", "sources")
_LENGTH = 12
_RULES = {"spending", "allocation", "closes", "holds", "instalments", "pays", "alarm"}


class Fingerprints(NamedTuple):
    """What stands for everything that figures depend on: all of them, and those of one path."""

    of_all: str
    of_a_path: str


def fingerprints_of(settings: Settings, areas_digest: str) -> Fingerprints:
    """Hash the resolved values, the content of the tables used and fundsim's version.

    First 12 hexadecimal digits of the SHA-256 of canonical JSON: pence, numbers by their shortest
    decimal form, dates in ISO form, keys sorted. Titles, names of shocks, sources, comments, the
    names and places of files and the way in which a value is spelled do not matter, nor does the
    order of shocks. `areas_digest` stands for the areas that are left after `where`. One path
    does not depend on how many there are.
    """
    values = settings.model_dump(by_alias=True, exclude=set(WORDS_ONLY))
    values["geography"] = {"areas": areas_digest, "need": values["geography"]["need"]}
    if isinstance(settings.markets, Tabled):
        values["markets"][settings.markets.file_key] = settings.markets.data.digest
    if values["sampling"] == "plain":
        del values["sampling"]  # as before there was a choice
    if values["dormant_assets"] is None:
        del values["dormant_assets"]  # as before there was such a table
    else:
        for one in values["dormant_assets"]["classes"].values():
            del one["title"]
    for fund in values["funds"].values():
        del fund["title"]
    for shock in values["shocks"]:
        del shock["name"]
    values["shocks"].sort(key=_text)
    whole = _canonical({"fundsim": __version__, **_tables(settings), **values})
    without = {key: value for key, value in whole.items() if key != "paths"}
    return Fingerprints(_hashed(whole), _hashed(without))


def rules_fingerprint_of(settings: Settings) -> str:
    """Hash the funds' rules alone, neither their money nor anything outside them."""
    funds = {
        name: fund.model_dump(by_alias=True, include=_RULES)
        for name, fund in settings.funds.items()
    }
    return _hashed(_canonical({"funds": funds, **_tables(settings)}))


def _tables(settings: Settings) -> dict[str, Any]:
    """Give what rules refer to by name: profiles, presets, and rules that other packages bring."""
    spending = [fund.spending for fund in settings.funds.values()]
    profiles = [rule.profile for rule in spending if isinstance(rule, Profile)]
    found = [rule for fund in settings.funds.values() for rule in every(fund.allocation)]
    presets = {rule.preset: PRESETS[rule.preset].rule for rule in found if isinstance(rule, Preset)}
    brought = {rule.kind: BROUGHT[rule.kind] for rule in found if rule.kind in BROUGHT}
    named = {name: PROFILES[name] for name in profiles if isinstance(name, str)}
    others = {"presets": presets, "rules": brought}
    return {"profiles": named} | {name: table for name, table in others.items() if table}


def _hashed(canonical: dict[str, Any]) -> str:
    return hashlib.sha256(_dumped(canonical).encode("ascii")).hexdigest()[:_LENGTH]


def _text(values: dict[str, Any]) -> str:
    return _dumped(_canonical(values))


def _dumped(canonical: Any) -> str:  # noqa: ANN401 - as `_canonical`
    return json.dumps(canonical, sort_keys=True, separators=(",", ":"))


def _canonical(value: Any) -> Any:  # noqa: ANN401 - a resolved value may be of any type
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    # 1 and 1.0 are the same number, and so are 0 and -0
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value
