"""The Jinja environment: folders of templates, functions and filters, and the diagnostics of template errors."""

from __future__ import annotations

import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import urlsplit

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.sandbox import safe_range
from markupsafe import Markup

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.changes import Change
from otdi_site.render.change_text import describe_event
from otdi_site.render.jinja_hooks import EscapingCodeGenerator, are_possible, escape_quickly
from otdi_site.render.slots import SlotError
from otdi_site.render.template_links import add_base_path
from otdi_site.tree import Fence
from otdi_site.urls import is_allowed_url

PROJECT_PREFIX = "project"
"""``{% extends "project/base.html" %}`` names the project's own template where the site has one of that name."""


_REPEATED = 10
"""Times that a line stands in a traceback at least where a template comes back to itself without end."""
_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]{0,200}\.)?(?P<kind>\w{1,100}) object' has no attribute (?P<name>'[^']{0,200}')")
"""How Jinja 3 says that there is no such attribute: ``'otdi_site.model.page.Page object' has no attribute 'titel'``."""


class TemplateEncodingError(Exception):
    """A template is not UTF-8."""

    def __init__(self, file: str) -> None:
        content = Path(file).read_bytes()
        start = len(content)
        try:
            content.decode()
        except UnicodeDecodeError as problem:
            start = problem.start
        before = content[:start].decode(errors="replace")
        super().__init__(file)
        self.file = file
        self.byte = content[start]
        self.line = before.count("\n") + 1
        self.column = len(before) - before.rfind("\n")


class UnknownAssetError(LookupError):
    """A template asks for an asset that is not there."""


BytecodeCache = dict[tuple[object, ...], CodeType]
"""Compiled templates by name, file and text: the same for all environments of the same folders."""


class _Template(Template):
    """Says when it runs as a module that all who import it without their context share."""

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        assert isinstance(self.environment, SiteEnvironment)
        with self.environment.running_module() if vars is None else nullcontext():
            return super().make_module(vars, shared, locals)


class SiteEnvironment(Environment):
    """Jinja's environment with the site's code generator, where Jinja is as that expects it."""

    template_class = _Template
    escape_quickly = staticmethod(escape_quickly)
    running_module: Callable[[], AbstractContextManager[None]] = nullcontext
    """Entered while a shared module runs, which happens once."""

    def __init__(self, bytecode: BytecodeCache, **options: Any) -> None:
        super().__init__(**options)
        self.is_hooked = are_possible()
        """Whether templates can be evaluated partially."""
        if self.is_hooked:
            self.code_generator_class = EscapingCodeGenerator
        self._bytecode = bytecode

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Adds the base path to addresses that templates write out."""
        return add_base_path(super().preprocess(source, name, filename))

    def compile(self, source: Any, name: str | None = None, filename: str | None = None, *options: Any) -> Any:
        """Compiles each template once."""
        if options or not isinstance(source, str):
            return super().compile(source, name, filename, *options)
        key = (name, filename, source)
        code = self._bytecode.get(key)
        if code is None:
            code = self._bytecode[key] = super().compile(source, name, filename)
        return code


class _FolderLoader(BaseLoader):
    """Templates of a folder; none that a link takes from outside of the site."""

    def __init__(self, folder: Path) -> None:
        found = Fence(folder.parent).files(folder)
        self._files = {file.relative_to(folder).as_posix(): file for file in found}

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        file = self._files.get(template)
        if file is None:
            raise TemplateNotFound(template)
        try:
            return file.read_text(encoding="utf-8-sig"), str(file), lambda: True
        except UnicodeDecodeError as problem:
            raise TemplateEncodingError(str(file)) from problem

    def list_templates(self) -> list[str]:
        return list(self._files)


def create_environment(
    folders: Sequence[Path], bytecode: BytecodeCache, href: Callable[[str], str] = str
) -> SiteEnvironment:
    """Templates of `folders`, the first winning file by file; the last is the project's own.

    `bytecode` holds what is compiled, and `href` makes a link of an address.
    """
    environment = SiteEnvironment(
        bytecode,
        loader=ChoiceLoader(
            [
                *(_FolderLoader(folder) for folder in folders),
                PrefixLoader({PROJECT_PREFIX: _FolderLoader(folders[-1])}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    # With the context, so that Jinja does not put a link into the compiled code: each environment has its own.
    # The sandbox's `range` ends at 100,000: one without end would hang the build.
    environment.globals["range"] = safe_range
    environment.filters["href"] = pass_context(lambda _, address: href(address))
    environment.filters["number"] = format_number
    environment.filters["day"] = format_day
    environment.filters["allowed_url"] = allowed_url
    environment.filters["host"] = host_of
    environment.filters["our_html"] = our_html
    environment.filters["describe_event"] = describe_event
    environment.filters["by_day"] = by_day
    return environment


def format_number(number: int) -> str:
    """``1234567`` as ``1,234,567``."""
    return f"{number:,}"


def by_day(changes: Sequence[Change]) -> list[dict[str, object]]:
    """Changes in their order under the day on which they were found: ``{"date": …, "changes": […]}``."""
    grouped = groupby(changes, key=lambda change: change.event.at[:10])
    return [{"date": day, "changes": list(of_day)} for day, of_day in grouped]


def format_day(time: str) -> str:
    """The day of an ISO 8601 date or time: ``2026-11-20``."""
    return time[:10]


def allowed_url(url: str | None) -> str | None:
    """`url`, or `None` where its scheme is not on the allow-list: stops ``javascript:`` in what hosts send."""
    return url if url is not None and is_allowed_url(url) else None


def host_of(url: str) -> str:
    """``https://www.example.org/a`` as ``www.example.org``."""
    return urlsplit(url).hostname or url


