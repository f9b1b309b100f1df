"""The same bits on every processor: names that may not be used, and bytes that may not change."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("chance.py", "money.py", "portable.py", "ledger.py", "rules", "places", "engine")

# What libraries compute with other instructions on other processors, or in another order.
PRODUCTS = {"dot", "vdot", "inner", "matmul", "einsum", "tensordot", "linalg", "multi_dot"}
PRODUCTS |= {"convolve", "correlate", "cov", "corrcoef", "polyfit", "polyval"}
FUNCTIONS = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "logaddexp2"}
FUNCTIONS |= {"power", "pow", "float_power", "cbrt", "hypot", "sin", "cos", "tan", "sinh", "cosh"}
FUNCTIONS |= {"tanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh", "arctanh"}
FUNCTIONS |= {"asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh", "erf", "erfc", "gamma"}
FUNCTIONS |= {"lgamma", "lognormal", "exponential", "standard_gamma", "standard_t"}
FUNCTIONS |= {"multivariate_normal"}
FORBIDDEN = PRODUCTS | FUNCTIONS
LIBRARIES = {"numpy", "math"}
FORBIDDEN_LIBRARIES = {"scipy", "cmath", "statistics", "random"}


def faults(source: str) -> Iterator[str]:
    """Every place of a module that could give other bits elsewhere, as `line: what`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.BinOp, ast.AugAssign)):
            found = _of_operator(node)
        elif isinstance(node, ast.Attribute):
            found = [f".{node.attr}"] if node.attr in FORBIDDEN else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = ["pow"] if node.func.id == "pow" else []
        elif isinstance(node, ast.Import):
            found = [name.name for name in node.names if _is_forbidden_module(name.name)]
        elif isinstance(node, ast.ImportFrom):
            found = _of_import(node)
        else:
            continue
        yield from (f"{node.lineno}: {what}" for what in found)


def _of_operator(node: ast.BinOp | ast.AugAssign) -> list[str]:
    if isinstance(node.op, ast.MatMult):
        return ["@"]
    if not isinstance(node.op, ast.Pow):
        return []
    both = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.target, node.value]
    return [] if all(_is_whole_number(side) for side in both) else ["**"]


def _is_whole_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_forbidden_module(name: str) -> bool:
    root, *rest = name.split(".")
    return root in FORBIDDEN_LIBRARIES or (root in LIBRARIES and bool(FORBIDDEN & set(rest)))


def _of_import(node: ast.ImportFrom) -> list[str]:
    module = node.module or ""
    if _is_forbidden_module(module):
        return [module]
    if module.split(".")[0] not in LIBRARIES:
        return []
    return [f"{module}.{name.name}" for name in node.names if name.name in FORBIDDEN]


def modules() -> list[Path]:
    places = [ROOT / "fundsim" / room for room in ROOMS]
    return [
        path
        for place in places
        for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])
    ]


def test_no_room_of_exact_figures_uses_what_differs_between_processors() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in modules()
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_room_of_exact_figures_is_read() -> None:
    assert {path.relative_to(ROOT / "fundsim").parts[0] for path in modules()} == set(ROOMS)
    assert len(modules()) > 25


@pytest.mark.parametrize(
    "line",
    [
        "y = a @ b",
        "a @= b",
        "y = np.dot(a, b)",
        "y = a.dot(b)",
        "y = np.einsum('ij,j', a, b)",
        "y = np.matmul(a, b)",
        "y = np.inner(a, b)",
        "y = np.tensordot(a, b)",
        "y = np.linalg.cholesky(a)",
        "from numpy import linalg",
        "from numpy.linalg import cholesky",
        "import numpy.linalg as la",
        "y = np.exp(x)",
        "y = np.log1p(x)",
        "y = np.power(x, 2)",
        "f = np.cosh",
        "from numpy import exp",
        "y = math.exp(x)",
        "y = math.log(x)",
        "y = math.pow(x, 2)",
        "from math import pow",
        "y = x ** 2",
        "y = 1.01 ** 4",
        "y = 2 ** x",
        "x **= 2",
        "y = pow(x, 2)",
        "y = rng.lognormal(0, 1)",
        "import scipy.stats",
        "from scipy import special",
        "import cmath",
    ],
)
def test_the_reader_sees_a_planted_line(line: str) -> None:
    assert list(faults(f"import numpy as np\nimport math\n\n\ndef f(a, b, x):\n    {line}\n"))


def test_the_reader_lets_harmless_lines_be() -> None:
    harmless = """
from fundsim.portable import exp, log
import math

@decorator
def f(x, **options):
    y = exp(x) + log(x) + math.sqrt(x) + 10**3 + np.sqrt(x) * np.ldexp(x, 2)
    return g(x, **options), np.outer(x, y), {**options}
"""
    assert list(faults(harmless)) == []


# Bytes

AREAS = """\
code,name,population,nation,foundation,need,claims
A1,Ay one,123457,Alpha,fells,41.3,300000
A2,Ay two,98765,Alpha,fells,12.9,0
A3,Ay three,301111,Alpha,marsh,3.7,155000.55
B1,Bee one,77777,Beta,bay,66.1,98000.1
B2,Bee two,55001,Beta,bay,29.4,1
B3,Bee three,212345,Beta,cape,8.8,44000
"""

