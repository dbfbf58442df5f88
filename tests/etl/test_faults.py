"""Killed, without room, without right, at the same time, while a file grows, before a reader's eyes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from board.core.settings import PROJECT
from board.core.warehouse import NoWarehouse, current
from etl.__main__ import main
from etl.publish import lock
from tests.office import UNITS, Office

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "5"))  # make test-long asks for 30
HEAD = "ticket_id,unit_id,category,reported_at,resolved_at,newest\n"
READER = """
import sys
from pathlib import Path
from board.core.warehouse import current
seen, asked = set(), 0
while not Path(sys.argv[2]).exists():
    warehouse = current(Path(sys.argv[1]))
    rows, logged = warehouse.frame(
        "select (select count(*) from mart.ticket) as n, (select sum(loaded) from run.file) as m").iloc[0]
    assert rows == logged, (rows, logged)
    seen.add(int(rows))
    asked += 1
print(asked, *sorted(seen))
"""


def tickets(first: int, count: int, newest: str = "2023-06-01") -> str:
    return HEAD + "".join(
        f"T{number},L{number % 3},noise,2023-05-{number % 28 + 1:02} 10:00,,{newest}\n"
        for number in range(first, first + count)
    )


def started(data: Path, *words: str) -> subprocess.Popen[str]:
    environment = os.environ | {"LANE_BOARD_DATA": str(data), "LANE_BOARD_LANG": "en"}
    return subprocess.Popen(
        [sys.executable, "-m", "etl", *words], cwd=PROJECT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_at_any_moment_a_load_leaves_the_last_good_version(office: Office) -> None:
    office.site(unit=UNITS, ticket=tickets(0, 2000))
    dice, whole = random.Random(20231112), 0.0
    for number in range(1, KILLS + 1):
        office.file(f"ticket_{number:02}.csv", tickets(number * 1000, 2000))  # half of them known
        begun = time.monotonic()
        process = started(office.data, "load")
        if number == 1:
            process.communicate(timeout=120)  # how long one takes when it is left alone
            whole = time.monotonic() - begun
            continue
        time.sleep(dice.uniform(0.3, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
        rows = office.rows("select count(*), count(distinct ticket_id) from mart.ticket")[0]
        assert rows[0] == rows[1] and rows[0] in {2000 + known * 1000 for known in range(1, number + 1)}
    last = started(office.data, "load")
    last.communicate(timeout=120)
    assert last.returncode == 0
    assert office.rows("select count(*), count(distinct ticket_id) from mart.ticket") == [(2000 + KILLS * 1000,) * 2]
    assert office.rows("select count(*) from run.file where read <> loaded + unchanged + superseded + held") == [(0,)]
    assert [path.name for path in (office.data / "warehouse").glob("building-*")] == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.name != "posix" or os.geteuid() or subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], check=False, capture_output=True
    ).returncode:  # fmt: skip
        pytest.skip("needs root and the right to mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_publishes_nothing_and_heals(small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip  # noqa: E501
    monkeypatch.setenv("LANE_BOARD_DATA", str(small_disk))
    office = Office(small_disk).site(unit=UNITS, ticket=tickets(0, 500))
    office.load()
    elsewhere = tmp_path / "ticket_many.csv"
    elsewhere.write_text(tickets(0, 20_000))
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        left = shutil.disk_usage(small_disk).free - 3 * 2**20
        file.write(b"0" * left)
    assert main(["load", str(elsewhere), "--site", "town"]) == 1
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "Traceback" not in said
    assert office.rows("select count(*) from mart.ticket") == [(500,)]
    ballast.unlink()
    assert main(["load", str(elsewhere), "--site", "town"]) == 0
    assert office.rows("select count(*) from mart.ticket") == [(20_000,)]


def test_a_folder_that_cannot_be_written_gets_one_sentence(small_disk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip  # noqa: E501
    monkeypatch.setenv("LANE_BOARD_DATA", str(small_disk))
    office = Office(small_disk).site(unit=UNITS, ticket=tickets(0, 500))
    office.load()
    office.file("ticket2.csv", tickets(500, 10))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert main(["load"]) == 1
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "Read-only file system" in said
    assert office.rows("select count(*) from mart.ticket") == [(500,)]


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_load(office: Office) -> None:
    office.site(unit=UNITS, ticket=tickets(0, 10))
    office.load()
    path, enough = office.file("ticket_long.csv", tickets(10, 20_000)), Event()

    def write_on() -> None:
        with path.open("a") as file:
            for number in range(20_010, 10**6):
                file.write(f"T{number},L1,noise,2023-05-02 10:00,,2023-06-01\n")
                file.flush()
                if enough.wait(0.002):
                    return

    writer = Thread(target=write_on)
    writer.start()
    try:
        outcome = office.load()
    finally:
        enough.set()
        writer.join()
    assert [str(told) for told in outcome.notes] == [
        "town/ticket_long.csv: It is still being written; it is left for the next load."
    ]
    assert outcome.version is None and office.rows("select count(*) from mart.ticket") == [(10,)]
    written = len(path.read_text().splitlines()) - 1
    assert office.load().version == 2
    assert office.rows("select count(*) from mart.ticket") == [(10 + written,)]


def test_the_second_of_two_loads_says_who_holds_it(office: Office) -> None:
    office.site(unit=UNITS, ticket=tickets(0, 10))
    with lock(office.data):
        second = started(office.data, "load")
        said = second.communicate(timeout=60)[1]
    assert second.returncode == 1
    assert said.startswith(f"Another load is running in {office.data / 'warehouse'}, by ")
    assert f", {os.getpid()}, " in said and len(said.splitlines()) == 1
    with pytest.raises(NoWarehouse):
        current(office.data)


def test_a_reader_in_another_process_never_sees_an_error_nor_a_mix(office: Office, tmp_path: Path) -> None:
    office.site(ticket=tickets(0, 100)).load()
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(office.data), str(stop)], cwd=PROJECT, stdout=subprocess.PIPE
    )
    for number in range(1, 11):
        office.file(f"ticket_{number:02}.csv", tickets(number * 100, 100))
        office.load()
    time.sleep(0.5)
    stop.touch()
    out, _ = reader.communicate(timeout=60)
    assert reader.returncode == 0
    asked, *seen = map(int, out.split())
    assert asked > 10 and seen[-1] == 1100 and set(seen) <= {number * 100 for number in range(1, 12)}
