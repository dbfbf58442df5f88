"""The mapping of one source as SQL: source cells in, typed canonical columns and what was wrong with them out."""

import re
from collections.abc import Iterable

from board.core.cells import FORMULA, unmarked
from board.core.words import Told
from etl.contract import CODES, EVENTS, FREE_TEXT, TABLES, TELLING, TYPES, Table
from etl.personal import IS_MASKED, MASKS, WIDE, mask
from etl.read import LINE, PROBLEM, Rows
from etl.sources import DATES, DAYS, EPOCHS, MONTHS, Column, Source
from etl.sqltext import name, value, values

JOINED = " / "  # stands between cells that make one value
YES = ("true", "1", "1.0", "yes", "y", "是", "有", "√", "已")
NO = ("false", "0", "0.0", "no", "n", "否", "无", "×", "未")
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
CUT = r"[1-9](\.\d+)?[Ee]\+\d+"  # what a spreadsheet makes of a long number, whose last digits are lost
SERIAL = r"[1-9]\d{4}(\.\d+)?"  # a day as spreadsheets count them: 45296 is 2024-01-05
DAYS_OF_CELLS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")  # how etl.read writes the date of a spreadsheet's cell
LATEST = 253_402_300_799  # the last second of the year 9999, since 1970
SPECIAL = tuple(form(word) for word in ("infinity", "-infinity", "epoch") for form in (str.lower, str.upper, str.title))
OFFSETS = tuple(f"%Y-%m-%d{mark}%H:%M{part}%z" for mark in ("T", " ") for part in (":%S", ":%S.%f", ""))
HALVES = tuple(f"{day} %p %I:%M{seconds}" for day in DAYS for seconds in (":%S", ""))
MOMENTS = ("stamp", "day", "last_day", "month")  # the kinds of column that hold one
TOLD = dict.fromkeys(MOMENTS, "is no date") | {
    "whole": "is no whole number",
    "number": "is no number",
    "yes_no": "is neither yes nor no",
}
IS_AMBIGUOUS = r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b"  # of a day and a month
UNDECLARED = "is a date that dates must say how to read, day or month first"
BETWEEN = r"[\s()\p{Z}\p{Pd}\x{200b}]"  # blanks, brackets and dashes of every kind
IS_PERSON = "#[0-9a-f]{16}"  # the mark of a person in a column of text: no office numbers its people so
IN_NAME = {  # how a day or moment of export stands in a file's name → the form it is read in
    r"\d{8}": "%Y%m%d", r"\d{14}": "%Y%m%d%H%M%S", r"\d{4}-\d\d-\d\d": "%Y-%m-%d",
    r"\d{4}-\d\d-\d\d\d{6}": "%Y-%m-%d%H%M%S",
}  # fmt: skip
# What `etl held --out` writes before the source's own columns.
HELD = HELD_ID, HELD_FILE, HELD_LINE = "held_id", "held_file", "held_line"


class WrongColumns(Told):
    """A file without the columns its source declares; one sentence names them."""


def plain(column: str) -> str:
    """The staged column with the text of this column's cell, null where it means empty."""
    return name(f"plain {column}")


def said(column: str) -> str:
    """The staged column with what the cell says after expression and value map, still as text."""
    return name(f"cell {column}")


def unread(column: str) -> str:
    """The staged column that says that this column's cell is there and could not be read."""
    return name(f"unread {column}")


def called(source: Source, columns: Iterable[str]) -> str:
    """The columns of the office's file that canonical ones are read from, as the reasons of a held row name them."""
    read = [source.columns[column].sources or (column,) for column in columns if column in source.columns]
    return ", ".join(dict.fromkeys(each for sources in read for each in sources))


