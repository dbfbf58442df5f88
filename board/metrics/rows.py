"""The rows behind the numbers: what is held, what waits, and how each file came in."""

import pandas as pd

from board.core.warehouse import Warehouse

FILES = """
select site_id as site, source, file, read, loaded, unchanged, superseded, held, ignored, encoding, refused, load_id
from (
    select *, row_number() over (partition by site_id, source, file order by file_id desc) as place
    from run.file where (? or site_id = ?)
) as readings
where place = 1
order by site_id, source, file
"""
HELD = """
select held_id, site_id as site, source, file, line, array_to_string(reasons, '; ') as reasons
from run.held where (? or site_id = ?) order by site_id, source, file, line
"""
WAITING = """
select site, "table", waits_for, source, line from mart.waiting where (? or site = ?) order by 1, 2, 3, 5
"""


def files(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a file read: where each of its rows went. All sites when `site` is None."""
    return warehouse.frame(FILES, [site is None, site])


def held(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a held row: where it stands and all its reasons."""
    return warehouse.frame(HELD, [site is None, site])


def waiting(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a loaded row whose ticket or unit is not there yet."""
    return warehouse.frame(WAITING, [site is None, site])