def our_html(html: str) -> Markup:
    """Marks what our own Markdown renderer made as HTML. Never for anything else: it is not escaped any more."""
    return Markup(html)


def template_mark(file: str | None, line: int, folders: Sequence[Path]) -> Mark:
    """The place in a template, its path relative to the site's root (the first folder's parent)."""
    if file is None:
        return Mark("templates", 0)
    return Mark(Path(os.path.relpath(file, folders[0].parent)).as_posix(), line)


def diagnose(problem: Exception, folders: Sequence[Path], template: str) -> Diagnostic:
    """The diagnostic of an exception while `template` was compiled or rendered, at the line of the template."""
    if isinstance(problem, SlotError):
        return problem.diagnostic
    if isinstance(problem, TemplateEncodingError):
        mark = replace(template_mark(problem.file, problem.line, folders), column=problem.column)
        return error("OTD002", mark, f"byte 0x{problem.byte:02x} is not text in UTF-8", "save the file as UTF-8")
    if isinstance(problem, RecursionError):
        mark = _first_repeated_line(problem, folders, template)
        help = "end it with {% if %}, or take out the line by which the template comes back to itself"
        return error("OTD016", mark, "the template includes or calls itself without end", help)
    if isinstance(problem, TemplateSyntaxError):
        mark = template_mark(problem.filename, problem.lineno, folders)
        return error(
            "OTD300",
            mark,
            f"template syntax: {problem.message}",
            "correct the line; Jinja's notation is at https://jinja.palletsprojects.com/templates/",
        )
    mark = _last_template_line(problem, folders, template)
    if isinstance(problem, TemplateNotFound):
        help = "correct the name, or add the template to templates/"
        return error("OTD301", mark, f"there is no template {problem.name!r}", help)
    if isinstance(problem, UndefinedError):
        help = "correct the name; docs/templates.md lists what templates can use"
        return error("OTD302", mark, f"undefined value: {_in_own_words(str(problem.message))}", help)
    if isinstance(problem, UnknownAssetError):
        help = "correct the name, which is a path below site_src/, or add the file"
        return error("OTD304", mark, f"there is no asset {problem.args[0]!r}", help)
    text = "".join(traceback.format_exception_only(problem)).strip()
    return error("OTD303", mark, f"the template fails: {text}", "correct the line, or guard it with {% if %}")


def _in_own_words(message: str) -> str:
    """Jinja's message of an undefined value, without the names of our types."""
    found = _NO_ATTRIBUTE.fullmatch(message)
    return message if found is None else f"a {found['kind']} has no {found['name']}"


def _last_template_line(problem: Exception, folders: Sequence[Path], template: str) -> Mark:
    roots = [str(folder.absolute()) + os.sep for folder in folders]
    found: tuple[str, int] | None = None
    for frame, line in traceback.walk_tb(problem.__traceback__):
        file = str(Path(frame.f_code.co_filename).absolute())
        if any(file.startswith(root) for root in roots):
            found = (file, line)
    if found is None:
        return template_mark(str(folders[0] / template), 0, folders)
    return template_mark(found[0], found[1], folders)


def _first_repeated_line(problem: RecursionError, folders: Sequence[Path], template: str) -> Mark:
    """The first line of a template at which it comes by again and again."""
    places: list[tuple[str, int]] = []
    for frame, line in traceback.walk_tb(problem.__traceback__):
        compiled = frame.f_globals.get("__jinja_template__")
        if compiled is not None and compiled.filename is not None:
            places.append((compiled.filename, compiled.get_corresponding_lineno(line)))
    counts = Counter(places)
    first = next((place for place in places if counts[place] > _REPEATED), (str(folders[0] / template), 0))
    return template_mark(*first, folders)


def check_templates(folders: Sequence[Path], bytecode: BytecodeCache) -> tuple[Diagnostic, ...]:
    """Problems that show without rendering: syntax, and names of templates that are not there. Fills `bytecode`."""
    environment = create_environment(folders, bytecode)
    diagnostics: list[Diagnostic] = []
    for name in environment.list_templates(extensions=["html", "xml", "txt"]):
        if name.startswith(f"{PROJECT_PREFIX}/"):
            continue
        loader = environment.loader
        assert loader is not None
        try:
            source, file, _ = loader.get_source(environment, name)
            tree = environment.parse(source, name, file)
            named = list(tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)))
            bytecode[name, file, source] = environment.compile(tree, name, file)
        except (TemplateSyntaxError, TemplateEncodingError) as problem:
            diagnostics.append(diagnose(problem, folders, name))
            continue
        for node in named:
            target = _constant_target(node)
            if target is not None and not _exists(environment, target):
                mark = template_mark(file, node.lineno, folders)
                help = "correct the name, or add the template to templates/"
                diagnostics.append(error("OTD301", mark, f"there is no template {target!r}", help))
    return tuple(diagnostics)


def _constant_target(node: Any) -> str | None:
    if getattr(node, "ignore_missing", False) or not isinstance(node.template, nodes.Const):
        return None
    return node.template.value if isinstance(node.template.value, str) else None


def _exists(environment: Environment, name: str) -> bool:
    try:
        assert environment.loader is not None
        environment.loader.get_source(environment, name)
    except TemplateNotFound:
        return False
    except TemplateEncodingError:  # which is said where it stands
        return True
    return True