def staging(source: Source, rows: Rows, key: str, file_newest: str | None, correcting: bool) -> str:
    """The SELECT that turns the relation `rows` (see etl.read) into line, newest (timestamp), held_id, held_file,
    held_line, is_passed_over (see Source.only_with), the canonical columns, `problems` (sentences, a line each, or '')
    and one `unread` boolean for each column that is not text.
    `correcting`: the rows are held ones that a clerk corrected. Raises WrongColumns."""
    table, cells = TABLES[source.table], _Cells(source, rows, correcting)
    also = DATES if correcting else DAYS_OF_CELLS if rows.layout == "sheet" else ()
    cannot = [column for column, kind in table.columns.items() if kind in TOLD]
    broken = ["null", *(_unfit(source, column) for column, spec in source.columns.items() if spec.find)]
    problems = {"broken <> ''": "broken"}
    for column, kind in table.columns.items():
        if column in source.columns:
            problems |= _problems(source, column, kind)
    problems["newest_cell is not null and newest is null"] = value("the export time is no date")
    sentences = ", ".join(f"case when {problem} then {sentence} end" for problem, sentence in problems.items())
    # Each step is a SELECT of its own: the engine works an expression out anew wherever it is written.
    steps = (
        [f"{LINE}::bigint as line", PROBLEM, *cells.own(), *(f"{cells.plain(c)} as {plain(c)}" for c in cells.read)],
        [f"concat_ws(chr(10), {', '.join(broken)}) as broken",
         *(f"{_said(source, table, key, column)} as {said(column)}" for column in table.columns)],
        [f"{_newest(source, file_newest, also)} as newest", f"{_passed_over(source, table, cells)} as is_passed_over",
         *(f"{_typed(source, table, column, key, also)} as {name(column)}" for column in table.columns)],
        [f"{said(column)} is not null and {name(column)} is null as {unread(column)}" for column in cannot],
        [f"case when {' or '.join(problems)} then concat_ws(chr(10), {sentences}) else '' end as problems"],
    )  # fmt: skip
    select = f"select {', '.join(steps[0])} from rows"
    for step in steps[1:]:
        select = f"select {', '.join(['*', *step])} from ({select})"
    return select


class _Cells:
    """The cells of a file by the names its header gives them."""

    def __init__(self, source: Source, rows: Rows, correcting: bool) -> None:
        columns = tuple(map(unmarked, rows.columns)) if correcting else rows.columns
        self.source, self.correcting = source, correcting
        self.places = {column: place for place, column in enumerate(columns)}
        self.read = (
            {c: spec for c, spec in source.columns.items() if spec.sources and _is_kept(source, c)}
            | {f"watched {column}": Column((column,)) for column in watched(source)}
            | {f"with {column}": Column((column,), empty=_nothing(source, column)) for column in source.only_with}
        )
        wanted = source.form.wanted | (set(HELD) if correcting else set())
        twice = sorted(column for column in wanted if f"{column} #2" in columns and not correcting)
        if twice:
            raise WrongColumns(
                "The column {column} stands twice in the file: give one of them another name, or, where the row above "
                "the header tells them apart, name both rows: header = [2, 3].",
                column=", ".join(twice),
            )
        missing = sorted(column for column in wanted if column not in columns)
        if missing and len(missing) == len(wanted):  # a file without a header has people in its first row
            raise WrongColumns("The file has none of the columns {missing}.", missing=", ".join(missing))
        if missing:
            # Where two rows were taken for the header the second may be one of people: its words are not told.
            told = columns
            if len(rows.header) > 1:
                told = tuple(dict.fromkeys(re.sub("/.*", "/…", column) for column in columns))
            raise WrongColumns(
                "The file has no column {missing}; it has {columns}.",
                missing=", ".join(missing),
                columns=mask(", ".join(told)),
            )

    def __call__(self, column: str) -> str:
        cell = f"c{self.places[column]}"
        if self.correcting:  # what was put before a cell so that no spreadsheet runs it is taken away again
            marked = value(f"^'([{FORMULA}])")
            cell = rf"regexp_replace({cell}, {marked}, '\1')"
        return cell

    def plain(self, column: str) -> str:
        """The text of a cell, what means empty as null; of several cells those that are not, joined."""
        spec = self.read[column]
        empty = dict.fromkeys(("", *self.source.empty, *spec.empty))
        longest = max(len(word.encode()) for word in empty)  # most cells are longer: no need to look
        found = [
            f"case when strlen({cell}) <= {longest} and {cell} in ({values(empty)}) then null else {cell} end"
            for cell in map(self, spec.sources)
        ]
        return found[0] if len(found) == 1 else f"nullif(concat_ws({value(JOINED)}, {', '.join(found)}), '')"

    def own(self) -> list[str]:
        """When this row's state was exported, as the file says it, and which held row it corrects."""
        newest = "null::varchar"
        if self.source.newest_by:
            newest = f"nullif({self(self.source.newest_by)}, '')"
        elif self.source.newest_in_name and self.correcting:
            newest = _date_in(self(HELD_FILE), self.source.newest_in_name)
        held = {each: f"nullif({self(each)}, '')" if self.correcting else "null::varchar" for each in HELD}
        held[HELD_LINE] = f"try_cast({held[HELD_LINE]} as bigint)"
        return [f"{newest} as newest_cell", *(f"{cell} as {each}" for each, cell in held.items())]


