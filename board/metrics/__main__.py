"""The command line of the numbers: python -m board.metrics list, show, totals."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from board.core.cells import safe
from board.core.settings import LANGUAGES, data_folder, language
from board.core.warehouse import NoWarehouse, Warehouse, current
from board.core.words import Told, Words
from board.metrics import tables, wording
from board.metrics.catalog import METRICS
from board.metrics.compare import KINDS, ask_compared, earlier, is_logged, working_days
from board.metrics.definitions import configured, definitions
from board.metrics.model import TIME, Measure, Rate
from board.metrics.query import Refused, ask, clause, find, span
from board.metrics.readings import ALL, Reading, ranks, readings
from board.metrics.reference import check_codes, names_of_units
from board.metrics.scope import Scope
from board.metrics.sites import own_words, period_of, sites, sites_of
from board.metrics.totals import totals

EXAMPLES = """examples:
  python -m board.metrics list
  python -m board.metrics show received self_rate --by lane --where site=laojie
  python -m board.metrics show on_time_rate --variant A --since 2023-01-01 --until 2024-01-01 --format json
  python -m board.metrics totals --site laojie
"""


def main(argv: Sequence[str] | None = None) -> int:
    """0 answered, 1 nothing loaded that can be read, or a total missed, 2 a wrong call."""
    arguments = _parser().parse_args(argv)
    t = Words(language(arguments.lang))
    try:
        return int(arguments.run(arguments, t))
    except BrokenPipeError:  # whoever reads us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NoWarehouse:
        print(t("Nothing has been loaded yet; run python -m etl load."), file=sys.stderr)
        return 1
    except Told as error:
        print(t.told(error), file=sys.stderr)
        return 2 if isinstance(error, Refused) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m board.metrics", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, default=None)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("list", parents=[shared], help="every metric and its definition")
    command.set_defaults(run=_list)

    command = commands.add_parser("show", parents=[shared], help="numbers")
    command.add_argument("metrics", nargs="+", metavar="METRIC")
    command.add_argument("--by", action="append", default=[], metavar="DIM")
    command.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    command.add_argument("--since", metavar="D", help="first day, as 2023-01-01")
    command.add_argument("--until", metavar="D", help="the day after the last")
    command.add_argument(
        "--variant", metavar="V", help="another reading of the metric, as A for on_time_rate; all: side by side"
    )
    command.add_argument("--compare", choices=KINDS)
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    command.set_defaults(run=_show)

    command = commands.add_parser("totals", parents=[shared], help="published figures beside computed ones")
    command.add_argument("--site", metavar="ID")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.set_defaults(run=_totals)
    return parser


def _list(arguments: argparse.Namespace, t: Words) -> int:
    for measure in METRICS.values():
        print(f"{measure.name}\t{t(measure.label)}\t{t(measure.about)}\t{wording.clock(t, measure.clock.name)}")
    return 0


def _mark(t: Words, warehouse: Warehouse) -> None:
    """Say that these are samples where they are, apart from the answer, whose form is fixed."""
    if any(site.settings.sample for site in sites(warehouse).values()):
        print(t("Sample: only the published totals are real"), file=sys.stderr)


def _show(arguments: argparse.Namespace, t: Words) -> int:
    warehouse = current(data_folder())
    asked = readings([find(name) for name in arguments.metrics], arguments.variant)
    measures = [reading.measure for reading in asked]
    scope = _scope(arguments)
    check_codes(warehouse, scope)
    if arguments.compare:
        frame = ask_compared(warehouse, measures, arguments.by, scope, arguments.compare)
        _say_uneven(t, warehouse, scope, arguments.compare)
        ripening = list(dict.fromkeys(t(measure.label) for measure in measures if measure.ripens))
        if ripening:
            aged = t("The earlier period is looked at when it was as old as this one is now.")
            print(f"{t(', ').join(ripening)}{t(': ')}{aged}", file=sys.stderr)
    else:
        frame = ask(warehouse, measures, arguments.by, scope)
    for measure in measures if arguments.variant == ALL and arguments.by else ():
        frame[f"{measure.name}_rank"] = ranks(frame, measure)
    _print(t, arguments, warehouse, scope, asked, frame)
    _mark(t, warehouse)
    return 0


def _print(
    t: Words, arguments: argparse.Namespace, warehouse: Warehouse, scope: Scope, asked: list[Reading],
    frame: pd.DataFrame,
) -> None:  # fmt: skip
    """The answer in the form that was asked for, and how the sites define what it rests on."""
    measures, known = [reading.measure for reading in asked], sites_of(warehouse, scope)
    words = Words(t.lang, own_words(known, t.lang))
    if arguments.format == "json":
        said = definitions(words, known, measures)
        print(json.dumps(_answer(frame, scope, warehouse, said), ensure_ascii=False, indent=1))
    elif arguments.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(frame.columns)
        writer.writerows([["" if cell is None else safe(cell) for cell in row.values()] for row in tables.rows(frame)])
    elif arguments.variant == ALL and not arguments.compare:
        tables.side_by_side(words, frame, asked, arguments.by, names_of_units(warehouse), known)
    else:
        if not arguments.compare:
            frame = _with_intervals(warehouse, frame, measures, arguments.by, scope)
        tables.answer(words, frame, asked, arguments.by, names_of_units(warehouse), known)
    for line in configured(words, known, measures) if arguments.format != "json" else ():
        print(line, file=sys.stderr if arguments.format == "csv" else sys.stdout)  # the form of a CSV is fixed


def _with_intervals(
    warehouse: Warehouse, frame: pd.DataFrame, measures: list[Measure], by: list[str], scope: Scope
) -> pd.DataFrame:
    """How sure each rate is, and, of one dimension, the band of each row."""
    from board.metrics.ranking import ranked  # distributions take as long to import as all the rest

    for measure in measures:
        if isinstance(measure, Rate):
            found = ranked(warehouse, measure, by, scope)
            columns = ["low", "high", *(["band"] if len(by) == 1 and not set(by) & set(TIME) else [])]
            named = found[[*by, *columns]].rename(columns={column: f"{measure.name}_{column}" for column in columns})
            frame = frame.merge(named, on=by, how="left") if by else frame.join(named)
    return frame


def _say_uneven(t: Words, warehouse: Warehouse, scope: Scope, kind: str) -> None:
    """Say apart from the answer, whose form is fixed, that the two periods have not as many working days, or that one
    was not logged whole."""
    if scope.since is None or scope.until is None:
        return
    chosen = sites_of(warehouse, scope)
    period, before = period_of(chosen, scope.since, scope.until), earlier(chosen, scope, kind)
    for site in chosen:
        now, then = (working_days(site, each) for each in (period, before))
        if now != then:
            said = t("{now} working days against {then}", now=now, then=then)
            print(f"{site.settings.name[t.lang]}{t(': ')}{said}", file=sys.stderr)
    if not is_logged(chosen, period, before):
        said = t("{since} to {until} was not logged, or not from its beginning: the change says little.",
                 since=before.since, until=before.until)  # fmt: skip
        print(said, file=sys.stderr)
    ends = [site.logged.until for site in chosen if site.logged]
    if ends and scope.since < max(ends) < scope.until:
        last = max(ends) - timedelta(1)
        print(t("The data end on {day}, within the period: it is not over.", day=last), file=sys.stderr)


def _scope(arguments: argparse.Namespace) -> Scope:
    where: dict[str, list[str]] = {}
    for dimension, codes in map(clause, arguments.where):
        where.setdefault(dimension, []).extend(codes)
    since, until = span(arguments.since, arguments.until)
    return Scope(since, until, tuple((dimension, tuple(codes)) for dimension, codes in where.items()))


def _answer(frame: pd.DataFrame, scope: Scope, warehouse: Warehouse, said: list[str]) -> dict[str, Any]:
    return {
        "scope": {
            "since": str(scope.since) if scope.since else None,
            "until": str(scope.until) if scope.until else None,
            "where": {dimension: list(codes) for dimension, codes in scope.where},
        },
        "version": warehouse.version,
        "sites": {
            site.id: {"as_of": str(site.as_of), "last_day": str(site.last_day)} for site in sites_of(warehouse, scope)
        },
        "definitions": said,
        "rows": tables.rows(frame),
    }


def _totals(arguments: argparse.Namespace, t: Words) -> int:
    warehouse = current(data_folder())
    known = sites(warehouse)
    if arguments.site is not None and arguments.site not in known:
        raise Refused("There is no site '{site}'; known are {known}.", site=arguments.site, known=", ".join(known))
    found = totals(warehouse, arguments.site)
    if arguments.format == "json":
        rows = [vars(total) | {"problem": total.problem and t.told(total.problem)} for total in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif found:
        tables.totals(t, found)
    else:
        print(t("No figure was published to compare with: they belong into control_totals.csv beside site.toml."))
    _mark(t, warehouse)
    return 0 if all(total.met or (total.note and not total.problem) for total in found) else 1


if __name__ == "__main__":
    sys.exit(main())
