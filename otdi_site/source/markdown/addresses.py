"""Maps Markdown files to the site addresses of their pages."""

from __future__ import annotations

FOLDER = "content/"


def address_of_source(path: str) -> str:
    """The address of a page's file: ``content/a/b.md`` is ``/a/b/``, an index is its folder."""
    inner = path.removeprefix(FOLDER).rpartition(".")[0].lower().replace(" ", "-")
    if inner == "404":
        return "/404.html"
    if inner == "index" or inner.endswith("/index"):
        inner = inner.removesuffix("index").rstrip("/")
    return f"/{inner}/" if inner else "/"