def _date_in(file: str, expression: str) -> str:
    """The export date in the name of the file that a cell names: its own name, or that of the archive it lies in."""
    own, archive = f"parse_filename({file})", f"regexp_extract({file}, '([^/]*[.][zZ][iI][pP])/', 1)"
    found = [f"regexp_extract({each}, {value(expression)}, 1)" for each in (own, archive)]
    return f"coalesce({', '.join(f'case when {moment_in_name(each)} is not null then {each} end' for each in found)})"


def moment_in_name(found: str) -> str:
    """The day or moment that stands in a file's name, as a timestamp; null where it is none."""
    reads = (f"when regexp_full_match({found}, {value(form)}) then try_strptime({found}, {value(date)})"
             for form, date in IN_NAME.items())  # fmt: skip
    return f"case {' '.join(reads)} end"


def _passed_over(source: Source, table: Table, cells: _Cells) -> str:
    """Whether a row is none of this table: it has none of the answers that the source asks for, or the word that says
    what it is stands for nothing."""
    tests = []
    if source.only_with:
        tests.append(f"coalesce({', '.join(plain(f'with {column}') for column in source.only_with)}) is null")
    for column, words in source.values.items():
        nothing = [word for word, code in words.items() if not code]
        if nothing and source.columns[column].sources and (table.name, column) in TELLING:
            found = _found(source.columns[column], column)
            tests.append(f"coalesce({found} in ({values(nothing)}), false)")
    return f"({PROBLEM} is null and ({' or '.join(tests)}))" if tests else "false"


def _nothing(source: Source, column: str) -> tuple[str, ...]:
    """The words of an office's column that stand for nothing wherever the mapping reads it alone."""
    specs = {canonical: spec for canonical, spec in source.columns.items() if spec.sources == (column,)}
    codes = (item for canonical in specs for item in source.values.get(canonical, {}).items())
    return (*(word for spec in specs.values() for word in spec.empty), *(word for word, code in codes if not code))


def _is_kept(source: Source, column: str) -> bool:
    return column not in FREE_TEXT or column in source.keep


def _said(source: Source, table: Table, key: str, column: str) -> str:
    """The text of a canonical column: a constant, or the plain cell, its expression's group, mapped."""
    if table.name == "snapshot" and column in ("state", "section"):
        return _state(source, key) if column == "state" else value(source.name)
    spec = source.columns.get(column)
    if spec is None or not _is_kept(source, column):
        return "null::varchar"
    if not spec.sources:
        return value(spec.constant)
    cell = _found(spec, column)
    if source.values.get(column):
        whens = " ".join(f"when {value(old)} then {value(new or None)}" for old, new in source.values[column].items())
        return f"case {cell} {whens} else {cell} end"
    if table.columns[column] in ("whole", "number"):
        thousands = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"
        return f"case when contains({cell}, ',') and regexp_full_match({cell}, {value(thousands)}) " \
               f"then replace({cell}, ',', '') else {cell} end"  # fmt: skip
    return cell


def _found(spec: Column, column: str) -> str:
    """The plain cell of a column, or what its expression finds in it."""
    return f"nullif(regexp_extract({plain(column)}, {value(spec.find)}, 1), '')" if spec.find else plain(column)


