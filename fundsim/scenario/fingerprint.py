"""Twelve characters that stand for everything that a scenario's figures depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from fundsim import __version__
from fundsim.rules.allocation import BROUGHT, PRESETS, Preset, every
from fundsim.rules.profiles import PROFILES
from fundsim.rules.returns import Tabled
from fundsim.rules.spending import Profile
from fundsim.scenario.schema import Settings

WORDS_ONLY = ("name", "title", "about", "sources")
_LENGTH = 12
_RULES = {"spending", "allocation", "closes", "holds", "instalments", "pays", "alarm"}


def fingerprint_of(settings: Settings, areas_digest: str, *, without: Sequence[str] = ()) -> str:
    """Hash the resolved values, the content of the tables used and fundsim's version.

    First 12 hexadecimal digits of the SHA-256 of canonical JSON: pence, numbers by their shortest
    decimal form, dates in ISO form, keys sorted. Titles, names of shocks, sources, comments, the
    names and places of files and the way in which a value is spelled do not matter, nor does the
    order of shocks. `areas_digest` stands for the areas that are left after `where`. Some
    values can be left out, by their names.
    """
    values = settings.model_dump(by_alias=True, exclude={*WORDS_ONLY, *without})
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
    return _hashed({"fundsim": __version__, **_tables(settings), **values})


def rules_fingerprint_of(settings: Settings) -> str:
    """Hash the funds' rules alone, neither their money nor anything outside them."""
    funds = {
        name: fund.model_dump(by_alias=True, include=_RULES)
        for name, fund in settings.funds.items()
    }
    return _hashed({"funds": funds, **_tables(settings)})


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


def _hashed(values: dict[str, Any]) -> str:
    return hashlib.sha256(_text(values).encode("ascii")).hexdigest()[:_LENGTH]


def _text(values: dict[str, Any]) -> str:
    return json.dumps(_canonical(values), sort_keys=True, separators=(",", ":"))


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
