"""The frame every page stands in: navigation, language, filters, banner, and what to do when nothing is loaded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import streamlit as st

from board.charts.theme import DARK, LIGHT
from board.core.settings import PROJECT, data_folder
from board.core.warehouse import NoWarehouse, Warehouse, current
from board.core.words import Told, Words
from board.metrics.catalog import DIMENSIONS
from board.metrics.scope import Scope
from board.metrics.sites import Site, opening_site, own_words, sites
from board.ui import asked, behind, filters
from board.ui.address import ALL_SITES, FILTERS, Address, read
from board.ui.view import View

ICON = str(Path(__file__).with_name("icon.png"))
GROUPS = {
    "Board": {
        "overview": ("Overview", ":material/dashboard:"),
        "resolution": ("Resolution", ":material/task_alt:"),
        "escalation": ("Escalation", ":material/stairs:"),
        "workload": ("Workload", ":material/groups:"),
        "satisfaction": ("Satisfaction", ":material/sentiment_satisfied:"),
        "activities": ("Activities and turns", ":material/diversity_3:"),
    },
    "Definitions and quality": {
        "quality": ("Data quality", ":material/fact_check:"),
        "glossary": ("Glossary", ":material/menu_book:"),
    },
}
FRAME = "frame"  # set in a session once dashboard.py has drawn the frame
Progress = Callable[[str, int, int], None]
Build = Callable[[Path, Progress], None]


def run(build: Build) -> None:
    """Show the page that was asked for, building a warehouse first where there is none."""
    t = _words(read(_query())[0])
    st.set_page_config(t("Lane Board"), ICON, layout="wide")
    page = st.navigation(_pages(t), position="hidden")
    st.session_state[FRAME] = True
    try:
        sites(current(data_folder()))
    except NoWarehouse:
        _first_opening(t, build)
    except Told as error:
        st.title(t("Lane Board"))
        st.error(t.told(error))
        _stop(t)
    page.run()
    _foot(t)


def _foot(t: Words) -> None:
    """The last line of every page: whoever sees it has the whole page."""
    with st.container(key="foot"):
        st.caption(t("Lane Board: every number is defined once, in the glossary."))


def _stop(t: Words) -> NoReturn:
    _foot(t)
    st.stop()


def _pages(t: Words) -> list[st.Page]:
    """Every page at its own path, and the door at `/`, which leads to the overview with its parameters kept."""
    pages = [
        # an icon here would be fetched as favicon from outside
        st.Page(PROJECT / "pages" / f"{name}.py", title=t(title), url_path=name)
        for group in GROUPS.values()
        for name, (title, _) in group.items()
    ]

    def door() -> None:
        st.switch_page(pages[0], query_params=_query())

    return [st.Page(door, title=t("Lane Board"), default=True, visibility="hidden"), *pages]


def _query() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _words(address: Address) -> Words:
    """The language of the link, else the browser's, else Chinese."""
    browser = (st.context.locale or "zh").lower()
    return Words(address.lang or ("zh" if browser.startswith("zh") else "en"))


def _first_opening(t: Words, build: Build) -> None:
    """Build the sample before the eyes of whoever opens the board first, or say what to do."""
    st.title(t("Lane Board"))
    try:
        with st.status(t("Nothing has been loaded yet: building the sample sites…")) as status:
            build(data_folder(), lambda what, done, of: status.update(label=t("Loading {what}", what=what)))
    except Told as error:
        st.info(t.told(error), icon=":material/info:")
        st.button(t("Try again"))
        _stop(t)
    except OSError as error:
        st.error(t("The data folder cannot be written: {why}", why=error.strerror or error))
        _stop(t)
    st.rerun()


def open(title: str, question: str) -> View:
    """Draw the frame of a page and answer with the view the reader asked for."""
    if FRAME not in st.session_state:  # a deep link that came before anyone opened the door
        st.navigation(_pages(_words(read(_query())[0])), position="hidden")
        st.rerun()
    warehouse = _warehouse()
    address, wrong = read(_query())
    t = _words(address)
    view, unknown = _view(t, warehouse, address)
    _sidebar(view)
    st.title(t(title), anchor=False)
    st.caption(t(question))
    filters.bar(view)
    for parameter in dict.fromkeys([*wrong, *unknown]):
        st.warning(
            t("The link's '{name}' is not known here and was left out.", name=parameter), icon=":material/link_off:"
        )
    _facts(view)
    behind.show(view)
    return view


