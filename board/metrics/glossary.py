"""What every metric means, fact by fact, for the glossary page and docs/glossary.md, which `make glossary` writes."""

import sys
from collections.abc import Callable, Iterator

from board.core.settings import LANGUAGES
from board.core.words import Words
from board.metrics import wording
from board.metrics.catalog import SUBJECTS
from board.metrics.definitions import settings_of
from board.metrics.model import Formula, Measure, Metric, Rate, Spread
from board.metrics.readings import variants
from board.metrics.scope import Scope
from board.metrics.statement import compile_question

UNITS = {
    "count": "a count", "share": "a share, shown in per cent", "hours": "hours", "score": "points",
    "number": "a number",
}  # fmt: skip
BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither is better"}
NEEDS = {
    "ladder": "a ladder of tiers", "steps": "a log of steps", "answers": "first responses",
}  # fmt: skip
HEAD = """# 指标词典 · Glossary

本文件由 `make glossary` 从 board/metrics/catalog 生成，请勿手改。 · Made from board/metrics/catalog by `make glossary`;
not to be edited by hand.
"""


def facts(t: Words, measure: Measure, dimension: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """What is to be known of a metric besides its definition: label, text (Markdown); a dimension by its code, or as it
    is called."""
    found = [
        (t("When it counts"), wording.clock(t, measure.clock.name)),
        (t("Unit of measure"), t(UNITS[measure.unit])),
        (t("Direction"), t(BETTER[measure.better])),
        (t("How sure"), _sure(t, measure)),
        (t("Computed as"), f"`{_computed(measure)}`{_cut(t, measure)}"),
        (t("Mart"), ", ".join(dict.fromkeys(f"mart.{part.mart.name}" for part in leaves(measure)))),
        (t("Can be split by"), ", ".join(map(dimension, measure.dimensions))),
    ]
    if measure.ripens:
        found.append((t("Ripens"), t("its change is that at the same age")))
    if measure.site_has:
        found.append((t("Applies"), t("where the site has {what}", what=t(NEEDS[measure.site_has]))))
    if variants(measure):
        found.append((t("Other readings (--variant)"), ", ".join(variants(measure))))
    if settings_of(measure):
        found.append((t("Set in site.toml"), ", ".join(settings_of(measure))))
    return found


def _sure(t: Words, measure: Measure) -> str:
    if isinstance(measure, Rate):
        n = t("n = {n}", n=t(measure.whole.label) if measure.whole.label else measure.whole.name)
        if measure.squares:
            return f"{n}{t('; ')}{t('95 % interval from the spread of the answers, from ten on')}"
        return f"{n}{t('; ')}{t('95 % interval after Wilson')}"
    if measure.n:
        return f"{t('n = {n}', n=t(measure.n.label))}{t('; ')}{t('no interval')}"
    return t("no interval")


def leaves(measure: Measure) -> tuple[Metric, ...]:
    """Every metric that is asked of the warehouse for it."""
    return (*measure.parts, measure.lanes) if isinstance(measure, Spread) else measure.parts


def _computed(measure: Measure) -> str:
    """The one line it is computed by: of a rate its parts, of a formula the formula, of a count its SQL."""
    if isinstance(measure, Rate):
        return f"{measure.part.name.lstrip('_')} / {measure.whole.name.lstrip('_')}"
    if isinstance(measure, Formula | Spread):
        return measure.said
    return measure.line


def _cut(t: Words, measure: Measure) -> str:
    """What {cut} is, where the line has one."""
    if "{cut}" not in _computed(measure):
        return ""
    return t("; {cut} is the data's date, or an earlier moment where periods are compared at the same age",
             cut="`{cut}`")  # fmt: skip


def sql(measure: Measure, scope: Scope) -> str:
    """The statement that is asked for it in a scope; the values bound to it stand as ?."""
    return compile_question(leaves(measure), (), scope).sql


def document() -> str:
    """All of it in both languages, as Markdown."""
    return "\n".join([HEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    spoken = [Words(lang) for lang in LANGUAGES]
    for subject, measures in SUBJECTS.items():
        yield f"## {' · '.join(t(subject) for t in spoken)}\n"
        for measure in measures.values():
            yield f"### `{measure.name}` {' · '.join(t(measure.label) for t in spoken)}\n"
            for t in spoken:
                told = "".join(f"  \n{label}{t(': ')}{text}" for label, text in facts(t, measure))
                yield f"{t(measure.about)}{told}\n"
            lines = "\n".join(
                f"{part.name}: {part.line} [mart.{part.mart.name}"
                f"{f', {part.clock.only}' if part.clock.only else ''}, {part.clock.day}]"
                for part in leaves(measure)
            )
            yield f"```sql\n{lines}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(document())