def _state(source: Source, key: str) -> str:
    """The watched columns of a snapshot as a JSON object: the words the mapping names as they are, all others hashed,
    so that a change shows and nothing else does."""
    states = []
    for column in watched(source):
        known = {
            word for change in source.changes if change.column == column for word in (*change.before, *change.after)
        }
        cell = plain(f"watched {column}")
        hashed = f"left(sha256({value(key)} || {cell}), 16)"
        states.append(value(column))
        states.append(
            f"case when {cell} in ({values(sorted(known))}) then {cell} else {hashed} end" if known else hashed
        )
    return f"json_object({', '.join(states)})::varchar"


def watched(source: Source) -> tuple[str, ...]:
    """The columns whose changes are events, each once, in the mapping's order."""
    return tuple(dict.fromkeys(change.column for change in source.changes))


def _unfit(source: Source, column: str) -> str:
    """Null, or the sentence saying that the declared expression does not fit the cell."""
    unfit = f"not regexp_matches({plain(column)}, {value(source.columns[column].find)})"
    return f"case when {unfit} then {value(f'does not fit its expression: {called(source, [column])}')} end"


def _problems(source: Source, column: str, kind: str) -> dict[str, str]:
    """What can be wrong with a cell in a column of this kind: condition → sentence, both in SQL."""
    cell, about = said(column), called(source, [column])
    if kind in TOLD:
        told = value(f"{TOLD[kind]}: {about}")
        if kind in MOMENTS and _read_one_way(_dates(source, column)):
            two_ways = f"regexp_matches({cell}, {value(IS_AMBIGUOUS)})"
            told = f"case when {two_ways} then {value(f'{UNDECLARED}: {about}')} else {told} end"
        return {unread(column): told}
    error = f"starts_with({cell}, '#') and {cell} in ({values(ERRORS)})"
    problems = {error: value(f"is an error of the spreadsheet: {about}")}
    if column not in FREE_TEXT and (source.table, column) not in CODES:  # those are known, or held as it is
        cut = f"contains({cell}, '+') and regexp_full_match({cell}, {value(CUT)})"
        problems[cut] = value(f"was cut short by a spreadsheet: {about}")
    return problems


def _typed(source: Source, table: Table, column: str, key: str, also: tuple[str, ...]) -> str:
    kind, cell = table.columns[column], said(column)
    if column == "seq" and column not in source.columns:
        return _seq(table)
    if kind == "person" or column in source.personal:
        return f"('0x' || {_hashed(cell, key)})::{TYPES[kind]}" if kind == "person" else person(cell, key)
    if column in FREE_TEXT and column in source.keep:
        masked = f"translate({cell}, {values(WIDE)})"
        for pattern, hidden in MASKS:
            masked = f"regexp_replace({masked}, {value(pattern)}, {value(hidden)}, 'g')"
        return f"case when regexp_matches({cell}, {value(IS_MASKED)}) then {masked} else {cell} end"
    if column not in source.columns and column not in ("state", "section"):
        return f"null::{TYPES[kind]}"
    if kind in MOMENTS:
        return f"({_moment(kind, cell, (*_dates(source, column), *also))})::{TYPES[kind]}"
    number = f"try_cast({cell} as double)"
    if kind == "whole":
        whole = f"case when {number} = floor({number}) and abs({number}) < 9e15 then {number}::bigint end"
        return f"case when {cell} is null then {_seq(table)} else {whole} end" if column == "seq" else whole
    if kind == "number":
        share = rf"case when regexp_full_match({cell}, '[+-]?\d+(\.\d+)?\s*[%％]') " \
                rf"then try_cast(regexp_extract({cell}, '[+-]?[\d.]+') as double) / 100 end"  # fmt: skip
        return f"case when isfinite({number}) then {number} else {share} end"
    if kind == "yes_no":
        return (
            f"case when lower({cell}) in ({values(YES)}) then true when lower({cell}) in ({values(NO)}) then false end"
        )
    return cell


def _moment(kind: str, cell: str, forms: tuple[str, ...]) -> str:
    """A cell as the moment that a column of this kind means by it, or null."""
    if kind == "month":
        return f"date_trunc('month', {moment_of(cell, dict.fromkeys((*forms, *MONTHS)))})"
    moment = moment_of(cell, dict.fromkeys(forms))
    if kind == "last_day" and set(MONTHS) & set(forms):
        month = f"try_strptime({cell}, [{values(MONTHS)}])"
        return f"case when {month} is null then {moment} else last_day({month}) end"
    return moment