def _warehouse() -> Warehouse:
    try:
        return current(data_folder())
    except NoWarehouse:
        st.rerun()


def _view(t: Words, warehouse: Warehouse, address: Address) -> tuple[View, list[str]]:
    """The view of an address, and the parameters that name what this version does not have."""
    every = sites(warehouse)
    unknown: list[str] = []
    if address.site not in (None, ALL_SITES, *every):
        unknown.append("site")
        address = replace(address, site=None)
    chosen = address.site or opening_site(every)
    site = every.get(chosen) if chosen else None
    for dimension in FILTERS:
        known = filters.known_codes(warehouse, site, dimension)
        kept = tuple(code for code in address.codes(dimension) if code in known)
        if kept != address.codes(dimension):
            unknown.append(dimension)
            address = address.filtered(dimension, kept)
    if address.by not in (None, *DIMENSIONS):
        unknown.append("by")
    address = replace(address, site=chosen, lang=t.lang)
    since, until = _span(warehouse, site, address)
    scope = Scope(since, until, ((("site", (site.id,)),) if site else ()) + address.where)
    return _looked(t, warehouse, address, site, every, scope), unknown


def _span(warehouse: Warehouse, site: Site | None, address: Address) -> tuple[date | None, date | None]:
    if address.everything or (address.since and address.until):
        return address.since, address.until
    period = asked.opening_period(warehouse, site) if site else None
    return (period.since, period.until) if period else (None, None)


def _looked(
    t: Words, warehouse: Warehouse, address: Address, site: Site | None, every: dict[str, Site], scope: Scope
) -> View:
    listed = [(each, unit) for each in ([site] if site else every.values()) for unit in asked.units(warehouse, each.id)]
    own = own_words([site] if site else every.values(), t.lang)
    called = (("tier", "steward", site.settings.steward_name[t.lang].capitalize()),) if site else ()
    compare = address.compare or "previous"
    return View(
        t=Words(t.lang, own + called),
        warehouse=warehouse,
        site=site,
        sites=every,
        scope=scope,
        compare=None if compare == "none" or scope.since is None else compare,
        address=address,
        scheme=DARK if st.context.theme.type == "dark" else LIGHT,
        units={(each.id, unit.code): unit.name for each, unit in listed},
        higher=frozenset((each.id, unit.code) for each, unit in listed if unit.level not in each.settings.lane),
    )


def _sidebar(view: View) -> None:
    """Navigation in its groups and the other language; every link keeps the view."""
    t, query = view.t, view.address.parameters()
    with st.sidebar:
        st.markdown(f"### {t('Lane Board')}")
        for group, pages in GROUPS.items():
            st.caption(t(group))
            for path, (title, icon) in pages.items():
                st.page_link(
                    str(PROJECT / "pages" / f"{path}.py"),
                    label=t(title),
                    icon=icon,
                    query_params=query,
                    width="stretch",
                )
        st.divider()
        with st.container(horizontal=True):
            for lang, word in (("zh", "中文"), ("en", "English")):
                st.button(
                    word, key=f"lang-{lang}", type="tertiary", disabled=lang == t.lang,
                    on_click=filters.go, args=(replace(view.address, lang=lang),),
                )  # fmt: skip


def _facts(view: View) -> None:
    """The sample banner, and how fresh and how complete the data are."""
    t = view.t
    if any(site.settings.sample for site in view.looked):
        st.markdown(f":orange-badge[{t('Sample: only the published totals are real')}]")
    facts = []
    if view.site and view.site.as_of:
        facts.append(t("data as of {moment}", moment=t.moment(view.site.as_of)))
    facts.append(t("version {version}", version=view.warehouse.version))
    held = asked.held(view.warehouse, view.site.id if view.site else None)
    if held:
        facts.append(t("{n} rows held", n=t.number(held)))
    st.caption(" · ".join([view.place, *view.against, *facts]))
    if view.outside:
        st.info(t("Nothing has been logged in this period yet: choose another one."), icon=":material/event_busy:")
