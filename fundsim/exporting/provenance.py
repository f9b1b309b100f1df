"""Where an export comes from: what a reader needs to trust it, and to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from fundsim.comparison.folder import Saved
from fundsim.places import ATTRIBUTION, PACKAGED
from fundsim.results.folder import Run
from fundsim.scenario import Scenario, notes
from fundsim.studies import Plan
from fundsim.studies.telling import doubts

FUNDSIM = {
    "name": "Apache-2.0",
    "title": "Apache License 2.0",
    "path": "https://www.apache.org/licenses/LICENSE-2.0",
}
OF_PACKAGED_AREAS = (
    {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0 International",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    {
        "name": "CC-BY-SA-4.0",
        "title": "Creative Commons Attribution-ShareAlike 4.0 International",
        "path": "https://creativecommons.org/licenses/by-sa/4.0/",
    },
)


def provenance(run: Run) -> dict[str, Any]:
    """Say where a run's figures come from, in plain keys and without times.

    `notes` is what a reader should know, each unverified assumption among it; `sources` has the
    scenario's own citations by key.
    """
    scenario, manifest = run.scenario, run.manifest
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "fingerprint": manifest["fingerprint"],
        "rules_fingerprint": manifest["rules_fingerprint"],
        "seed": manifest["seed"],
        "paths": manifest["paths"],
        "quantile_paths": manifest["quantile_paths"],
        "told_path": manifest["told_path"],
        "years": manifest["years"],
        "start": scenario.start.isoformat(),
        "sampling": scenario.sampling,
        "versions": manifest["versions"],
        "licences": licences(scenario),
        "attribution": attribution(scenario),
        "notes": notes(scenario),
        "sources": dict(scenario.sources),
        "make_again": (
            f"fundsim {manifest['versions']['fundsim']}: fundsim run scenario.toml, with the "
            "scenario.toml of the run's folder, gives the same bytes in every table"
        ),
    }


def provenance_of_comparison(found: Saved) -> dict[str, Any]:
    """Say where a comparison's figures come from; `scenarios` tells each, under each rule."""
    scenario, manifest = found.scenario, found.manifest
    futures = found.inquiry.futures
    known = dict.fromkeys(
        note for future in futures for one in future.scenarios.values() for note in notes(one)
    )
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "fingerprint": manifest["fingerprint"],
        "compared": ", ".join(found.rules),
        "in": f"{found.measure}, {found.basis}",
        "seed": manifest["seed"],
        "paths": manifest["paths"],
        "years": manifest["years"],
        "start": scenario.start.isoformat(),
        "sampling": scenario.sampling,
        "scenarios": manifest["futures"],
        "versions": manifest["versions"],
        "licences": licences(scenario),
        "attribution": attribution(scenario),
        "notes": list(known),
        "sources": dict(scenario.sources),
        "make_again": (
            f"fundsim {manifest['versions']['fundsim']}: fundsim reproduce, of the comparison's "
            "folder, gives the same bytes in every table"
        ),
    }


def provenance_of_study(plan: Plan, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Say where a study's figures come from; its table has seed and fingerprint of each run."""
    study, scenario = plan.loaded.study, plan.loaded.scenario
    made = [run.scenario for run in plan.runs if run.scenario]
    version = manifest["versions"]["fundsim"]
    return {
        "title": study.title,
        "study": study.name,
        "fingerprint": manifest["fingerprint"],
        "scenario": scenario.name,
        "scenario_fingerprint": scenario.fingerprint,
        "runs": manifest["runs"],
        "failed": manifest["failed"],
        "seeds": sorted({one.seed for one in made}),
        "paths": sorted({one.paths for one in made}),
        "years": sorted({one.years for one in made}),
        "start": scenario.start.isoformat(),
        "sampling": scenario.sampling,
        "versions": manifest["versions"],
        "licences": licences(scenario),
        "attribution": attribution(scenario),
        "notes": [*doubts(study), *notes(scenario)],
        "sources": dict(scenario.sources),
        "study_sources": dict(study.sources),
        "make_again": (
            f"fundsim {version}: fundsim batch study.toml, with the study.toml of the study's "
            "folder, gives the same bytes in every table"
        ),
    }


def licences(scenario: Scenario) -> list[dict[str, str]]:
    """List the licences that hold for the figures of a scenario."""
    packaged = scenario.geography_table.label in PACKAGED
    return [dict(one) for one in (FUNDSIM, *(OF_PACKAGED_AREAS if packaged else ()))]


def attribution(scenario: Scenario) -> str:
    """Say who is to be named where the figures are shown."""
    label = scenario.geography_table.label
    if label in PACKAGED:
        return ATTRIBUTION
    return f"Areas and their population: the user's own {PurePath(label).name}."


def one_line(run: Run) -> str:
    """Say in one sentence which run it is."""
    scenario, manifest = run.scenario, run.manifest
    return (
        f"{scenario.title} ({scenario.name}, fingerprint {manifest['fingerprint']}): "
        f"{manifest['paths']:,} simulated futures of {manifest['years']} years from "
        f"{scenario.start.isoformat()}, seed {manifest['seed']}; "
        f"fundsim {manifest['versions']['fundsim']}."
    )
