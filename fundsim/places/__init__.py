"""Areas and the foundations that serve them: the package's own tables, or a user's.

Everything below the money's last stop but one: `load_geography` reads a table of areas, checks it
and puts it in its one order; a `Geography` then answers for population, need and groups.
"""

from fundsim.places.columns import Column, Quantity
from fundsim.places.foundations import (
    Endowment,
    Foundation,
    Member,
    PastGrants,
    Tile,
    median_grants_a_head,
    member_foundations,
    tiles,
)
from fundsim.places.geography import Geography, Group
from fundsim.places.loading import Where, load_geography, table_files
from fundsim.places.packaged import ATTRIBUTION, PACKAGED

__all__ = [
    "ATTRIBUTION",
    "PACKAGED",
    "Column",
    "Endowment",
    "Foundation",
    "Geography",
    "Group",
    "Member",
    "PastGrants",
    "Quantity",
    "Tile",
    "Where",
    "load_geography",
    "median_grants_a_head",
    "member_foundations",
    "table_files",
    "tiles",
]
