"""Sections of sources.toml drafted from a look at a file, so that a clerk only corrects them."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain, count

from board.core.words import Words, codes
from etl import judge
from etl.contract import CODES, TABLES, TELLING
from etl.inspect import EPOCH, LISTED, VALUED, Column, Seen, known_headers, named, shown_name
from etl.read import AGAIN
from etl.sources import EMPTY, MONTHS

NEWEST = re.compile(r"更新时间|修改时间|导出时间|updated|modified|exported", re.IGNORECASE)
DAY_IN_NAME = re.compile(r"20\d{6}")
ASKED = {"contacted", "solved", "satisfaction"}  # what call-backs answer
FIND = "{from = …, find = '([0-9]+)'}"  # how a number is found in 约30人
ALONE = (MONTHS, *EPOCH.values())  # forms that a column has for itself
STATES = 0.3  # share of repeated numbers from which a list of tickets looks like a list of their states


def draft(seen: Seen, t: Words, taken: Collection[str] = ()) -> tuple[str, str]:
    """The name of a file's section, none of those `taken`, and its text, with a section of the call-backs in it, to be
    corrected by whoever knows them. That of a file of which no column is known that its rows need is a comment, so
    that the sections of others can be loaded beside it."""
    names = chain([_section(seen)], (f"{_section(seen)}_{number}" for number in count(2)))
    section, asked = next(name for name in names if name not in taken), callbacks(seen)
    lines = [*_lines(t, section, seen), *_unused(t, seen, asked)]
    if asked:
        answers = tuple(asked.names[each] for each in sorted(ASKED & set(asked.names)))
        lines += ["", *_lines(t, f"{section}_callback", asked, answers)]
    if not {*TABLES[seen.table].key, *judge.needed(seen.table)} & set(seen.names):
        lines = [line if line.startswith("#") else f"# {line}".rstrip() for line in lines]
    return section, "\n".join(lines) + "\n"


def together(found: list[Seen]) -> list[Seen]:
    """The files of an archive, those of one kind as one, with the words of them all."""
    kinds: dict[tuple[object, ...], Seen] = {}
    for seen in found:
        kind = (_pattern(seen), seen.table, seen.rows.sheet, seen.rows.columns)
        same = kinds.setdefault(kind, seen)
        kinds[kind] = replace(same, columns=tuple(map(_both, same.columns, seen.columns)))
    return list(kinds.values())


def _both(column: Column, other: Column) -> Column:
    """A column as two files have it."""
    if "empty" in (column.kind, other.kind):
        return other if column.kind == "empty" else column
    words = tuple(dict.fromkeys((*column.words, *other.words)))
    are_few = column.words and other.words and len(words) <= LISTED
    return replace(column, words=words if are_few else (), nothing=tuple(sorted({*column.nothing, *other.nothing})))


def _lines(t: Words, section: str, seen: Seen, answers: tuple[str, ...] = ()) -> Iterator[str]:
    yield f"[{_key(section)}]"
    yield from _file(t, seen)
    if answers:
        yield f"only_with = [{', '.join(map(_string, answers))}]  # {t('rows without an answer are no call-backs')}"
    yield from ("", f"[{_key(section)}.columns]")
    yield from _columns(t, seen)
    yield from _values(t, _key(section), seen)


def callbacks(seen: Seen) -> Seen | None:
    """The call-backs whose answers stand in a list of tickets, as many systems write them; when they were asked is
    when the ticket was settled, where nothing better is said."""
    known = {canonical: words for canonical, words in known_headers()["callback"].items() if canonical != "ticket_id"}
    left = tuple(column for column in seen.columns if column.name not in seen.names.values())
    names = named(left, known)
    settled = seen.names.get("resolved_at", seen.names.get("closed_at"))
    if seen.table != "ticket" or "ticket_id" not in seen.names or not names.keys() & ASKED:
        return None
    names = {"ticket_id": seen.names["ticket_id"]} | ({"asked_at": settled} if settled else {}) | names
    return replace(
        seen,
        columns=tuple(column for column in seen.columns if column.name in names.values()),
        table="callback",
        names=names,
    )


def _section(seen: Seen) -> str:
    """A name for the section: what the file's name says besides its numbers."""
    return re.sub(r"[\W\d_]+", "", seen.part.name.partition(".")[0]) or seen.table


