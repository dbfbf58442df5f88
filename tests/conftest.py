"""What tests share: an office to fill with literal rows, and the sample sites loaded once."""

import shutil
from pathlib import Path

import pytest

from board.core.settings import PROJECT
from board.core.warehouse import Warehouse, current
from etl.opening import build_sample
from tests.office import Office

REAL = PROJECT.parent / "shared" / "realdata"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings reach a test."""
    for name in ("LANE_BOARD_DATA", "LANE_BOARD_KEY", "LANE_BOARD_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANE_BOARD_LANG", "en")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An empty data folder, LANE_BOARD_DATA pointing at it."""
    monkeypatch.setenv("LANE_BOARD_DATA", str(tmp_path))
    return Office(tmp_path)


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the five sample sites, loaded."""
    data = tmp_path_factory.mktemp("sample")
    build_sample(data, lambda *_: None)
    return data


@pytest.fixture(scope="session")
def sample(sample_data: Path) -> Warehouse:
    """The five sample sites' warehouse."""
    return current(sample_data)


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real logs, by site.toml and sources.toml alone."""
    if not REAL.is_dir():
        pytest.skip(f"the real logs are not here: {REAL} is absent")
    data = tmp_path_factory.mktemp("real")
    shutil.copytree(PROJECT / "tests" / "real" / "sites", data / "sites")
    for site, files in {
        "boston": sorted((REAL / "boston311_animal").glob("*.csv")),
        "newyork": [REAL / "nyc311" / "dohmh_2010_2025.csv", REAL / "nyc311" / "a_web_page_named.csv"],
        "newyork_csv": [REAL / "nyc311" / "sample_2024-05.csv"],
        "newyork_json": [REAL / "nyc311" / "sample_2024-05.json"],
        "incidents": [REAL / "it_incidents" / "incident_event_log.csv"],
        "volunteers": [REAL / "nyc_volunteer" / "volunteer_opportunities_2011.csv"],
    }.items():
        inbox = data / "sites" / site / "inbox"
        inbox.mkdir()
        for file in files:
            (inbox / file.name).symlink_to(file)
    return data
