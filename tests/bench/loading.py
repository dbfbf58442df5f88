"""How long a load takes beside a bare one: python -m tests.bench.loading [TICKETS…], default 1 and 10 million."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from board.core.settings import PROJECT
from board.core.warehouse import current
from tests.bench import city

BARE = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); con.execute(sys.argv[2]); con.close()"  # target, tables


def timed(work: Callable[[], object]) -> float:
    """Seconds, on a disk that has nothing left to write of what was done before."""
    os.sync()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bare(inbox: Path, target: Path) -> None:
    """Every file as the engine alone would take it, in a process of its own as a load is."""
    tables = "; ".join(
        f'create table "{path.stem}" as from read_csv({str(path)!r})' for path in sorted(inbox.glob("*.csv"))
    )
    subprocess.run([sys.executable, "-c", BARE, str(target), tables], check=True, stdout=subprocess.DEVNULL)


def copied(source: Path, target: Path) -> None:
    """A plain copy, written through to the disk."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def load(data: Path, *words: str) -> int:
    """`python -m etl` in a process of its own; its peak memory in MiB."""
    environment = os.environ | {"LANE_BOARD_DATA": str(data), "LANE_BOARD_LANG": "en"}
    command = [sys.executable, "-m", "etl", *words]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_maxrss // 1024


def measure(tickets: int) -> None:
    """Print one table for a city of this size."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        data = Path(folder)
        inbox = city.write(data, tickets)
        size = sum(path.stat().st_size for path in inbox.iterdir())
        plain = timed(lambda: bare(inbox, data / "bare.duckdb"))
        (data / "bare.duckdb").unlink()
        peak: list[int] = []
        full = timed(lambda: peak.append(load(data, "load")))
        version = current(data).path
        copy = timed(lambda: copied(version, data / "copy.duckdb"))
        (data / "copy.duckdb").unlink()
        city.write_week(inbox, tickets)
        week = timed(lambda: peak.append(load(data, "load")))
        count = int(current(data).frame("select count(*) as n from mart.ticket")["n"][0])
        print(
            f"{tickets:,} tickets, {size / 2**20:,.0f} MiB of CSV, published {version.stat().st_size / 2**20:,.0f} MiB"
        )
        print(f"  bare load          {plain:8.2f} s")
        print(f"  full load          {full:8.2f} s   {full / plain:5.2f} x bare, peak {peak[0]:,} MiB")
        print(f"  copy with fsync    {copy:8.2f} s")
        print(
            f"  weekly file        {week:8.2f} s   {week / full:6.1%} of the full load, {week / copy:5.2f} x copy",
            flush=True,
        )
        assert count == tickets + 7_000, count


if __name__ == "__main__":
    for asked in sys.argv[1:] or ("1000000", "10000000"):
        measure(int(asked))