def _pattern(seen: Seen) -> str:
    """What the file's name has in common with those of later exports."""
    return re.sub(r"[\[\]?]", "?", re.sub(r"\d+|\.{2,}", "*", seen.part.name))


def _file(t: Words, seen: Seen) -> Iterator[str]:
    """What the files of the section are called and how they are to be read."""
    pattern = _pattern(seen)
    same = "" if "*" in pattern else f"  # {t('write * for what changes from export to export')}"
    yield f"pattern = {_string(pattern)}{same}"
    yield f'table = "{seen.table}"'
    if seen.rows.encoding:
        yield f"# {seen.rows.layout} {seen.rows.encoding}"
    if seen.rows.sheet:
        yield f"sheet = {_string(seen.rows.sheet)}"
    twice = [column.name for column in seen.columns if AGAIN.search(column.name)]
    if len(seen.rows.header) == 1 < seen.rows.header[0] and twice:
        above = t("if the row above tells columns of one name apart")
        yield f"# header = {[seen.rows.header[0] - 1, seen.rows.header[0]]}  # {above}"
    if len(seen.rows.header) > 1:
        yield f"header = {list(seen.rows.header)}"
    yield _newest(t, seen)
    if seen.names.get("steward_id") in [column.name for column in seen.columns if column.of_people]:
        yield f'personal = ["steward_id"]  # {t("these look like names: only a keyed hash of them is kept")}'
    nothing = sorted({word for column in seen.columns for word in column.nothing})
    if nothing:
        yield f"empty = [{', '.join(map(_string, (*EMPTY, *nothing)))}]"
    key = seen.names.get(TABLES[seen.table].key[0])
    if seen.table == "ticket" and any(column.name == key and column.repeated > STATES for column in seen.columns):
        said = t(
            'the same ticket stands here again and again: if these are its states, add a section of kind = "snapshots"'
        )
        yield f"# {said}"
    dates = list(dict.fromkeys(form for column in seen.columns for form in column.dates if column.dates not in ALONE))
    if dates:
        plain = [form for form in dates if form.startswith("%Y")]
        ways = [[form for form in dates if form not in plain and form.startswith("%d") == day] for day in (True, False)]
        if all(ways):
            yield f"# {t('these dates can be read in two ways: keep the one your system writes')}"
        mark = "# " if all(ways) else ""
        yield from (f"{mark}dates = [{', '.join(map(_string, (*way, *plain)))}]" for way in ways if way)
    if seen.table == "ticket" and "unit_id" in seen.names:
        yield f'# units = "from tickets"  # {t("where no file lists the units; else tickets wait for theirs")}'


def _newest(t: Words, seen: Seen) -> str:
    """The line that says which state of a row is newer: by a column, or to be filled in, perhaps by the file's name."""
    column = next((each.name for each in seen.columns if NEWEST.search(each.name) and each.kind == "stamp"), None)
    if column:
        return f"newest_by = {_string(column)}"
    if DAY_IN_NAME.search(seen.part.name):
        return (
            f"# newest_by = {{in_name = '([0-9]{{8}})'}}  # {t('where the name of the file holds the day of export')}"
        )
    return f"# newest_by = …  # {t('the column with the time of export')}"


def _columns(t: Words, seen: Seen) -> Iterator[str]:
    """Canonical columns and where they stand, and what is wrong there; then what is still needed."""
    odd = {column.name: column.odd for column in seen.columns if column.odd}
    kinds = {column.name: column.kind for column in seen.columns}
    forms = {column.name: column.dates for column in seen.columns if column.dates in ALONE}
    twice = {AGAIN.sub("", column.name) for column in seen.columns if AGAIN.search(column.name)}
    for canonical, column in seen.names.items():
        cells = " | ".join(map(_string, odd.get(column, ())[:3]))
        wrong = f"  # {t('no date, and its row is held: {cells}', cells=cells)}" if cells else ""
        if TABLES[seen.table].columns[canonical] in ("whole", "number") and kinds[column] in ("code", "text"):
            wrong = f"  # {t('not all numbers: find the part that is with {find}', find=FIND)}"
        if column in twice:
            yield f"# {canonical} = {_string(column)}  # {t('two columns have this name: give one of them another')}"
        elif column in forms and TABLES[seen.table].columns[canonical] != "month":
            first = t("months without a day: from their first one, to their last one")
            said = f"  # {first}" if forms[column] == MONTHS else ""
            dates = ", ".join(map(_string, forms[column]))
            yield f"{canonical} = {{from = {_string(column)}, dates = [{dates}]}}{said}"
        else:
            yield f"{canonical} = {_string(column)}{wrong}"
    yield from _missing(t, seen)