RISKY = """\
schema_version = 1
name = "risky"
title = "Everything that multiplies, raises and divides"
start = 2024-02-29
years = 6
paths = 260
seed = 7
geography = { areas = "areas.csv", need = "need" }
foundations = { fee = "6.1%" }

[markets]
kind = "lognormal"
fee = "0.63%"
inflation = { kind = "ar1", log_mean = "2.44%", persistence = 0.489, sd = "1.58%" }

[markets.assets]
bonds = { weight = "30%", arithmetic_mean = "4.9%", volatility = "8.7%" }
equity = { weight = "55%", geometric_mean = "6.3%", volatility = "17.1%" }
land = { weight = "15%", arithmetic_mean = "6.1%", volatility = "12.3%" }

[markets.correlations]
equity = { bonds = 0.13 }
land = { bonds = 0.07, equity = 0.41 }

[funds.fund]
title = "A fund"
opening = "£123456789.01"
inflow = { kind = "schedule", amounts = { 2025 = "£3333333.33", 2026-05-31 = "£7m" } }
spending = { kind = "moving_average", rate = "4.1%", over = "6 quarters" }

[funds.fund.allocation]
kind = "hierarchy"
first = { by = "nation", kind = "need_weighted", steepness = 0.7 }
then = { kind = "need_weighted", steepness = 1.3 }
"""

OTHER_RULES = [
    'markets.step="year"',
    'funds.fund.spending={ kind = "constant_real", rate = "4.3%" }',
    'funds.fund.allocation={ kind = "column", column = "claims", unit = "pounds" }',
]

SCRIPT = """
import hashlib, json, math, sys
import numpy as np
from fundsim import load, simulate
from fundsim.chance import Chance

def digest(parts):
    whole = hashlib.sha256()
    for part in parts:
        text = isinstance(part, str)
        whole.update(part.encode() if text else np.ascontiguousarray(part).tobytes())
    return whole.hexdigest()

answer = {}
for number, sets in enumerate(json.loads(sys.argv[2])):
    scenario = load(sys.argv[1], sets)
    drawn = scenario.markets.draw(40, Chance(scenario.seed).unit(3))
    results = simulate(scenario, block=250)
    tallies = [results.tallies[key] for key in sorted(results.tallies, key=repr)]
    figures = {
        "draws": [*drawn.growth, drawn.prices],
        "tallies": [array for t in tallies for array in (t.total, t.squares)],
        "fractions": [array for lot in results.lots.values() for array in (lot.lower, lot.upper)],
        "told": [repr(results.told.journal)],
    }
    for fund, own in results.series.items():
        for basis in ("nominal", "real"):
            figures[f"{fund} {basis}"] = [own.of(measure, basis) for measure in own.nominal]
        figures[f"{fund} totals"] = [values for _, values in sorted(own.totals.items())]
    answer[f"{number} fingerprint"] = scenario.fingerprint
    for name, arrays in figures.items():
        answer[f"{number} {name}"] = digest(arrays)
    for name, table in results.tables.items():
        answer[f"{number} {name}"] = digest(table.csv())
x = np.random.default_rng(1).uniform(-5, 5, 50_000)
print(json.dumps([answer, digest([np.exp(x)]), digest([np.array([math.exp(v) for v in x])])]))
"""

Bytes = tuple[dict[str, str], str, str]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bits")
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    (folder / "risky.toml").write_text(RISKY, encoding="utf-8")
    return folder / "risky.toml"


def hashed(
    scenario: Path, changed: Mapping[str, str] | None = None, *, cwd: Path = ROOT, umask: int = -1
) -> Bytes:
    """Run two small scenarios in a process of their own, and hash everything they answer with.

    What numpy's and the C library's own exponentials give goes with it.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    environment |= changed or {}
    command = [sys.executable, "-c", SCRIPT, str(scenario), json.dumps([[], OTHER_RULES])]
    done = subprocess.run(
        command, cwd=cwd, umask=umask, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer, of_numpy, of_c = json.loads(done.stdout)
    return answer, of_numpy, of_c


@pytest.fixture(scope="module")
def plain(scenario: Path) -> Bytes:
    return hashed(scenario)


def dispatched() -> list[str]:
    """The processor features that numpy chooses its instructions by, and this processor has."""
    home = "numpy._core" if hasattr(np, "_core") else "numpy.core"
    umath: Any = importlib.import_module(f"{home}._multiarray_umath")
    return [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]


OLD_C_LIBRARY = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable"


@pytest.mark.parametrize("switched", ["numpy", "C library", "both"])
def test_an_older_processor_gives_the_same_bytes(
    scenario: Path, plain: Bytes, switched: str, record_property: Any
) -> None:
    changed = {}
    if switched != "C library":
        changed["NPY_DISABLE_CPU_FEATURES"] = " ".join(dispatched())
    if switched != "numpy":
        changed["GLIBC_TUNABLES"] = OLD_C_LIBRARY
    answer, of_numpy, of_c = hashed(scenario, changed)
    shown = {"np.exp": of_numpy != plain[1], "math.exp": of_c != plain[2]}
    for name, moved in shown.items():
        told = "other bytes by it" if moved else "not shown here"
        record_property(name, told)
        print(f"{switched} switched off, {name}: {told}")  # noqa: T201 - seen with pytest -s
    assert answer == plain[0]


def another_locale() -> str:
    try:
        listed = subprocess.run(["locale", "-a"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "C"
    return next((name for name in listed.split() if name.startswith("de_DE")), "C")


def test_another_place_gives_the_same_bytes(scenario: Path, plain: Bytes, tmp_path: Path) -> None:
    changed = {
        "PYTHONHASHSEED": "12345",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": another_locale(),
        "PYTHONUTF8": "0",
    }
    answer, *_ = hashed(scenario, changed, cwd=tmp_path, umask=0o077)
    assert answer == plain[0]


def test_the_hashes_cover_every_table_and_tell_two_scenarios_apart(plain: Bytes) -> None:
    answer, *_ = plain
    tables = {"summary", "years", "areas", "areas_years", "foundations", "journal", "areas_told"}
    for name in (*tables, "draws", "tallies", "told", "fund nominal", "fund real", "fund totals"):
        assert answer[f"0 {name}"] != answer[f"1 {name}"]
