"""The rows behind the numbers: those a number counts, what is held, what waits, how each file came in, every load."""

import pandas as pd

from board.core.warehouse import Warehouse
from board.metrics.model import Metric
from board.metrics.scope import Scope
from board.metrics.sites import sites
from board.metrics.statement import compile_row_count, compile_rows

FILES = """
select site_id as site, source, file, read, loaded, unchanged, superseded, held, ignored, encoding, refused,
    load_id, seconds, calendar, mapping_hash
from run.reading where (? or site_id = ?) order by site_id, source, file
"""
HELD = """
select held_id, site_id as site, source, file, line, array_to_string(reasons, chr(10)) as reasons
from run.listed where (? or site_id = ?) order by site_id, source, file, line
"""
LOADS = """
select load.load_id, load.started_at, load.command, load.version, load.seconds, load.rules, load.marts,
    count(file_id) as files, coalesce(sum(read), 0) as read, coalesce(sum(loaded), 0) as loaded,
    coalesce(sum(held), 0) as held, count(refused) as refused
from run.load as load left join run.file as file on file.load_id = load.load_id and (? or site_id = ?)
group by all order by load.load_id desc
"""
GUESSED = """
select site, year(due_day)::varchar as year, count(*) as tickets
from mart.ticket where is_due_guessed and (? or site = ?) group by all order by 1, 2
"""
EXCLUSIONS = """
select site, ticket_id, entered_at, event, told_by, kind, "by", reason, evidence, category, is_out
from mart.exclusion where (? or site = ?) order by site, entered_at desc, ticket_id, place desc
"""
WAITING = """
select site, "table", waits_for, why, source, line from mart.waiting where (? or site = ?) order by 1, 2, 3, 6
"""


def behind(warehouse: Warehouse, metric: Metric, scope: Scope, most: int | None = None) -> pd.DataFrame:
    """The rows of its mart that a metric counts in a scope, in the order of their keys (`most`: no more than so many);
    of a rate ask for its part and its whole. Those of categories that a site calls sensitive are counted, never opened:
    they are left out."""
    question = compile_rows(metric, scope, _closed(warehouse), most)
    return warehouse.frame(question.sql, question.parameters)


def counted(warehouse: Warehouse, metric: Metric, scope: Scope) -> int:
    """How many rows a metric counts in a scope, those that are not opened among them."""
    question = compile_row_count(metric, scope)
    return int(warehouse.frame(question.sql, question.parameters)["n"].iloc[0])


def _closed(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Site and category of the tickets whose rows are not opened."""
    return [(site.id, each) for site in sites(warehouse).values() for each in site.settings.sensitive_categories]


def exclusions(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """The exclusion ledger, the last entry first: which ticket was taken out or brought back, when, by whom and why,
    and whether it is out now. Tickets of sensitive categories are left out."""
    frame, closed = warehouse.frame(EXCLUSIONS, [site is None, site]), set(_closed(warehouse))
    kept = [place not in closed for place in zip(frame["site"], frame["category"], strict=True)]
    return frame[pd.Series(kept, index=frame.index, dtype="bool")].reset_index(drop=True)


def files(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a file read: where each of its rows went. All sites when `site` is None."""
    return warehouse.frame(FILES, [site is None, site])


def held(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a held row: where it stands and all its reasons."""
    return warehouse.frame(HELD, [site is None, site])


def waiting(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a loaded row whose ticket or unit is not there yet."""
    return warehouse.frame(WAITING, [site is None, site])


def loads(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """One row a load, the last one first: when, which command, which version came of it, and its files' accounts."""
    return warehouse.frame(LOADS, [site is None, site])


def guessed(warehouse: Warehouse, site: str | None) -> pd.DataFrame:
    """Site, year and number of tickets whose limit was counted without an official calendar."""
    return warehouse.frame(GUESSED, [site is None, site])
