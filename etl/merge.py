"""Judged rows into the log of current states: what is new, the same, older or held, and the file's account."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from etl.contract import TABLES, TYPES
from etl.corrections import CREATE as LISTS
from etl.corrections import MARK, sealed
from etl.personal import OF_SOMEBODY, TELEPHONE, WIDE
from etl.sqltext import has_doubles, laid_out, name, rises, value, values

CREATE = f"""
create schema if not exists log; create schema if not exists run; create schema if not exists setting;
create schema if not exists mart;
-- What decides which of two files is later by name: first without the folder of one from elsewhere and without the
-- ending, as people count: 工单.csv, 工单 (1).csv, 工单-2.csv.
create or replace macro run.by_name(file) as
    row(regexp_replace(regexp_replace(file, '^(/|[A-Za-z]:/).*/', ''), '[.][^./]*$', ''), file);
-- The same of two lists of corrections, however the sections are called that they are named for.
create or replace macro run.by_list(file, site, source) as
    run.by_name(replace(file, 'held-' || site || '-' || source, 'held'));
-- Whether a step cannot be one of its ticket. Within the minute of the report, or on its day without a time, it can:
-- many logs keep no seconds, some no hours.
create or replace macro run.is_early(happened_at, reported_at) as
    happened_at < date_trunc('minute', reported_at) and happened_at <> date_trunc('day', reported_at);
-- Whether a step hands its ticket over to another tier.
create or replace macro run.is_move(event) as event in ('escalated', 'handed_down', 'returned');
-- Whole minutes that went by between two stamps of a clock, also where it was put forward or back between them.
create or replace macro run.minutes(from_at, until_at, timezone, has_shifts) as
    floor(case when has_shifts then epoch_us(timezone(timezone, until_at)) - epoch_us(timezone(timezone, from_at))
        else epoch_us(until_at) - epoch_us(from_at) end / 60000000)::bigint;
-- The day a stamp is counted on: the next one where its site's day has ended before midnight.
create or replace macro run.day(stamp, day_ends) as
    stamp::date + coalesce(stamp::time > day_ends, false)::int;
-- Whether no number of a person stands in a word that is shown, or among other words in a number of the office's own,
-- which may be all digits. Most are short, and most long ones plain: the dear questions come last.
create or replace macro run.narrow(cell) as
    case when strlen(cell) = length(cell) then cell else translate(cell, {values(WIDE)}) end;
create or replace macro run.word_names_nobody(cell) as
    case when length(cell) > 9 then not regexp_matches(run.narrow(cell), {value(f"{OF_SOMEBODY}|{TELEPHONE}")})
    else true end;
create or replace macro run.number_names_nobody(cell) as
    case when length(cell) > 10 then case when regexp_matches(run.narrow(cell), {value(OF_SOMEBODY)})
    then regexp_full_match(cell, '[0-9]+') else true end else true end;
create table if not exists run.load (load_id bigint, command varchar, started_at timestamp, seconds double,
    version bigint, built_on bigint, rules varchar, marts varchar, key_mark varchar);
create table if not exists run.file (file_id bigint, load_id bigint, site_id varchar, source varchar, file varchar,
    content_hash varchar, mapping_hash varchar, read bigint, loaded bigint, unchanged bigint, superseded bigint,
    held bigint, ignored bigint, encoding varchar, seconds double, calendar varchar, in_order boolean, refused varchar,
    state varchar);
