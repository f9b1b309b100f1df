"""The JSON Schema, and two editors' tools that read it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fundsim.scenario import json_schema, new, shipped

TOMBI = shutil.which("tombi") or shutil.which("tombi", path=str(Path(sys.executable).parent))
needs_tombi = pytest.mark.skipif(TOMBI is None, reason="tombi is not installed")


def as_json(value: Any) -> Any:
    """What an editor sees: dates are text to a JSON Schema."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def faults(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(as_json(tomllib.loads(text)))]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(json.dumps(json_schema())) == json_schema()


@pytest.mark.parametrize("name", list(shipped()))
def test_every_shipped_scenario_fits_the_schema(name: str) -> None:
    assert faults(shipped()[name].read_text(encoding="utf-8")) == []


def test_the_example_and_new_scenarios_fit_the_schema(example: str) -> None:
    assert faults(example) == []
    assert faults(new("mine")) == []
    assert faults(new("mine", "kruger-endowment")) == []


@pytest.mark.parametrize(
    "text",
    [
        'extends = "kruger-endowment"\nremove = ["funds.luc"]',
        'funds.luc.spending = { rate = "4%" }',
        'funds.luc.allocation.then.kind = "equal"',
        "funds.luc.opening = 5_000",
        'geography.where = { nation = "England", region = ["North East"] }',
        'foundations.overrides.cumbria = { sittings = ["May"] }',
        'funds.luc.closes.residue = "another-fund"',
    ],
)
def test_a_file_may_write_only_what_differs(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "yaers = 5",
        "years = 0",
        'years = "5"',
        'start = "soon"',
        'funds.luc.opening = "£5 mio"',
        "funds.luc.opening = true",
        'funds.luc.spending = { kind = "nonsense" }',
        'funds.luc.spending = { kind = "percent_of_value", over = "3 years" }',
        "funds.luc.spending.rate = 2",
        'funds."A b" = {}',
        'funds.luc.allocation = { kind = "mix", parts = [{ kind = "equal" }] }',
        'funds.luc.closes.residue = "Me too"',
        "foundations.capacity = 5",
        "foundations.capacity = { per_heads = 5 }",
        'foundations.sittings = ["Mai"]',
        'foundations.instalments = ["half", "half"]',
        "foundations.overrides.cumbria = { priority = [] }",
        'funds.luc.pays = [{ to = "x", amount = "£5" }]',
        "funds.luc.alarm = { rise = 0.2 }",
        '[[shocks]]\nkind = "plague"\nname = "x"\non = 2025-01-01',
        '[[shocks]]\nkind = "merger"\nname = "x"\non = 2025-01-01\nfoundation = "ni"',
    ],
)
def test_what_is_wrong_does_not_fit(text: str) -> None:
    validator = jsonschema.Draft202012Validator(
        json_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert list(validator.iter_errors(as_json(tomllib.loads(text))))


def test_every_key_and_kind_is_described() -> None:
    schema = json_schema()
    for name, table in [("", schema), *schema["$defs"].items()]:
        for key, value in table["properties"].items():
            assert value.get("description"), f"{name}.{key} has no description"


@pytest.fixture
def with_schema(tmp_path: Path, example: str) -> Path:
    (tmp_path / "scenario.schema.json").write_text(json.dumps(json_schema()), encoding="utf-8")
    (tmp_path / "good.toml").write_text(example, encoding="utf-8")
    (tmp_path / "bad.toml").write_text(example.replace("rate =", "raet ="), encoding="utf-8")
    return tmp_path


@needs_tombi
def test_tombi_flags_a_slip_at_its_place(with_schema: Path) -> None:
    def lint(name: str) -> subprocess.CompletedProcess[str]:
        command = [str(TOMBI), "lint", "--offline", name]
        return subprocess.run(
            command, cwd=with_schema, capture_output=True, text=True, check=False, timeout=60
        )

    assert lint("good.toml").returncode == 0
    bad = lint("bad.toml")
    assert bad.returncode == 1
    assert '"raet" is not allowed' in bad.stdout + bad.stderr


class Editor:
    """An editor that speaks to a language server, as far as completion needs it."""

    def __init__(self, folder: Path) -> None:
        self.server = subprocess.Popen(
            [str(TOMBI), "lsp", "--offline"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.asked = 0

    def tell(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.server.stdin
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        self.asked += 1
        self.tell(id=self.asked, method=method, params=params)
        while True:
            answer = self.hear()
            if answer.get("id") == self.asked and "method" not in answer:
                return answer["result"]
            if "id" in answer:
                self.tell(id=answer["id"], result=None)

    def hear(self) -> Any:
        assert self.server.stdout
        length = 0
        while header := self.server.stdout.readline().strip():
            name, _, value = header.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        return json.loads(self.server.stdout.read(length))


@pytest.fixture
def editor(with_schema: Path) -> Iterator[Editor]:
    editor = Editor(with_schema)
    yield editor
    editor.server.kill()
    editor.server.communicate()


def keys_offered(editor: Editor, path: Path, text: str, line: int) -> set[str]:
    """Open a text in the editor, and give what it offers at the beginning of a line."""
    document = {"uri": path.as_uri()}
    opened = {**document, "languageId": "toml", "version": 1, "text": text}
    root: dict[str, Any] = {"processId": None, "rootUri": path.parent.as_uri(), "capabilities": {}}
    editor.ask("initialize", root)
    editor.tell(method="initialized", params={})
    editor.tell(method="textDocument/didOpen", params={"textDocument": opened})
    place = {"textDocument": document, "position": {"line": line, "character": 0}}
    for _ in range(50):  # the server reads the schema in its own time
        offered = editor.ask("textDocument/completion", place) or []
        items = offered if isinstance(offered, list) else offered["items"]
        if items:
            return {item["label"] for item in items}
        time.sleep(0.1)
    return set()


@needs_tombi
def test_an_editor_completes_the_keys_of_a_rule(editor: Editor, with_schema: Path) -> None:
    text = "#:schema ./scenario.schema.json\n[funds.luc.spending]\nkind = 'moving_average'\n\n"
    assert {"rate", "over", "first"} <= keys_offered(editor, with_schema / "new.toml", text, 3)


@needs_tombi
def test_an_editor_completes_the_keys_of_a_shipped_scenario(
    editor: Editor, with_schema: Path
) -> None:
    shown = shipped()["community-wealth-fund-endowed"].read_text("utf-8")
    before, _, after = shown.partition('rate = "4%"\n')
    text = f"{before}\n{after}"
    path = with_schema / "community-wealth-fund-endowed.toml"
    assert "rate" in keys_offered(editor, path, text, before.count("\n"))


@needs_tombi
def test_shipped_scenarios_have_nothing_to_flag() -> None:
    folder = shipped()["kruger-endowment"].parent
    command = [str(TOMBI), "lint", "--offline", "."]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_beside_the_scenarios_is_the_one_that_fundsim_gives() -> None:
    beside = shipped()["kruger-endowment"].with_name("scenario.schema.json")
    assert json.loads(beside.read_text("utf-8")) == json_schema()
