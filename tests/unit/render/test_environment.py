"""Templates of a site's own, and what becomes of their mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.markdown import Document, Slot
from otdi_site.render import Renderer, check_templates
from otdi_site.render.environment import allowed_url, escape_quickly
from tests.unit.render.sample_site import PROJECT, make_dataset, make_page, text_of

Overriding = Callable[[dict[str, str]], Renderer]


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Those of an overriding renderer."""
    return [tmp_path / "templates", PROJECT / "templates"]


@given(st.text())
def test_quick_escaping_is_markupsafes(text: str) -> None:
    assert escape_quickly(text) == str(escape(text))
    assert escape_quickly(Markup(text)) == text


def test_what_is_not_text_is_escaped_by_what_it_says() -> None:
    assert escape_quickly(12) == "12"
    assert escape_quickly([Markup("<b>"), "<"]) == str(escape([Markup("<b>"), "<"]))


@pytest.mark.parametrize("url", ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_urls_that_run_something_are_dropped(url: str) -> None:
    assert allowed_url(url) is None


def test_a_sites_template_wins_and_may_build_upon_the_projects(overriding: Overriding) -> None:
    own = '{% extends "project/dataset.html" %}\n{% block title %}Mine: {{ super() }}{% endblock %}\n'
    html = text_of(overriding({"dataset.html": own}).render_dataset(make_dataset(), ()))
    assert "<title>Mine: Tides of a made-up sea" in html
    assert "How to" not in html
    assert "<h2>Facts</h2>" in html


def test_a_site_may_add_layouts_and_slots(overriding: Overriding) -> None:
    renderer = overriding({"pages/poster.html": "<p>{{ page.title }}</p>\n", "slots/clock.html": "now\n"})
    assert {"poster", "page", "home", "catalog", "default"} <= renderer.layouts
    assert {"clock", "contribution-email"} <= renderer.slots
    assert text_of(renderer.render_page(make_page(layout="poster"))) == "<p>Guide</p>"


def problem_of(rendered: bytes | Diagnostic) -> Diagnostic:
    assert isinstance(rendered, Diagnostic)
    return rendered


def test_an_undefined_value_is_reported_at_its_line(overriding: Overriding) -> None:
    renderer = overriding({"pages/page.html": "<p>\n{{ page.titel }}\n</p>\n"})
    problem = problem_of(renderer.render_page(make_page()))
    assert (str(problem.mark), problem.code) == ("templates/pages/page.html:2", "OTD302")
    assert "titel" in problem.message


def test_a_mistake_in_an_included_template_is_reported_there(overriding: Overriding) -> None:
    renderer = overriding({"slots/contribution-email.html": "<p>\n\n{{ 1 / 0 }}\n"})
    problem = problem_of(renderer.render_page(make_page()))
    assert (str(problem.mark), problem.code) == ("templates/slots/contribution-email.html:3", "OTD303")
    assert "division by zero" in problem.message


def test_a_mistake_in_a_fact_is_reported_there(overriding: Overriding) -> None:
    problem = problem_of(
        overriding({"facts/size.html": "{{ value.weight }}\n"}).render_dataset(make_dataset(row_count=None), ())
    )
    assert (str(problem.mark), problem.code) == ("templates/facts/size.html:1", "OTD302")


def test_a_template_that_is_not_there_is_reported_where_it_is_named(
    overriding: Overriding, folders: list[Path]
) -> None:
    renderer = overriding({"pages/page.html": 'a\n{% include "partials/heder.html" %}\n'})
    problem = problem_of(renderer.render_page(make_page()))
    assert (str(problem.mark), problem.code) == ("templates/pages/page.html:2", "OTD301")
    assert [str(found.mark) for found in check_templates(folders, {})] == ["templates/pages/page.html:2"]


def test_an_asset_that_is_not_there_is_reported(overriding: Overriding) -> None:
    renderer = overriding({"pages/page.html": '\n{{ asset("css/sit.css") }}\n'})
    problem = problem_of(renderer.render_page(make_page()))
    assert (str(problem.mark), problem.code) == ("templates/pages/page.html:2", "OTD304")


def test_wrong_syntax_is_found_without_rendering_in_every_template(overriding: Overriding, folders: list[Path]) -> None:
    renderer = overriding({"pages/page.html": "\n{% if %}\n", "slots/clock.html": "{{ a b }}\n{% endif %}\n"})
    assert [(str(found.mark), found.code) for found in check_templates(folders, {})] == [
        ("templates/pages/page.html:2", "OTD300"),
        ("templates/slots/clock.html:1", "OTD300"),
    ]
    problem = problem_of(renderer.render_page(make_page()))
    assert (str(problem.mark), problem.code) == ("templates/pages/page.html:2", "OTD300")


def test_wrong_values_for_a_slot_are_reported(renderer: Renderer) -> None:
    page = make_page(document=Document(blocks=(Slot("card-fields", {"section": "nonsense"}, Mark("a", 1, 1)),)))
    assert b"</html>" in renderer.render_page(page), "the rest of the page is rendered, for its own problems"
    (problem,) = renderer.trace.problems
    assert problem.code == "OTD232"
    assert "nonsense" in problem.message


def test_the_projects_own_templates_have_no_problems() -> None:
    assert check_templates([PROJECT / "templates"], {}) == ()
