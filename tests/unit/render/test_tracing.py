"""Whatever a page's templates look at beyond the page is noticed: such a page is rendered in each build."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otdi_site.model.markdown import Document
from otdi_site.render import Renderer
from tests.unit.render.sample_site import make_page

Overriding = Callable[[dict[str, str]], Renderer]


def render(renderer: Renderer, address: str = "/plain/") -> bool:
    """Whether a page with a text was found to look at more than itself."""
    page = make_page(address=address, title="Plain", document=Document(blocks=("<p>Words</p>",)))
    rendered = renderer.render_page(page)
    assert isinstance(rendered, bytes), rendered
    return renderer.trace.is_wide


def test_a_page_with_the_projects_templates_looks_at_itself(renderer: Renderer) -> None:
    assert not render(renderer)


@pytest.mark.parametrize(
    "text",
    [
        "{{ page.title }} {{ page.document.headings|length }} {{ before.title if before }}",
        "{{ navigation.sections.get(page.address, '') }} {{ navigation.children.get(page.address) }}",
        "{{ navigation.top|length }} {{ site.navigation.top_count }} {{ navigation.neighbours.get(page.address) }}",
        "{{ site.config.title }} {{ config.title }} {{ site.version }} {{ site.catalog_address }} {{ site.url.path }}",
        "{{ vocabularies.licenses.terms|length }} {{ site.vocabularies.tasks.title }} {{ has_page('/about/') }}",
        "{{ asset('css/site.css') }} {{ href('/about/') }} {{ absolute('/') }} {{ shared('head', '') }}",
    ],
)
def test_what_all_pages_see_is_no_more(overriding: Overriding, text: str) -> None:
    assert not render(overriding({"pages/page.html": text}))


WIDE = {
    "datasets": "{{ site.catalog.summaries|length }}",
    "an attribute by filter": "{{ (site|attr('facets'))|length }}",
    "an attribute by name": "{{ site['changes']|length }}",
    "a loop over pages": "{% for each in site.pages %}{{ each.title }}{% endfor %}",
    "all of the site": "{{ site }}",
    "another page's children": "{{ navigation.children.get('/other/') }}",
    "all breadcrumbs": "{{ navigation.breadcrumbs|length }}",
    "a loop over sections": "{% for each in site.navigation.sections %}{{ each }}{% endfor %}",
    "all of the navigation": "{{ navigation }}",
    "the navigation of others": "{{ navigation.header.top|length }}",
    "a count": "{{ value_of('license', 'MIT') }}",
    "a title of a value": "{{ title_of('publisher', 'example-org') }}",
    "the age of facts": "{{ site.metadata_as_of }}",
    "the index": "{{ index_href() }}",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("way", ["page", "include", "macro", "macro with context", "module", "shared", "base"])
def test_a_look_at_more_is_noticed_wherever_it_is_made(overriding: Overriding, text: str, way: str) -> None:
    part = text
    if way.startswith("macro"):
        part = f"{{% macro show() %}}{text}{{% endmacro %}}"
    elif way == "module":
        part = f"{{% set found %}}{text}{{% endset %}}"
    page = {
        "page": text,
        "include": '{% include "partials/part.html" %}',
        "macro": '{% from "partials/part.html" import show %}{{ show() }}',
        "macro with context": '{% from "partials/part.html" import show with context %}{{ show() }}',
        "module": '{% from "partials/part.html" import found %}{{ found }}',
        "shared": '{{ shared("part", 1) }}',
        "base": '{% extends "partials/part.html" %}',
    }[way]
    renderer = overriding({"pages/page.html": page, "partials/part.html": part})
    renderer.show_index(lambda: "assets/head.json")
    # The second takes what is shared from the first.
    assert [render(renderer, address) for address in ("/plain/", "/second/")] == [True, True]


def test_what_is_shared_by_pages_belongs_to_no_one_page(overriding: Overriding) -> None:
    text = "{{ navigation.children.get('/plain/') }}"
    renderer = overriding({"pages/page.html": '{{ shared("part", 1) }}', "partials/part.html": text})
    assert [render(renderer, address) for address in ("/plain/", "/second/")] == [True, True]


def test_links_of_what_is_shared_are_links_of_each_page(overriding: Overriding) -> None:
    text = '<a href="/feed.xml"></a><a href="/datasets/a/b.html"></a>'
    renderer = overriding({"pages/page.html": '{{ shared("part", 1) }}{{ href("/") }}', "partials/part.html": text})
    for address in ("/plain/", "/second/"):
        render(renderer, address)
        assert list(renderer.trace.links) == ["/feed.xml"]  # that "/" is there need not be checked
