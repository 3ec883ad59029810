"""What many builds need is made once: templates are parsed and compiled, modules imported, names of languages read.

The smallest site takes half a second without it, and a fifth with it. It must not assert anything, and keeps nothing
that a build makes of a site.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import langcodes
from jinja2 import Environment, nodes

from otdi_site.render import check_templates
from otdi_site.render.environment import SiteEnvironment, create_environment

_TREES: dict[tuple[object, ...], nodes.Template] = {}
"""What was parsed, with its code, by all that it is made from."""
_CODES: dict[tuple[object, ...], Any] = {}
"""What was compiled of texts that are not parsed apart, by the same."""
_LATE = ("language_data.name_data", "license_expression", "pydantic.type_adapter")
"""Modules that the program's libraries import when they are first used."""
_compile = SiteEnvironment.compile


def prepare() -> None:
    """Parses and compiles the project's templates, and makes all else, for processes that are forked from this one."""
    if not _TREES:
        with using():
            folders = [Path(__file__).parents[1] / "templates"]
            check_templates(folders, {})
            environment = create_environment(folders, {})
            for name in environment.list_templates():
                environment.get_template(name)
        for module in _LATE:
            importlib.import_module(module)
        langcodes.Language.get("en").display_name()


@contextmanager
def using() -> Iterator[None]:
    """`use` for a while."""
    use()
    try:
        yield
    finally:
        del SiteEnvironment.parse
        SiteEnvironment.compile = _compile  # type: ignore[method-assign]


def use() -> None:
    """Lets builds of this process parse and compile anew only what differs from what was parsed before."""
    SiteEnvironment.parse = _parse_once  # type: ignore[method-assign]
    SiteEnvironment.compile = _compile_once  # type: ignore[method-assign]


def _parse_once(self: SiteEnvironment, source: str, name: str | None = None, filename: str | None = None) -> Any:
    key = (source, name, filename, self.code_generator_class)
    if key not in _TREES:
        _TREES[key] = Environment.parse(self, source, name, filename)
    return _TREES[key]


def _compile_once(
    self: SiteEnvironment, source: Any, name: str | None = None, filename: str | None = None, *options: Any
) -> Any:
    if options:
        return _compile(self, source, name, filename, *options)
    if not isinstance(source, nodes.Template):
        key = (source, name, filename, self.code_generator_class)
        if key not in _CODES:
            _CODES[key] = _compile(self, source, name, filename)
        return _CODES[key]
    if not hasattr(source, "code_of_tests"):
        source.code_of_tests = _compile(self, source, name, filename)
    return source.code_of_tests