create or replace view run.reading as
from run.file qualify load_id = max(load_id) over (partition by site_id, file);
"""  # run.reading has how each file was last read, by all sections that wanted it then
NOT_LOADED = {  # relation with lines that are not loaded → which of them
    "outdone": "select line from outdone", "met": "select line from met where fate <> 'loaded'",
}  # fmt: skip
TOUCHED = """
create or replace temp table touched (what varchar, site_id varchar, code varchar);
create or replace temp table heard (site_id varchar, reporter ubigint); -- of tickets that changed, as they were
"""
TOUCHES = {  # log → the column that says which mart rows a changed row of it makes anew
    "ticket": "ticket_id", "ticket_event": "ticket_id", "snapshot": "ticket_id", "callback": "ticket_id",
    "exclusion": "ticket_id", "activity": "activity_id",
}  # fmt: skip


@dataclass(frozen=True)
class Account:
    """Where each data row of one file went; read = loaded + unchanged + superseded + held, always."""

    read: int
    loaded: int
    unchanged: int
    superseded: int
    held: int

    def check(self) -> None:
        """Raises ValueError when the account does not add up, which would mean that a row was lost."""
        if self.read != self.loaded + self.unchanged + self.superseded + self.held:
            raise ValueError(f"the account does not add up: {self}")


@dataclass(frozen=True)
class Origin:
    """Where judged rows come from. `in_order`: the source has no newest_by, so of two states the one taken later
    (file by file, line by line) is current. `key`: what the raw text of a held row is hashed with."""

    site: str
    source: str
    table: str
    file: str
    file_id: int
    in_order: bool
    key: str
    touching: bool  # whether the marts are there already, so that it matters which rows change

    @property
    def readings(self) -> str:
        """The SELECT of the ids this file had when it was read before. What it still says is its own as it is now."""
        site, source, file = value(self.site), value(self.source), value(self.file)
        return f"select file_id from run.file where site_id = {site} and source = {source} and file = {file}"

    @property
    def seal(self) -> str:
        """The SQL of what a held row's text is known by in every export."""
        return sealed(self.key, self.site)


def create(con: DuckDBPyConnection) -> None:
    """The empty logs of a new warehouse."""
    con.execute(CREATE)
    con.execute(LISTS)
    con.execute(TOUCHED)
    for table in TABLES.values():
        columns = ((column, TYPES[kind]) for column, kind in table.columns.items())
        con.execute(
            f"create table if not exists log.{table.name} "
            f"(site_id varchar, {laid_out(columns, TOUCHES.get(table.name, ''))}, "
            "file_id bigint, line bigint, newest timestamp, row_hash ubigint)"
        )


def merge(con: DuckDBPyConnection, origin: Origin) -> Account:
    """Bring the rows of the relation `judged` (line, newest, held_id, of_name, of_line, the table's columns, reasons,
    row_hash) into the log, and remember which tickets and activities they touch. The relation `raw` (line, raw) has the
    text of each row, of which only a keyed hash is kept, and only of held ones."""
    table = origin.table
    corrected = _answered(con, origin)
    _outdone(con, origin)
    _met(con, origin, corrected)
    if corrected:
        con.execute("""
            insert into outdone select line, 'superseded', false from answered
            where line not in (select line from outdone) and line not in (select line from met)
        """)
    columns = ", ".join(name(column) for column in TABLES[table].columns)
    loaded = _loaded(con)
    if table == "ticket" and origin.touching:
        con.execute("""
            insert into heard
            select site_id, reporter from log.ticket
            where reporter is not null and rowid in (select place from met where fate = 'loaded')
        """)
    con.execute(f"""
        update log.{table} as kept
        set newest = greatest(kept.newest, met.newest), file_id = {origin.file_id}, line = met.line
        from met where kept.rowid = met.place and met.fate = 'unchanged' and met.is_later;
        delete from log.{table} where rowid in (select place from met where fate = 'loaded');
        insert into log.{table}
        select {value(origin.site)}, {columns}, {origin.file_id}, line, newest, row_hash
        {loaded};
    """)
    if table in TOUCHES and origin.touching:
        what, code = value(TOUCHES[table]), TOUCHES[table]
        con.execute(f"""
            insert into touched select distinct {what}, {value(origin.site)}, {code} {loaded};
            insert into touched  -- what waits and may stand in another line now
            select distinct {what}, site, code from mart.waiting
            where site = {value(origin.site)} and "table" = {value(table)} and code in (select {code} from judged)
        """)
    _hold(con, origin)
    return _account(con, loaded)


def _answered(con: DuckDBPyConnection, origin: Origin) -> bool:
    """Lay out `sealed`, the rows of this file whose text is that of a row that was corrected (line, held_id), and
    `answered`, the lines of those good by now of which a correction in the log has the word, whatever number it gave
    them. False, and neither, where there are no corrections: then no text need be looked at, nor the log."""
    site = value(origin.site)
    lists = con.execute("select distinct file_id from run.corrected where site_id = ?", [origin.site]).fetchall()
    if not lists and not con.execute("from judged where held_id is not null limit 1").fetchall():
        return False
    con.execute(f"""
        create or replace temp table sealed as
        from (select line, 'h' || left({origin.seal}, {MARK}) as held_id from raw)
        where held_id in (select held_id from run.corrected where site_id = {site});
        create or replace temp table answered as
        select distinct line from sealed join judged using (line)
        join run.corrected as done on done.held_id = sealed.held_id and done.site_id = {site}
        join run.speaks on speaks.site_id = {site} and speaks.source = done.source
        where of_source = {value(origin.source)} and judged.held_id is null and reasons is null
            and (done.file_id, done.line) in (
                select (file_id, line) from log.{origin.table}
                where file_id in ({", ".join(str(file_id) for (file_id,) in lists) or "null"})
            )
    """)
    return True


