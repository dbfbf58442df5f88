"""The rows behind a number: what was clicked, opened in a drawer with the same filters, to read and take away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from board.charts.theme import CONFIG
from board.core.warehouse import Warehouse
from board.metrics import rows
from board.metrics.catalog import METRICS
from board.metrics.model import SPANS, Formula, Measure, Metric, Rate, Spread
from board.metrics.periods import around, begin
from board.metrics.scope import Scope
from board.ui import asked, export
from board.ui.view import DIMENSION_LABELS, View

ASKED = "behind"  # in a session: what its reader has just clicked
SCREENFUL = 20  # rows
SHOWN = 1000  # rows in the drawer; the download has all of them
Where = tuple[tuple[str, str], ...]
COLUMNS = {  # mart → the columns that say what a row is
    "ticket": ("ticket_id", "lane", "category", "channel", "class", "entry", "steward", "reported_at", "tier",
               "resolved_at", "due_at", "outcome", "satisfaction"),
    "repeat": ("ticket_id", "lane", "category", "channel", "steward", "reported_at", "before_at"),
    "cycle": ("ticket_id", "cycle", "lane", "category", "steward", "began_at", "settled_at", "reopened_at"),
    "deliberation": ("ticket_id", "event", "lane", "category", "happened_at", "assessed_at", "deliberated_at",
                     "decided_at", "evaluated_at"),
    "unit": ("unit", "level", "community", "households", "open_from", "open_until"),
    "appointment": ("steward", "role", "unit", "community", "is_party", "is_retired", "from_day", "until_day"),
    "activity": ("activity_id", "kind", "network", "unit", "organisation", "steward", "started_at", "participants",
                 "beneficiaries"),
    "duty": ("unit", "organisation", "from_day", "last_day", "is_kept"),
    "indicator": ("name", "unit", "day", "value", "kind"),
}  # fmt: skip
LABELS = {  # column → what it is called, where it is no dimension
    "ticket_id": "Ticket", "reported_at": "Reported", "resolved_at": "Settled", "due_at": "Limit",
    "satisfaction": "How satisfied", "before_at": "Reported before", "cycle": "Cycle", "began_at": "Began",
    "settled_at": "Settled", "reopened_at": "Reopened", "event": "What happened", "happened_at": "When",
    "assessed_at": "Needs assessed", "deliberated_at": "Deliberated", "decided_at": "Decided",
    "evaluated_at": "Evaluated", "households": "Households", "open_from": "Since", "open_until": "Until",
    "is_party": "Party member", "is_retired": "Retired cadre", "from_day": "Since", "until_day": "Until",
    "activity_id": "Activity", "started_at": "When", "participants": "Participants",
    "beneficiaries": "Beneficiaries", "last_day": "Last day", "is_kept": "Kept", "value": "Value",
}  # fmt: skip


@dataclass(frozen=True)
class Click:
    """A number that was clicked: of which metric, and which row, bar or point it stands for (dimension, code)."""

    metric: str
    where: Where = ()


def button(view: View, measure: Measure, n: Any) -> None:
    """Under a number: how many cases it rests on (None: it is their number itself), which opens their rows."""
    label = view.t("Rows") if n is None or pd.isna(n) else view.t("n = {n}", n=view.t.number(n))
    key = f"rows-of-{measure.name}"
    st.button(label, key=key, type="tertiary", icon=":material/list:", on_click=_open, args=(key, Click(measure.name)))


def show(view: View) -> None:
    """Open what was clicked just now, once."""
    click = st.session_state.pop(ASKED, None)
    if click:
        measure = METRICS[click.metric]
        places = [view.label(dimension, code) for dimension, code in click.where]
        when = [] if any(dimension in SPANS for dimension, _ in click.where) else [view.when]
        title = " · ".join([view.t(measure.label), *(places or [view.place]), *when])
        st.dialog(title, width="large", position="right")(_drawer)(view, measure, narrowed(view.scope, click.where))


def narrowed(scope: Scope, where: Where) -> Scope:
    """The scope of one row, bar or point: its code is the only one let through, its period the whole period."""
    for dimension, code in where:
        if dimension in SPANS:
            period = around(dimension, begin(dimension, code))
            scope = scope.within(period.since, period.until)
        else:
            scope = scope.only(dimension, code)
    return scope


def counts(measure: Measure) -> tuple[Metric, ...]:
    """What of a metric has rows: itself, part and whole of a rate, what a formula is made of."""
    if isinstance(measure, Rate):
        return (measure.whole, measure.part)
    if isinstance(measure, Formula):
        return tuple(dict.fromkeys(measure.of))
    return (measure.count,) if isinstance(measure, Spread) else (measure,)


@asked.remembered(100)
def _found(warehouse: Warehouse, metric: Metric, scope: Scope) -> tuple[int, pd.DataFrame]:
    return rows.counted(warehouse, metric, scope), rows.behind(warehouse, metric, scope, SHOWN)


def _drawer(view: View, measure: Measure, scope: Scope) -> None:
    t, offered = view.t, counts(measure)
    which = 0
    if len(offered) > 1:
        words = [t("Whole"), t("Part")] if isinstance(measure, Rate) else [t(each.label) for each in offered]
        picked = st.segmented_control(
            t("Rows of"), list(range(len(offered))), default=0, required=True, format_func=words.__getitem__,
            key="behind-of", label_visibility="collapsed",
        )  # fmt: skip
        which = picked or 0
    metric = offered[which]
    all_rows, frame = _found(view.warehouse, metric, scope)
    said = [t("{n} rows", n=t.number(all_rows))]
    if len(frame) < min(all_rows, SHOWN):
        said.append(t("those of sensitive categories are counted, not opened"))
    if all_rows > SHOWN:
        said.append(t("the first {n} are shown, the download has all of them", n=t.number(SHOWN)))
    st.markdown(f"**{said[0]}**{t('; ') if said[1:] else ''}{t('; ').join(said[1:])}")
    if frame.empty:
        return
    told = worded(view, metric, frame)
    height = 37 + 35 * min(len(told), SCREENFUL)
    st.dataframe(
        told, hide_index=True, key="behind-rows", height=height, alt=", ".join(told.columns), placeholder="—"
    )  # fmt: skip
    every = partial(_all, view, metric, scope)
    export.buttons(view, partial(export.rows, view, measure, scope, every), f"rows-{measure.name}")


def _all(view: View, metric: Metric, scope: Scope) -> pd.DataFrame:
    return worded(view, metric, rows.behind(view.warehouse, metric, scope))


def worded(view: View, metric: Metric, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows as a reader reads them: the columns that matter, in words."""
    chosen = [*(["site"] if view.site is None else []), *COLUMNS[metric.mart.name]]
    told = {}
    for column in chosen:
        label = view.t(LABELS[column]) if column in LABELS else view.dimension(column)
        cells = zip(frame[column], frame["site"], strict=True)
        told[label] = [_cell(view, column, value, site) for value, site in cells]
    return pd.DataFrame(told)