def _missing(t: Words, seen: Seen) -> Iterator[str]:
    """What a section of this table needs, or would be better for, and no column of the file seems to be."""
    if seen.table == "ticket" and "closed_at" in seen.names and "resolved_at" not in seen.names:
        only = t("where closing is the only settlement there is")
        yield f"resolved_at = {_string(seen.names['closed_at'])}  # {only}"
    for each in dict.fromkeys((*TABLES[seen.table].key, *sorted(judge.needed(seen.table)))):
        if each not in (*seen.names, "seq"):
            key = each in TABLES[seen.table].key
            why = t("needed: the section cannot do without it") if key else t("needed: rows without it are held")
            yield f"# {each} = …  # {why}"
    if seen.table == "ticket" and "unit_id" not in seen.names:
        yield f"# unit_id = …  # {t('without it the tickets are of no lane')}"


def _unused(t: Words, seen: Seen, asked: Seen | None) -> Iterator[str]:
    """The columns that neither the section nor that of its call-backs reads."""
    used = (*seen.names.values(), *(asked.names.values() if asked else ()))
    for column in seen.columns:
        if column.name not in used:
            about = f" ({t('about people')})" if column.personal else ""
            yield f"# {t('not used:')} {_string(shown_name(seen, column))}{about}"


def _values(t: Words, section: str, seen: Seen) -> Iterator[str]:
    """For each column of codes the office's words and the codes they stand for."""
    by_name = {column.name: column for column in seen.columns}
    for canonical, name in seen.names.items():
        alike = (by_name[each].words for key, each in seen.names.items() if _kind(key) == _kind(canonical))
        words = [word for word in dict.fromkeys(chain(*alike)) if word not in CODES.get((seen.table, canonical), ())]
        if words and canonical in VALUED and not by_name[name].personal:
            yield from ("", f"[{section}.values.{canonical}]")
            yield from (_value(t, seen.table, canonical, word) for word in words)


def _kind(column: str) -> str:
    """Whose words a column's are: a log names the tier that a ticket leaves and the one it comes to by the same."""
    return "tier" if column.endswith("_tier") else column


def _value(t: Words, table: str, column: str, word: str) -> str:
    """The line for a word of the office: with the code whose own word it is; else to be confirmed or filled in."""
    known = CODES.get((table, column))
    said = codes().get(_kind(column), {})
    code = next((code for code, words in said.items() if word in words.values() and (not known or code in known)), None)
    if code:
        return f'{_string(word)} = "{code}"'
    alike = [code for code, words in said.items() if _is_within(word, words["zh"]) and (not known or code in known)]
    if len(alike) == 1:
        return f'# {_string(word)} = "{alike[0]}"  # {t("if that is what it means")}'
    if known:
        empty = t("or an empty text, where such rows are to be passed over")
        return f'# {_string(word)} = "{" | ".join(sorted(known))}"' + (
            f"  # {empty}" if (table, column) in TELLING else ""
        )
    return f'# {_string(word)} = "…"  # {t("any code will do; without a line the word stays as it is")}'


def _is_within(word: str, known: str) -> bool:
    """Whether one of two words holds the other: 停车 and 停车管理, 12345热线 and 12345 热线."""
    word, known = ("".join(each.split()) for each in (word, known))
    return len(word) > 1 and (word in known or known in word)


def _key(name: str) -> str:
    """A TOML key, quoted where it must be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _string(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
