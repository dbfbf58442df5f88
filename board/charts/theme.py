"""The one look of every figure: colours that stay with their thing, light grid, no ornament."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True)
class Scheme:
    """The colours of a light or dark page; all text pairs reach AA contrast on `paper`."""

    ink: str
    grey: str
    rule: str
    paper: str
    things: dict[str, str]
    series: tuple[str, ...]
    ramp: tuple[str, ...]  # tiers, from steward to department

    def of(self, name: str, place: int = 0) -> str:
        """The colour of a thing, else the next of the series."""
        return self.things.get(name, self.series[place % len(self.series)])


LIGHT = Scheme(
    ink="#1c2b33", grey="#5b6870", rule="#e2e6e4", paper="#fdfdfc",
    things={
        "received": "#56677a", "resolved": "#0f766e", "open": "#b7791f", "falling_due": "#b7791f", "overdue": "#b42318",
        "self_resolved": "#0f766e", "escalated": "#4a5bb5", "in_hand": "#c9a86a", "dissatisfied": "#b42318",
        "self_rate": "#0f766e", "escalation_rate": "#4a5bb5",
    },
    series=("#0f766e", "#4a5bb5", "#b7791f", "#56677a", "#8a4f7d"),
    ramp=("#b6ddd7", "#8cc5be", "#62aca5", "#3c938c", "#1c7a73", "#0a605a", "#064944", "#03332f", "#01211e"),
)  # fmt: skip
DARK = Scheme(
    ink="#e6ecee", grey="#a3b1b8", rule="#2b373d", paper="#12191d",
    things={
        "received": "#9fb0c3", "resolved": "#2dd4bf", "open": "#e2ab4f", "falling_due": "#e2ab4f", "overdue": "#ff8a7a",
        "self_resolved": "#2dd4bf", "escalated": "#8e9cf0", "in_hand": "#d9bf8c", "dissatisfied": "#ff8a7a",
        "self_rate": "#2dd4bf", "escalation_rate": "#8e9cf0",
    },
    series=("#2dd4bf", "#8e9cf0", "#e2ab4f", "#9fb0c3", "#cf94c2"),
    ramp=("#d5f5ef", "#a9e6dc", "#7fd5c9", "#58c2b5", "#38ab9e", "#2f9c90", "#288d82", "#217e74", "#1b7067"),
)  # fmt: skip
FONT = "'Source Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}


def figure(scheme: Scheme, height: int) -> go.Figure:
    """An empty figure in the house style."""
    made = go.Figure()
    made.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": scheme.ink, "size": 13, "family": FONT},
        colorway=list(scheme.series),
        showlegend=False,
        dragmode=False,
        hoverlabel={"bgcolor": scheme.paper, "font": {"color": scheme.ink}, "bordercolor": scheme.rule},
        xaxis={"gridcolor": scheme.rule, "linecolor": scheme.rule, "fixedrange": True, "automargin": True},
        yaxis={"gridcolor": scheme.rule, "zerolinecolor": scheme.rule, "fixedrange": True, "automargin": True},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"color": scheme.ink}},
    )
    return made
