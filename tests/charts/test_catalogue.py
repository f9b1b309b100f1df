from __future__ import annotations

import subprocess
import sys

import pytest

from fundsim.charts import CHARTS, UNASKED, find
from fundsim.errors import RunError


def test_the_catalogue_holds_its_charts_in_the_order_they_are_told() -> None:
    assert list(CHARTS) == [
        *("timeline", "money_flow", "funds", "capital_kept_whole", "survival"),
        *("capital_histogram", "spending", "spending_by_nation", "paid_by_foundation"),
        *("pipeline", "backlog", "areas_per_head", "areas_tile_map", "areas_map"),
        *("foundations_tile_map", "foundation"),
    ]


def test_only_charts_that_need_to_be_told_something_wait_to_be_asked_for() -> None:
    assert set(CHARTS) - set(UNASKED) == {"foundation", "areas_map"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_plain_sentence(name: str) -> None:
    title = CHARTS[name].title
    assert title.endswith(".")
    assert title[0].isupper()
    assert len(title) < 100


def test_listing_charts_imports_no_matplotlib() -> None:
    code = (
        "import sys; from fundsim.charts import CHARTS; [c.title for c in CHARTS.values()];"
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'PIL', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_chart_names_the_nearest_and_all() -> None:
    with pytest.raises(RunError, match=r'did you mean "spending"\?.*areas_per_head') as error:
        find("spendings")
    assert '"spendings"' in str(error.value)