def _cell(view: View, column: str, value: Any, site: str) -> Any:
    """A value in words; a number as it is."""
    t = view.t
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, datetime):
        return None if value.year == 9999 else t.moment(value) if column.endswith("_at") else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if column in ("unit", *DIMENSION_LABELS, "event", "satisfaction"):
        return view.label(column, str(value), site) if value != "" else None
    return value


def places(frame: pd.DataFrame, by: str) -> list[Where]:
    """What each row of an answer by a dimension stands for: its code, and its site where that is said."""
    keys = [column for column in ("site", by) if column in frame]
    codes = frame[keys].astype(str).itertuples(index=False, name=None)
    return [tuple(zip(keys, row, strict=True)) for row in codes]


def link(said: str, key: str, click: Click) -> None:
    """A sentence that opens rows."""
    st.button(
        said, key=key, type="tertiary", icon=":material/arrow_forward:", icon_position="right", wrap=True,
        on_click=_open, args=(key, click),
    )  # fmt: skip


def chart(figure: Any, key: str, alt: str, clicks: Sequence[Click]) -> None:
    """A figure whose bars and points open their rows; each has, second in its custom data, its place in `clicks`."""
    drawn = _drawn(key)

    def chosen() -> None:
        points = st.session_state[drawn]["selection"]["points"]
        place = points[0].get("customdata", [None, None])[1] if points else None
        if isinstance(place, int) and 0 <= place < len(clicks):  # it comes from the browser
            _open(key, clicks[place])

    st.plotly_chart(
        figure, config=CONFIG, key=drawn, theme=None, alt=alt, on_select=chosen, selection_mode="points",
    )  # fmt: skip


def table(frame: pd.DataFrame, key: str, clicks: Callable[[int, str], Click | None], **look: Any) -> None:
    """A table whose cells open their rows: `clicks` says what a cell (row, column) stands for."""
    drawn = _drawn(key)

    def chosen() -> None:
        cells = st.session_state[drawn]["selection"]["cells"]
        row, column = cells[0] if cells else (-1, "")
        click = clicks(row, column) if 0 <= row < len(frame) else None
        if click:
            _open(key, click)

    st.dataframe(
        frame, hide_index=True, key=drawn, on_select=chosen, selection_mode="single-cell",
        alt=", ".join(map(str, frame.columns)), **look,
    )  # fmt: skip


def _open(key: str, click: Click) -> None:
    """The frame, which is drawn next, opens the drawer; and the thing is drawn anew, so that the same place may be
    clicked again."""
    st.session_state[ASKED] = click
    st.session_state[f"drawn-{key}"] = st.session_state.get(f"drawn-{key}", 0) + 1


def _drawn(key: str) -> str:
    """The key under which a thing is drawn now."""
    return f"{key}-{st.session_state.get(f'drawn-{key}', 0)}"
