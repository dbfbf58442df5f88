"""The figures of the board: trends, parts over time, ranked bars."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from board.charts.theme import Scheme, figure


@dataclass(frozen=True)
class Line:
    """One series: its label and colour name, one value a period (None: no sample), what hovering says, and where in all
    the points of the figure its own begin."""

    name: str
    label: str
    values: Sequence[float | None]
    hover: Sequence[str]
    begins: int = 0

    @property
    def points(self) -> list[tuple[str, int]]:
        """Of each point what hovering says, and its place among all."""
        return [(said, self.begins + place) for place, said in enumerate(self.hover)]


def trend(scheme: Scheme, periods: Sequence[str], lines: Sequence[Line], share: bool, partial: bool) -> go.Figure:
    """Lines over time, labelled at their end; a last period that is not over is hollow and dashed."""
    made = figure(scheme, 300)
    for place, line in enumerate(lines):
        colour = scheme.of(line.name, place)
        whole = len(periods) - (1 if partial else 0)
        made.add_scatter(
            x=list(periods[:whole]), y=list(line.values[:whole]), mode="lines+markers", name=line.label,
            line={"color": colour, "width": 2.5}, marker={"size": 6}, customdata=line.points[:whole],
            hovertemplate="%{customdata[0]}<extra></extra>", connectgaps=False, cliponaxis=False,
        )  # fmt: skip
        if partial:
            made.add_scatter(
                x=list(periods[-2:]), y=list(line.values[-2:]), mode="lines+markers", name=line.label,
                line={"color": colour, "width": 2, "dash": "dot"}, showlegend=False,
                marker={"size": [0, 8], "symbol": "circle-open"}, customdata=line.points[-2:],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )  # fmt: skip
    top = max((value for line in lines for value in line.values if value is not None), default=1)
    if share:
        low = min((value for line in lines for value in line.values if value is not None), default=0)
        made.update_yaxes(tickformat=".0%", range=[0 if low < 0.5 else max(0, low - 0.1), min(1.02, top + 0.08)])
    else:
        made.update_yaxes(range=[0, top * 1.12 or 1])
    _few_ticks(made, periods)
    _end_labels(made, scheme, lines, made.layout.yaxis.range)
    return made


def _end_labels(made: go.Figure, scheme: Scheme, lines: Sequence[Line], span: Sequence[float]) -> None:
    """Each line's label beside its last value, moved apart where two would touch; none where there is no value."""
    if len(lines) < 2:
        return
    known = [[value for value in line.values if value is not None] for line in lines]
    last = [(values[-1], place) for place, values in enumerate(known) if values]
    gap, floor, ceiling = (span[1] - span[0]) * 0.09, float("-inf"), float(span[1])
    heights: list[float] = []
    for value, _ in sorted(last):
        floor = max(value, floor + gap)
        heights.append(floor)
    for place in reversed(range(len(heights))):  # pushed up past the top: move down again, in order
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - gap
    for height, (_, place) in zip(heights, sorted(last), strict=True):
        made.add_annotation(
            x=1, xref="paper", y=height, text=lines[place].label, showarrow=False, xanchor="left", xshift=8,
            font={"color": scheme.of(lines[place].name, place), "size": 13},
        )  # fmt: skip
    made.update_layout(margin={"r": 22 + max(_width(line.label) for line in lines)})


def _width(label: str) -> int:
    """About how many pixels a label needs: Chinese characters are twice as wide as Latin ones."""
    return sum(13 if ord(character) > 0x2E80 else 7 for character in label)


def stacked(scheme: Scheme, periods: Sequence[str], lines: Sequence[Line]) -> go.Figure:
    """Parts of a whole over time as stacked counts."""
    made = figure(scheme, 300)
    for place, line in enumerate(lines):
        made.add_bar(
            x=list(periods), y=list(line.values), name=line.label, marker={"color": scheme.of(line.name, place)},
            customdata=line.points, hovertemplate="%{customdata[0]}<extra></extra>",
        )  # fmt: skip
    made.update_layout(barmode="stack", showlegend=True, bargap=0.25, legend={"traceorder": "normal"})
    _few_ticks(made, periods)
    return made


def bars(
    scheme: Scheme, labels: Sequence[str], line: Line, notes: Sequence[str], colours: Sequence[str] | None = None
) -> go.Figure:
    """Horizontal bars from the top down, the value and its n written at the right."""
    made = figure(scheme, 60 + 30 * max(1, len(labels)))
    top = max((value for value in line.values if value is not None), default=0)
    made.add_bar(
        x=[value or 0 for value in line.values], y=list(labels), orientation="h", text=list(notes),
        textposition="outside", cliponaxis=False, textfont={"color": scheme.ink},
        marker={"color": list(colours) if colours else scheme.of(line.name)}, customdata=line.points,
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    made.update_xaxes(range=[0, top * 1.6 or 1], showticklabels=False, showgrid=False, zeroline=False)
    made.update_yaxes(autorange="reversed", showgrid=False, type="category")
    made.update_layout(bargap=0.35)
    return made


def _few_ticks(made: go.Figure, periods: Sequence[str]) -> None:
    """At most four labels, or three wide ones (Chinese), the last one among them, so that they fit a phone."""
    step = max(1, -(-len(periods) // (4 if "".join(periods).isascii() else 3)))
    shown = list(periods[::-1][::step])[::-1]
    made.update_xaxes(type="category", tickvals=shown, showgrid=False, tickangle=0)