def _outdone(con: DuckDBPyConnection, origin: Origin) -> None:
    """The good rows of this file that another row of it outdoes: line, fate, and whether that is no newer."""
    table = origin.table
    columns = ", ".join(name(column) for column in TABLES[table].columns)
    key = ", ".join(name(column) for column in TABLES[table].key)
    latest = (
        f"run.by_name(coalesce(of_name, {value(origin.file)})) desc, of_line desc nulls first, line desc"
        if origin.in_order
        else f"newest desc nulls last, row({columns}) desc, line desc"
    )
    good = f"select {key} from judged where reasons is null"
    # Most exports come in the order of their keys, which is quickest to see, and hardly any holds a key twice.
    once = rises(con, good, key) or not has_doubles(con, good, key)
    con.execute(f"""
        create or replace temp table doubled as {good} group by all having count(*) > 1 {"limit 0" if once else ""};
        create or replace temp table outdone as
        with placed as (
            select line, row_hash, newest, row_number() over latest as place,
                first_value(row_hash) over latest as best, first_value(newest) over latest as best_newest
            from judged semi join doubled using ({key}) where reasons is null
            window latest as (partition by {key} order by {latest})
        )
        select line, case when row_hash = best then 'unchanged' else 'superseded' end as fate,
            newest is not distinct from best_newest as is_tied
        from placed where place > 1;
    """)


def _met(con: DuckDBPyConnection, origin: Origin, corrected: bool) -> None:
    """The remaining rows whose key the log already has: line, newest, the place in the log, their fate, and, for one
    that says the same, whether it says so later: then the state is of this file.

    What is current must not hang on what was loaded first. Of two states the later one is: of any that is dated and one
    that is not the dated one; of two dated ones that with the greater newest, then the correction of the other, then
    what the same file says now, then that with the greater cells; of two that are not, that of the file later by name,
    then of the later line; of two corrections of one file or row, that of the list later by name. A correction stands
    where the row it corrects stood, and after that very row, wherever it comes again; but where the file says something
    else by now, before all that it says."""
    table, columns = origin.table, TABLES[origin.table].columns
    key = ", ".join(name(column) for column in TABLES[table].key)
    file = value(origin.file)
    follows = f"run.by_list({file}, {value(origin.site)}, {value(origin.source)}) >= " \
              f"run.by_list(before.file, {value(origin.site)}, before.source)"  # fmt: skip
    outlived = is_late = is_answered = "false"
    if corrected:
        # The file does not hold the row any more that was corrected: what stands is from before; or what comes is.
        outlived = f"""new.held_id is null and stands.of_name = {file}
            and stands.held_id not in (select held_id from sealed)"""
        is_late = f"""new.held_id is not null and stands.file_id is null and new.of_name = before.file
            and new.of_line <> kept.line and new.held_id not in (
                select held_id from run.held where site_id = {value(origin.site)} and file = before.file
            )"""
        is_answered = "new.line in (select line from answered)"
    if origin.in_order:
        theirs, at = "coalesce(stands.of_name, before.file)", "coalesce(stands.of_line, kept.line)"
        mine, here = f"coalesce(new.of_name, {file})", "coalesce(new.of_line, new.line)"
        is_last = f"stands.file_id is null or new.held_id is not null and {follows}"
        later = f"""before.in_order and case when stands.held_id = new.held_id then {follows}
            when {outlived} then true when {is_late} then false
            when {mine} <> {theirs} then run.by_name({mine}) > run.by_name({theirs})
            when new.held_id <> stands.held_id and before.file <> {file} then {follows}
            else kept.file_id in ({origin.readings}) or {here} > {at} or {here} = {at} and ({is_last}) end"""
        says_later = later
    else:
        mine, theirs = (f"row({', '.join(f'{side}.{name(column)}' for column in columns)})" for side in ("new", "kept"))
        own = f"kept.file_id in ({origin.readings})"
        new, kept = (f"coalesce({side}.newest, timestamp '0001-01-01')" for side in ("new", "kept"))
        corrects = "coalesce(new.of_name = before.file and new.of_line = kept.line, false)"
        outdoes = f"{corrects} or {mine} > {theirs} or {own}"
        later = f"""before.in_order or case when stands.held_id = new.held_id then {follows}
            when {new} <> {kept} then {new} > {kept} when {outlived} then true when {is_late} then false
            else {outdoes} end"""
        says_later = f"before.in_order or {new} > {kept} or ({new} = {kept} and {follows})"
    con.execute(f"""
        create or replace temp table met as
        select new.line, new.newest, kept.rowid as place,
            case when kept.row_hash = new.row_hash then 'unchanged'
                when not ({is_answered}) and ({later}) then 'loaded' else 'superseded' end as fate,
            {says_later} or kept.file_id in ({origin.readings}) as is_later
        from judged as new join log.{table} as kept using ({key})
        join run.file as before on before.file_id = kept.file_id
        left join run.corrected as stands on stands.file_id = kept.file_id and stands.line = kept.line
        where kept.site_id = {value(origin.site)} and new.reasons is null
            and new.line not in (select line from outdone)
    """)


