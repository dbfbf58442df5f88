"""The mapping of one source as SQL: source cells in, typed canonical columns and what was wrong with them out."""

from board.core.words import Told
from etl.contract import FREE_TEXT, HASHED, TABLES, TYPES, Table
from etl.read import LINE, PROBLEM
from etl.sites import Column, Source
from etl.sqltext import name, value, values

YES = ("true", "1", "1.0", "yes", "y", "是", "有", "√", "已")
NO = ("false", "0", "0.0", "no", "n", "否", "无", "×", "未")
MASKS = (  # kept free text: phone, identity card, plate, door number
    (r"\d{17}[\dXx]", "〔证件〕"),
    (r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}", "〔电话〕"),
    (r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}", "〔车牌〕"),
    (r"\d+\s*(?:号楼|幢|栋|座|单元|室|号)(?:\s*\d+\s*(?:单元|室|号))*", "〔门牌〕"),
)


class WrongColumns(Told):
    """A file without the columns its source declares; one sentence names them."""


def staging(source: Source, columns: tuple[str, ...], key: str, rows: str, file_newest: str | None) -> str:
    """The SELECT that turns the relation `rows` (text cells with `_line`, `_problem`) into canonical columns
    plus line, newest (timestamp), problems (a list of sentences) and unread (the columns whose cell could not be
    read). Raises WrongColumns."""
    table = TABLES[source.table]
    wanted = {each for each in (source.newest_by, *(spec.source for spec in source.columns.values())) if each}
    twice = sorted(column for column in wanted if f"{column} #2" in columns)
    if twice:
        raise WrongColumns("The column {column} stands twice in the file.", column=", ".join(map(str, twice)))
    missing = sorted(column for column in wanted if column and column not in columns)
    if missing:
        raise WrongColumns(
            "The file has no column {missing}; it has {columns}.",
            missing=", ".join(missing),
            columns=", ".join(columns),
        )
    cells = [f"{_cell(source, column)} as {name(column)}" for column in table.columns]
    typed = [f"{_typed(source, table, column, key)} as {name(column)}" for column in table.columns]
    broken = [name(PROBLEM), *(_fit(source, column) for column, spec in source.columns.items() if spec.find)]
    newest = _newest(source, file_newest)
    unreadable = {column: _unreadable(source, table, column) for column in source.columns}
    checks = [
        f"case when {test} then {value(f'{TOLD[table.columns[column]]}: {column}')} end"
        for column, test in unreadable.items()
        if test
    ]
    unread = [f"case when {test} then {value(column)} end" for column, test in unreadable.items() if test]
    checks.append(f"case when newest_cell is not null and {newest} is null then 'the export time is no date' end")
    return f"""
        with cells as (
            select {name(LINE)}::bigint as line, [{", ".join(broken)}] as broken,
                {f"nullif(trim({name(source.newest_by)}), '')" if source.newest_by else "null::varchar"} as newest_cell,
                {", ".join(cells)}
            from {rows}
        )
        select line, {newest} as newest, {", ".join(typed)},
            list_filter(broken || [{", ".join(checks)}], lambda problem: problem is not null) as problems,
            list_filter([{", ".join([*unread, "null::varchar"])}], lambda each: each is not null) as unread
        from cells"""


def _plain(source: Source, spec: Column) -> str:
    """The trimmed text of a source cell, declared empties as null."""
    cell = f"trim({name(spec.source or '')})"
    return f"case when {cell} not in ({values((*source.empty, *spec.empty))}) then {cell} end"


def _cell(source: Source, column: str) -> str:
    """The text of a canonical column: a constant, or the plain cell, its expression's group, mapped."""
    spec = source.columns.get(column)
    if spec is None or (column in FREE_TEXT and column not in source.keep):
        return "null::varchar"
    if spec.source is None:
        return value(spec.constant)
    cell = _plain(source, spec)
    if spec.find:
        cell = f"nullif(regexp_extract({cell}, {value(spec.find)}, 1), '')"
    if source.values.get(column):
        whens = " ".join(f"when {value(old)} then {value(new)}" for old, new in source.values[column].items())
        cell = f"nullif(case {cell} {whens} else {cell} end, '')"
    return cell


def _fit(source: Source, column: str) -> str:
    """Null, or the sentence saying that the declared expression does not fit the cell."""
    spec = source.columns[column]
    unfit = f"not regexp_matches({_plain(source, spec)}, {value(spec.find)})"
    return f"case when {unfit} then {value(f'does not fit its expression: {column}')} end"


def _typed(source: Source, table: Table, column: str, key: str) -> str:
    kind, cell = table.columns[column], name(column)
    if column == "seq" and column not in source.columns:
        return "line"
    if column in HASHED:
        return f"case when {cell} is not null then sha256({value(key)} || lower(replace({cell}, ' ', ''))) end"
    if column in FREE_TEXT:
        for pattern, said in MASKS:
            cell = f"regexp_replace({cell}, {value(pattern)}, {value(said)}, 'g')"
        return cell
    if kind in ("stamp", "day"):
        return f"try_strptime({cell}, [{values(_dates(source, column))}])::{TYPES[kind]}"
    if kind == "whole":
        return f"case when try_cast({cell} as double) = floor(try_cast({cell} as double)) then " \
               f"try_cast({cell} as double)::bigint end"  # fmt: skip
    if kind == "number":
        return f"try_cast({cell} as double)"
    if kind == "yes_no":
        return (
            f"case when lower({cell}) in ({values(YES)}) then true when lower({cell}) in ({values(NO)}) then false end"
        )
    return cell


TOLD = {
    "stamp": "is no date",
    "day": "is no date",
    "whole": "is no whole number",
    "number": "is no number",
    "yes_no": "is neither yes nor no",
}


def _unreadable(source: Source, table: Table, column: str) -> str | None:
    """The test that a cell is there and cannot be what the column holds; None for text, which can be anything."""
    if table.columns[column] not in TOLD:
        return None
    return f"{name(column)} is not null and {_typed(source, table, column, '')} is null"


def _dates(source: Source, column: str) -> tuple[str, ...]:
    return source.columns[column].dates or source.dates if column in source.columns else source.dates


def _newest(source: Source, file_newest: str | None) -> str:
    if source.newest_by:
        return f"try_strptime(newest_cell, [{values(source.dates)}])"
    return f"try_strptime({value(file_newest)}, ['%Y%m%d%H%M%S', '%Y%m%d', '%Y-%m-%d'])"
