"""The hooks into Jinja's compiler and runtime: faster escaping, and partial evaluation of templates.

No other module uses internals of Jinja for this. `pyproject.toml` caps the version of Jinja, and
``tests/unit/render/test_jinja_hooks.py`` names each internal that is used here. `are_possible` checks them at run time:
where Jinja is not as expected, templates are rendered in Jinja's own way, which takes longer and gives the same output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2 import runtime as jinja
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from otdi_site.render.placeholders import DependsOnValueError, PartialText, Placeholder, Showable

_SAME_FOR_ALL = frozenset({"none", "defined", "undefined"})
"""Jinja's tests whose answer is the same for every value."""
_TO_ESCAPE = re.compile("[&<>\"']").search
_PROBE = "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(a) }}{{ 'of ' ~ a }}{% set b %}{{ a }}{% endset %}{{ b }}"
_PROBED = ["\1", "of \1", "\1"]


def escape_quickly(value: object) -> str:
    """The same as `markupsafe.escape`, without making a `Markup` of the many texts that have nothing to escape."""
    if type(value) is str:
        return value if _TO_ESCAPE(value) is None else escape(value)
    return value if type(value) is Markup else escape(value)


class EscapingCodeGenerator(CodeGenerator):
    """Lets compiled templates call `escape_quickly`: a third of the time of a dataset's page went into escaping."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("environment.escape_quickly(")
        if finalize.src is not None:
            self.write(finalize.src)


@cache
def are_possible() -> bool:
    """Whether Jinja is as the hooks expect it: a template that uses each of them is evaluated as it should be."""
    try:
        environment = Environment(autoescape=True)
        environment.code_generator_class = EscapingCodeGenerator
        hooked: Any = environment
        hooked.escape_quickly = escape_quickly
        if "environment.escape_quickly(" not in str(environment.compile("{{ a }}", raw=True)):
            return False
        partial = partial_environment(environment)
        template = partial.from_string(_PROBE)
        context = template.new_context({"a": Placeholder(1)})
        chunks = PartialText(template.root_render_func(context), is_html=True).chunks
        shown = "".join("\1" if isinstance(chunk, Placeholder) else chunk for chunk in chunks)
        return shown == "".join(_PROBED) and environment.from_string(_PROBE).render(a="<") == "&lt;of &lt;&lt;"
    except Exception:  # whatever another version of Jinja may raise
        return False


def _join(chunks: Iterable[object]) -> str | PartialText:
    """In place of ``"".join``, for chunks of output."""
    found = list(chunks)
    if any(isinstance(chunk, Showable) for chunk in found):
        return PartialText(found, is_html=True)
    return "".join(found)  # type: ignore[arg-type]


def _mark(html: object) -> object:
    """In place of `Markup`, for joined output."""
    return html if isinstance(html, Showable) else Markup(html)


def _concatenate(values: Iterable[object]) -> object:
    """In place of the functions that Jinja's ``~`` calls."""
    found = list(values)
    if not any(isinstance(value, Showable) for value in found):
        return jinja.markup_join(found)
    for value in found:
        # Where one part is HTML, the others are escaped.
        if isinstance(value, Markup) or (isinstance(value, (Placeholder, PartialText)) and value.is_html):
            raise DependsOnValueError
    return PartialText([value if isinstance(value, Showable) else str(value) for value in found], is_html=False)


class _PartialMacro(Macro):
    def _invoke(self, arguments: list[Any], autoescape: bool) -> Any:
        if not autoescape:
            raise DependsOnValueError
        return _mark(self._func(*arguments))


class _PartialTemplate(Template):
    """A template whose compiled code takes placeholders."""

    @classmethod
    def from_code(cls, environment: Environment, code: Any, globals: Any, uptodate: Any = None) -> Template:
        template = super().from_code(environment, code, globals, uptodate)
        names = template.root_render_func.__globals__
        replaced = {"Markup": _mark, "Macro": _PartialMacro, "markup_join": _concatenate, "str_join": _concatenate}
        if not replaced.keys() <= names.keys():
            raise DependsOnValueError
        names.update(replaced)
        return template


def _without_placeholders(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is never called with placeholders: those state their results themselves."""
    # Jinja gives some functions a first argument of its own.
    own = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        placeholders = [each for each in arguments if isinstance(each, Showable)]
        if not placeholders and not any(isinstance(each, Showable) for each in named.values()):
            return function(*arguments, **named)
        if len(placeholders) == 1 and isinstance(placeholders[0], Placeholder) and not named:
            others = [each for each in arguments[own:] if not isinstance(each, Showable)]
            found = placeholders[0].becomes.get(":".join([name, *map(str, others)]))
            if found is not None:
                return found
        raise DependsOnValueError

    return call


def _all_without_placeholders(functions: Mapping[str, Any], *, but: Iterable[str] = ()) -> dict[str, Any]:
    """The same functions, those named in `but` excepted, none of them called with placeholders."""
    kept = frozenset(but)
    return {
        name: value if name in kept or not callable(value) else _without_placeholders(name, value)
        for name, value in functions.items()
    }


def partial_environment(environment: Environment) -> Environment:
    """An environment with the same templates, which are evaluated as far as placeholders for values allow."""

    def show(value: object) -> object:
        if isinstance(value, Placeholder):
            if value.number is None:
                raise DependsOnValueError
            return value
        if isinstance(value, PartialText):
            if value.is_html:
                return value
            shown = [each if isinstance(each, Placeholder) else escape_quickly(each) for each in value.chunks]
            return PartialText(shown, is_html=True)
        return escape_quickly(value)

    partial: Any = environment.overlay()
    partial.template_class = _PartialTemplate
    partial.concat = _join
    partial.escape_quickly = show
    partial.filters = _all_without_placeholders(environment.filters)
    partial.tests = _all_without_placeholders(environment.tests, but=_SAME_FOR_ALL)
    partial.globals = _all_without_placeholders(environment.globals)
    found: Environment = partial
    return found
