"""The command line of the loading: python -m etl load, rebuild, status, held, inspect, rollback, sample."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from board.core.settings import LANGUAGES, PROJECT, data_folder, language
from board.core.warehouse import NoWarehouse
from board.core.words import Told, Words
from etl import held as held_rows
from etl import say, status
from etl.draft import draft, together
from etl.inbox import files_in
from etl.inspect import Seen, inspect
from etl.key import key
from etl.load import load
from etl.mart import BrokenMart
from etl.publish import lock, rollback
from etl.read import Unreadable, parts
from etl.sample import write as write_sample
from etl.sites import Folder, discover, ensure_some

EXAMPLES = """examples:
  python -m etl load                            new and changed files of every inbox
  python -m etl load export.csv --site laojie   one file from elsewhere
  python -m etl status --json
  python -m etl held --out held/                one CSV a source
"""


def main(argv: Sequence[str] | None = None) -> int:
    """0 done (also with held rows or nothing new), 1 a file or the publish was refused, 2 a wrong call."""
    arguments = _parser().parse_args(argv)
    t = Words(language(arguments.lang))
    try:
        return int(arguments.run(arguments, t))
    except BrokenPipeError:  # whoever reads us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NoWarehouse:
        say.complain(t("Nothing has been loaded yet; run python -m etl load."))
    except BrokenMart as error:
        say.complain(t("Nothing was published, because a check failed: {why}.", why=error))
    except Told as error:
        say.complain(t.told(error))
    except OSError as error:
        say.complain(f"{error.filename or data_folder()}: {error.strerror or error}")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m etl", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, default=None)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("load", parents=[shared], help="load new and changed files")
    command.add_argument("paths", nargs="*", type=_path, metavar="PATH", help="files or folders; none: every inbox")
    command.add_argument("--site", metavar="ID", help="only this site, to which each PATH belongs")
    command.set_defaults(run=_load, fresh=False)

    command = commands.add_parser("rebuild", parents=[shared], help="read every inbox anew")
    command.set_defaults(run=_load, fresh=True, paths=[], site=None)

    command = commands.add_parser("status", parents=[shared], help="what is loaded")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_status)

    command = commands.add_parser("held", parents=[shared], help="the held rows and why")
    command.add_argument("--out", type=_path, metavar="DIR", help="write one CSV a source")
    command.set_defaults(run=_held)

    command = commands.add_parser("inspect", parents=[shared], help="look at a file and draft its mapping")
    command.add_argument("file", type=_path, metavar="FILE")
    command.set_defaults(run=_inspect)

    command = commands.add_parser("rollback", parents=[shared], help="go back to the version before")
    command.set_defaults(run=_rollback)

    command = commands.add_parser("sample", parents=[shared], help="make the sample sites' exports")
    command.add_argument("--tickets", type=_positive, metavar="N", help="about this many tickets over all sites")
    command.add_argument(
        "--sites", type=int, choices=range(1, 6), metavar="N", help="only the first N of the five sites"
    )
    command.add_argument("--out", type=_path, metavar="DIR", help="a data folder; default: the project's data/")
    command.set_defaults(run=_sample)
    return parser


def _path(text: str) -> Path:
    if not text:  # as of a variable that is not set; to argparse it is the folder one is in
        raise argparse.ArgumentTypeError("an empty text names no file")
    return Path(text)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1 up")
    return int(text)


def _load(arguments: argparse.Namespace, t: Words) -> int:
    data, out = data_folder(), say.console()
    if arguments.site is None and ensure_some(data):
        say.line(out, t("No site in {folder}: the five sample sites were written there.", folder=data))
    folders, refused = discover(data)
    only, lost = _places(arguments.paths, folders, arguments.site) if arguments.paths else (None, [])
    if arguments.site is not None:
        known = ", ".join(folder.site.id for folder in folders) or "-"
        folders = [folder for folder in folders if folder.site.id == arguments.site]
        refused = [told for told in refused if told.values.get("site") == arguments.site]
        if refused or not folders:
            unknown = Told("There is no site '{site}'; known are {known}.", site=arguments.site, known=known)
            say.complain(t.told(refused[0] if refused else unknown))
            return 1 if refused else 2
    command = " ".join(["rebuild" if arguments.fresh else "load", *map(str, arguments.paths)])
    with lock(data), say.watched(out, t) as watch:
        outcome = load(data, folders, command, watch, only, arguments.fresh, [*refused, *lost])
    say.done(out, t, outcome, data, any(folder.totals_csv for folder in folders))
    return 1 if outcome.refused else 0


def _places(paths: list[Path], folders: list[Folder], site: str | None) -> tuple[dict[str, list[Path]], list[Told]]:
    """The files of each site, and a sentence for each path that is not there or belongs to no site."""
    only: dict[str, list[Path]] = {}
    lost: list[Told] = []
    for path in paths:
        inboxes = (folder.site.id for folder in folders if path.resolve().is_relative_to(folder.inbox.resolve()))
        lies_in = next(inboxes, None)
        owner = site or lies_in
        if not path.exists():
            lost.append(Told("{file}: There is no such file.", file=path))
        elif lies_in not in (None, owner):
            lost.append(Told("{file}: This lies in the inbox of {other}.", file=path, other=lies_in))
        elif owner is None:
            lost.append(Told("{file}: This lies in no inbox; say which site it belongs to with --site.", file=path))
        else:
            only.setdefault(owner, []).extend(files_in(path) if path.is_dir() else [path])
    return only, lost


def _status(arguments: argparse.Namespace, t: Words) -> int:
    now = status.status(data_folder(), or_nothing=arguments.json)
    if arguments.json:
        now["last_attempt"] = _said(now["last_attempt"], t)
        print(json.dumps(now, ensure_ascii=False, indent=1))
    else:
        say.stands(t, now)
    return 0


def _said(attempt: dict[str, Any], t: Words) -> dict[str, Any]:
    """An attempt with its refusals and notes as sentences."""
    told = ("refused", "notes")
    return attempt | {name: [t.told(Told.unpacked(each)) for each in attempt.get(name, [])] for name in told}


def _held(arguments: argparse.Namespace, t: Words) -> int:
    data = data_folder()
    rows, folders = status.held(data), discover(data)[0]
    secret = key(data, status.made_with(data))
    lost = held_rows.without_section(rows, folders)
    if lost:
        gone = Told("Held rows of sections or sites that are not there any more: {n}; a rebuild forgets them.", n=lost)
        say.complain(t.told(gone))
    if arguments.out and arguments.out.exists() and not arguments.out.is_dir():
        say.complain(t.told(Told("{file}: This is a file; name a folder.", file=arguments.out)))
        return 2
    if arguments.out:
        for path, lost in held_rows.write(rows, folders, secret, arguments.out, t.reasons):
            print(path)
            if lost:
                gone = Told("{file}: {n} rows are not in it: their files are not there (put them back), or say "
                            "something else by now (run python -m etl load first).", file=path, n=lost)  # fmt: skip
                say.complain(t.told(gone))
        if not rows:
            print(t("There are no held rows."))
    else:
        say.held(t, rows, held_rows.shown(rows, folders, secret))
    return 0


def _inspect(arguments: argparse.Namespace, t: Words) -> int:
    if arguments.file.is_dir():
        say.complain(t.told(Told("{file}: This is a folder; name a file.", file=arguments.file)))
        return 2
    if not arguments.file.is_file():
        say.complain(t.told(Told("{file}: There is no such file.", file=arguments.file)))
        return 2
    out = say.console(stderr=True)  # so that the draft alone can be sent to a file
    sections: set[str] = set()
    known: list[Seen] = []
    try:
        found = parts(arguments.file)
    except Unreadable as error:
        say.complain(t.told(error.of(arguments.file)))
        return 1
    unread = 0
    for part in found:
        try:
            seen = inspect(part)
        except Unreadable as error:
            say.complain(t.told(error.of(f"{arguments.file}/{part.member}" if part.member else arguments.file)))
            unread += 1
            continue
        known.append(seen)
        say.seen(out, t, seen)
    if known:
        say.line(out, t("Draft for sources.toml; correct it and put it beside site.toml:"))
    for kind in together(known):
        section, text = draft(kind, t, sections)
        sections.add(section)
        print("\n" + text)
    return 1 if unread else 0


def _rollback(arguments: argparse.Namespace, t: Words) -> int:
    with lock(data_folder()):
        print(t("Version {version} is current again.", version=rollback(data_folder()).version))
    return 0


def _sample(arguments: argparse.Namespace, t: Words) -> int:
    for file in write_sample(arguments.out or PROJECT / "data", arguments.tickets, arguments.sites):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