def _loaded(con: DuckDBPyConnection) -> str:
    """The rows to load. Most files have no row to pass over; to look for one would cost them their order."""
    there = [lines for rows, lines in NOT_LOADED.items() if con.execute(f"from {rows} limit 1").fetchall()]
    return "from judged where reasons is null" + "".join(f" and line not in ({lines})" for lines in there)


def _hold(con: DuckDBPyConnection, origin: Origin) -> None:
    """Note what is broken in this file and what it corrects, in place of what was noted of it before. A correction that
    a list no longer holds stays, as does its row, as long as nothing newer has taken the place of that."""
    site, source, file = value(origin.site), value(origin.source), value(origin.file)
    con.execute(f"delete from run.held where site_id = {site} and source = {source} and file = {file}")
    before = f"from run.corrected where site_id = {site} and file_id in ({origin.readings})"
    if con.execute(f"{before} limit 1").fetchall():  # else the log need not be looked through
        con.execute(f"""
            delete {before} and (
                held_id in (select held_id from judged)
                or (file_id, line) not in (select (file_id, line) from log.{origin.table} where site_id = {site})
            )
        """)
    if con.execute("from judged where held_id is not null limit 1").fetchall():
        con.execute(f"""
            insert into run.corrected
            select held_id, {site}, {source}, {origin.file_id}, line, of_name, of_line from judged
            where held_id is not null and reasons is null
        """)
    if con.execute("select count(*) from judged where reasons is not null").fetchall()[0][0]:
        con.execute(f"""
            insert into run.held
            select coalesce(held_id, 'h' || left(seal, {MARK})), {site}, {source}, {file},
                line, reasons, {origin.file_id}, coalesce(of_name, {file}), coalesce(of_line, line), seal
            from (select *, {origin.seal} as seal from judged join raw using (line) where reasons is not null)
        """)


def _account(con: DuckDBPyConnection, loading: str) -> Account:
    read, held = con.execute("select count(*), count(reasons) from judged").fetchall()[0]
    fates = "select fate, count(*) from (select fate from outdone union all select fate from met) group by fate"
    counts = dict(con.execute(fates).fetchall())
    unchanged, superseded = counts.get("unchanged", 0), counts.get("superseded", 0)
    loaded = con.execute(f"select count(*) {loading}").fetchall()[0][0]
    account = Account(read, loaded, unchanged, superseded, held)
    account.check()
    return account


def forget(con: DuckDBPyConnection, site: str, file_ids: list[int] | None = None) -> None:
    """Take a site's rows out of the logs: all of them, or those of some files (to read these again, where corrections
    must find the places they took)."""
    which = "" if file_ids is None else f" and file_id in ({', '.join(map(str, file_ids)) or 'null'})"
    for table in (*(f"log.{table}" for table in TABLES), "run.held"):
        con.execute(f"delete from {table} where site_id = {value(site)}{which}")
    for table in ("run.corrected", "run.file") if file_ids is None else ():
        con.execute(f"delete from {table} where site_id = {value(site)}")
