"""The house itself: what each floor may know, what the documents must name, what must never be committed."""

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest

from board.core.settings import PROJECT
from etl import mart, merge
from etl.contract import CODES, TABLES

PAGES = sorted((PROJECT / "pages").glob("*.py"))
GUIDE = (PROJECT / "docs" / "operating.md").read_text("utf-8")
README = (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_asks_questions_and_knows_nothing_else(page: Path) -> None:
    tree = ast.parse(page.read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [node.module for node in imports if isinstance(node, ast.ImportFrom)] == ["board.ui"]
    assert len(imports) == 1 and ast.get_docstring(tree)
    assert len(page.read_text("utf-8").splitlines()) <= 40


def test_the_door_is_one_call() -> None:
    tree = ast.parse((PROJECT / "dashboard.py").read_text("utf-8"))
    assert sum(isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in tree.body) == 1


def test_every_module_says_what_it_is_for_in_one_sentence() -> None:
    for room in ("board", "etl", "pages"):
        for path in (PROJECT / room).rglob("*.py"):
            said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
            assert said and said.endswith("."), path


def test_every_mart_states_its_grain() -> None:
    for path in (PROJECT / "etl" / "sql").glob("*.sql"):
        assert path.read_text("utf-8").startswith("-- Grain: one row"), path
        assert path.stem in [each.name for each in mart.ORDER]


def test_the_readme_names_every_command() -> None:
    for command in ("load", "rebuild", "status", "held", "inspect", "rollback", "sample"):
        assert f"python -m etl {command}" in README
    for command in ("list", "show", "totals"):
        assert f"python -m board.metrics {command}" in README
    assert all(
        word in README for word in ("make run", "make test", "LANE_BOARD_DATA", "LANE_BOARD_LANG", "LANE_BOARD_KEY")
    )


def test_the_guide_names_every_setting_column_and_code() -> None:
    from board.core import settings
    from etl import sources

    for shape in (settings._SiteToml, sources._SourceToml):
        assert [name for name in shape.__struct_fields__ if name not in GUIDE] == []
    assert [column for table in TABLES.values() for column in table.columns if column not in GUIDE] == []
    assert [code for codes in CODES.values() for code in codes if code not in GUIDE] == []


def test_only_the_samples_among_the_sites_can_be_committed(tmp_path: Path) -> None:
    if not (PROJECT / ".git").exists():
        pytest.skip("this is not a git checkout")
    for path, ignored in (
        ("data/sites/mystreet/inbox/a.csv", True),
        ("data/warehouse/key", True),
        ("data/sites/laojie/site.toml", False),
        (".streamlit/secrets.toml", True),
    ):
        found = subprocess.run(["git", "check-ignore", "-q", path], cwd=PROJECT, check=False).returncode == 0
        assert found == ignored, path


def test_requirements_are_pinned_exactly_and_few() -> None:
    lines = [line for line in (PROJECT / "requirements.txt").read_text().splitlines() if line]
    assert all("==" in line for line in lines) and len(lines) <= 13
    tools = [line for line in (PROJECT / "requirements-dev.txt").read_text().splitlines() if line[:1] not in ("", "-")]
    assert all("==" in line for line in tools)


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (PROJECT / ".ci" / "run").read_text().splitlines()


def test_an_account_that_loses_a_row_is_an_error() -> None:
    merge.Account(4, 1, 1, 1, 1).check()
    with pytest.raises(ValueError, match="does not add up"):
        merge.Account(5, 1, 1, 1, 1).check()


def test_the_looks_follow_no_one_outside() -> None:
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "localhost"
    assert "http" not in (PROJECT / ".streamlit" / "config.toml").read_text("utf-8")
