"""What the command `dormant` prints: means with their errors, beside what was published."""

from __future__ import annotations

from math import sqrt

from click.testing import CliRunner

from fundsim.cli.dormant import dormant
from fundsim.results.scheme import Scheme
from fundsim.scenario import load
from fundsim.wording import money


def printed(*words: str) -> list[str]:
    done = CliRunner().invoke(dormant, [*words])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_each_mean_stands_with_its_error() -> None:
    found = Scheme.of(load("rfl-history-model").but({"years": 9, "paths": 300}))
    head, _, _, _, first, *rest = printed("rfl-history-model", "--years", "9", "--paths", "300")
    assert head.endswith("mean of 300 possible futures ± its Monte Carlo error")
    received = found.stock("received")[0] / 100
    error = received.std(ddof=1) / sqrt(300)
    assert f"{money(received.mean())} ± {money(error)}" in first
    assert "£0.00  £" in first  # nobody has come back yet, on any path
    published = next(line for line in rest if line.startswith("2018-12-31  held"))
    assert published.count(" ± ") == 1


def test_what_has_no_error_to_show_stands_alone() -> None:
    assert not any("±" in line for line in printed("rfl-history-model", "--paths", "1"))
    quiet = ("noise=0", "reclaims.noise=0")
    sets = [f"--set=dormant_assets.classes.banks.{one}" for one in quiet]
    assert not any("±" in line for line in printed("rfl-history-model", "--paths", "260", *sets))


def test_a_run_without_a_whole_year_says_so() -> None:
    assert printed("rfl-history-model", "--years", "1")[-1] == (
        "no year of the scheme ends in this run"
    )
