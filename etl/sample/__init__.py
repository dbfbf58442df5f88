"""The five sample sites' exports, made anew and always the same: only the published totals are real."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from etl.sample import guzhen, houjiatang, huxiang, laojie, shuyuanlu
from etl.sample.paper import write_inbox
from etl.sites import SAMPLES, open_folder

SITES = {
    "laojie": laojie,
    "houjiatang": houjiatang,
    "guzhen": guzhen,
    "huxiang": huxiang,
    "shuyuanlu": shuyuanlu,
}
SETTINGS = ("site.toml", "sources.toml", "control_totals.csv")


def write(data: Path, tickets: int | None = None, count: int | None = None) -> Iterator[Path]:
    """Write the inboxes of the first `count` sites into a data folder; yields the files.

    `tickets` asks for about that many over these sites, instead of the published numbers (and then without the
    control totals, which only the published numbers meet)."""
    names = list(SITES)[:count]
    scale = tickets / sum(SITES[name].TICKETS for name in names) if tickets else 1.0
    for name in names:
        folder = data / "sites" / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in SETTINGS:
            if SAMPLES[name] != folder and not (scale != 1 and file == "control_totals.csv"):
                shutil.copyfile(SAMPLES[name] / file, folder / file)
        yield from write_inbox(open_folder(folder), SITES[name].exports(scale))
