"""Which files a load opens, and that it tells a file that changed however little shows."""

import os
from hashlib import sha256

import pytest

from etl import content
from etl.read import quick
from tests.office import UNITS, Office

HEAD = "ticket_id,unit_id,reported_at\n"


def test_a_file_that_lies_as_it_lay_is_not_opened_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SETTLED", 0)
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,2023-05-01").load()

    def opened(*_: object) -> None:
        raise AssertionError("a known file was read")

    monkeypatch.setattr(content, "file_digest", opened)
    assert office.load().version is None


def test_a_file_of_the_same_size_and_time_is_still_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SETTLED", 0)
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,2023-05-01").load()
    path = office.data / "sites" / "town" / "inbox" / "ticket.csv"
    before = path.stat()
    path.write_text(HEAD + "T1,L2,2023-05-01\n", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert office.load().version == 2
    assert office.rows("select unit_id from log.ticket") == [("L2",)]


def test_a_file_changed_a_moment_ago_is_not_known_by_its_time(office: Office) -> None:
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,2023-05-01").load()
    assert office.rows("select count(*) as files, count(state) as known from run.file") == [(2, 0)]


@pytest.mark.parametrize("tail", ["", "\n\nT9, L1,2023-05-01"])  # left to the engine, and found too late not to be
def test_a_large_file_is_known_by_all_its_bytes(office: Office, tail: str) -> None:
    rows = "\n".join(f"T{number},L1,2023-05-01" for number in range(10, 60_000))
    path = office.site(unit=UNITS, ticket=HEAD).file("ticket.csv", HEAD + rows + tail)
    assert path.stat().st_size > quick.FROM
    office.load()
    known = "select content_hash from run.file where source = 'ticket' and refused is null"
    assert office.rows(known) == [(sha256(path.read_bytes()).hexdigest(),)]


def test_a_large_file_keeps_its_lines(office: Office) -> None:
    """Large enough for the engine to read it in several pieces at once."""
    rows = [f"T{number},L{number % 2},2023-05-01 10:00,{'x' * 60},{'y' * 60}" for number in range(2, 300_002)]
    rows[250_000] = "T250002,L1,yesterday,x,y"
    office.site(unit=UNITS, ticket="ticket_id,unit_id,reported_at,title,category\n" + "\n".join(rows)).load()
    assert office.rows("select line, reasons[1] from run.held") == [(250_002, "is no date: reported_at")]
    assert office.rows("select count(*), count(*) filter (where ticket_id <> 'T' || line) from log.ticket") == [
        (299_999, 0)
    ]
