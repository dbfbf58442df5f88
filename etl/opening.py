"""A board opened before anything was loaded: build the sample, or say that a real site waits to be loaded."""

from pathlib import Path
from threading import get_ident

from board.core.words import Told
from etl.load import Watch, load
from etl.publish import lock
from etl.sites import discover, ensure_some


class WaitsForLoad(Told):
    """There is a real site here and nobody has loaded it yet."""


def build_sample(data: Path, watch: Watch) -> None:
    """Load the sample sites into an empty data folder. Raises WaitsForLoad, Busy, or what refused the load."""
    ensure_some(data)
    folders, refused = discover(data)
    if not all(folder.site.sample for folder in folders):
        raise WaitsForLoad("There is no warehouse yet. Load the site's files with: python -m etl load")
    asking = get_ident()

    def watch_here(what: str, done: int, of: int) -> None:
        if get_ident() == asking:  # a page takes words from the thread that draws it alone
            watch(what, done, of)

    with lock(data):
        outcome = load(data, folders, "load (first opening)", watch_here)
    if outcome.version is None:
        raise (*refused, *outcome.refused, Told("The sample sites are missing."))[0]
