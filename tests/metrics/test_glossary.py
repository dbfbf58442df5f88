"""The glossary says of every metric what it is, and the document is that of this very catalogue."""

import pytest

from board.core.settings import PROJECT
from board.core.words import Words
from board.metrics.catalog import METRICS, VARIANTS
from board.metrics.definitions import SAID, settings_of
from board.metrics.glossary import document, facts, sql
from board.metrics.scope import Scope


def test_the_document_is_made_from_this_catalogue() -> None:
    assert (PROJECT / "docs" / "glossary.md").read_text("utf-8") == document(), "make glossary"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_its_facts_in_both_languages(name: str, lang: str) -> None:
    measure, t = METRICS[name], Words(lang)
    told = facts(t, measure)
    assert len({label for label, _ in told}) == len(told) >= 7 and all(label and text for label, text in told)
    assert t(measure.label) and t(measure.about) and sql(measure, Scope()).startswith("select ")
    assert set(settings_of(measure)) <= set(SAID)


def test_variants_are_of_metrics_that_there_are() -> None:
    assert set(VARIANTS) <= set(METRICS)
