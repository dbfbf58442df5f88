"""Numbers in rows and columns, to sort, search and take away."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from board.core.words import half_up, percent
from board.metrics import wording
from board.metrics.model import Measure
from board.ui import behind, export
from board.ui.view import View

SCREENFUL = 20  # rows


def folded(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str, key: str) -> None:
    """The numbers of a chart, folded away beneath it."""
    with st.expander(view.t("Table and download"), key=f"fold-{key}", on_change="rerun") as fold:
        if fold.open:
            grid(view, measures, frame, by, key)


def _rounded(measure: Measure, cell: float) -> float:
    """A number as cards and charts round it too; the download has all of its digits."""
    if math.isnan(cell):
        return cell
    digits = wording.digits(measure, cell)
    return float(percent(cell, digits) if measure.unit == "share" else half_up(cell, digits))


def grid(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str, key: str) -> None:
    """The numbers as they are formatted on screen, and the button to take them away."""
    t = view.t
    told = pd.DataFrame({view.dimension(by): [view.row_label(by, row) for _, row in frame.iterrows()]})
    config: dict[str, Any] = {}
    for measure in measures:
        label, cells = t(measure.label), frame[measure.name].astype("float64")
        told[label] = [_rounded(measure, cell) for cell in cells]
        digits = max((wording.digits(measure, cell) for cell in cells.dropna()), default=0)
        form = f"%.{digits}f" + (" %%" if measure.unit == "share" else "")
        unit = f" ({t('hours')})" if measure.unit == "hours" else ""
        config[label] = st.column_config.NumberColumn(label + unit, format=form, help=t(measure.about))
        if f"{measure.name}_n" in frame:
            told[f"n · {label}"] = frame[f"{measure.name}_n"].to_numpy()
            config[f"n · {label}"] = st.column_config.NumberColumn(f"n · {label}", format="%d")
    shown = {label: measure.name for measure in measures for label in (t(measure.label), f"n · {t(measure.label)}")}
    places = behind.places(frame, by)

    def clicks(row: int, column: str) -> behind.Click | None:
        return behind.Click(shown[column], places[row]) if column in shown else None

    height = min(37 + 35 * len(told), 422)
    behind.table(told, f"grid-{key}", clicks, column_config=config, height=height, placeholder="—")
    export.buttons(view, partial(export.table, view, measures, frame, by), key)


def listing(records: list[dict[str, Any]]) -> None:
    """A table as high as its rows, up to a screenful."""
    frame = pd.DataFrame(records)
    rows_shown = min(len(frame), SCREENFUL)
    st.dataframe(frame, hide_index=True, height=37 + 35 * rows_shown, alt=", ".join(map(str, frame.columns)))
