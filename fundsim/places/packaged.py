"""The tables that come with fundsim; where their figures are from stands in data/SOURCES.md."""

from __future__ import annotations

from importlib import resources

PACKAGED = ("uk-districts-2024",)

# To be printed where the figures are shown.
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 (ONS, "
    "MHCLG, DWP, Welsh Government, Scottish Government, NRS, NISRA). Contains OS data © Crown "
    "copyright and database right 2024. UK composite IMD: mySociety, CC BY 4.0. Left-behind areas: "
    "OCSI and Local Trust. Grant statistics: 360Giving publishers, CC BY 4.0 and CC BY-SA 4.0."
)


def packaged(name: str) -> bytes:
    """Read one of the package's own tables."""
    return resources.files(__package__).joinpath("data", name).read_bytes()