def _seq(table: Table) -> str:
    """The order of steps of one moment where the source has none: as the contract lists the events, then by what the
    row says, so that the same row has the same number in every export."""
    told = (
        f"hash({', '.join(said(column) for column in table.columns if column not in (*table.key, 'note'))}) % 1000000"
    )
    if table.name != "ticket_event":
        return f"({told})::bigint"
    return f"(coalesce(list_position([{values(EVENTS)}], {said('event')}), 0) * 1000000 + {told})::bigint"


def person(cell: str, key: str) -> str:
    """A person in a column of text as a keyed hash, marked as one, so that the same one can be counted."""
    return f"'#' || {_hashed(cell, key)}"


def _hashed(cell: str, key: str) -> str:
    return f"left(sha256({value(key)} || {_normal(cell)}), 16)"


def _normal(cell: str) -> str:
    """What two ways of writing the same person or number have in common."""
    half = f"translate({cell}, '０１２３４５６７８９（）＋Ｘｘ', '0123456789()+xx')"
    normal = rf"lower(regexp_replace(regexp_replace({half}, '{BETWEEN}', '', 'g'), '^(\+|00)86', ''))"
    return f"case when regexp_full_match({cell}, '[1-9][0-9]*') then {cell} else {normal} end"


def moment_of(cell: str, forms: Iterable[str]) -> str:
    """A cell as a timestamp in the site's clock, or null: by the forms; as the number of a day; in seconds or
    milliseconds since 1970 where a form says so. Where all forms begin with the year there is one way to read a moment,
    so that offsets, Chinese halves of the day and full-width digits are read, too."""
    plain = [form for form in forms if form not in EPOCHS]
    # Three words are moments to the engine, to nobody else; what begins with a digit is none of them.
    is_none = f"not {cell} between '0' and ':' and {cell} in ({values(SPECIAL)})"
    if _read_one_way(plain):  # 2024111 may be a day of November and one of January
        is_none += f" or strlen({cell}) = 7 and regexp_full_match({cell}, '[0-9]+')"
    written = f"case when {is_none} then null else {cell} end"
    ways = [f"try_strptime({written}, [{values(plain)}])::timestamp"] if plain else []
    for form in (form for form in forms if form in EPOCHS):
        seconds = f"try_cast({cell} as double) / {EPOCHS[form]}"
        ways.append(f"case when {seconds} between 0 and {LATEST} then to_timestamp({seconds})::timestamp end")
    days = f"timestamp '1899-12-30' + to_seconds(round({cell}::double * 86400))"
    ways.append(f"case when regexp_full_match({cell}, {value(SERIAL)}) then {days} end")
    if _read_one_way(plain):
        half = f"translate({cell}, '０１２３４５６７８９：／－．', '0123456789:/-.')"
        noon = f"replace(replace({half}, '上午', 'AM '), '下午', 'PM ')"
        ways += [
            f"case when regexp_matches({cell}, '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)$') "
            f"then try_strptime(regexp_replace({cell}, 'Z$', '+00:00'), [{values(OFFSETS)}])::timestamp end",
            f"case when not regexp_full_match({cell}, '[ -~]*') then "
            f"try_strptime(regexp_replace({noon}, '\\s+', ' ', 'g'), [{values((*plain, *HALVES))}])::timestamp end",
        ]
    return f"coalesce({', '.join(ways)})"


def _read_one_way(forms: Iterable[str]) -> bool:
    """Whether all forms begin with the year."""
    return all(form.startswith("%Y") for form in forms)


def _dates(source: Source, column: str) -> tuple[str, ...]:
    return source.columns[column].dates or source.dates if column in source.columns else source.dates


def _newest(source: Source, file_newest: str | None, also: tuple[str, ...]) -> str:
    if source.newest_by:
        own = (form for spec in source.columns.values() if spec.sources == (source.newest_by,) for form in spec.dates)
        return moment_of("newest_cell", dict.fromkeys((*own, *source.dates, *also)))
    if source.newest_in_name:
        return moment_in_name(f"coalesce(newest_cell, {value(file_newest)})")
    return "null::timestamp"
