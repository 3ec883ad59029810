"""The internals of Jinja that are hooked, and rendering without the hooks where one of them is another one."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
import pytest
from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from packaging.requirements import Requirement
from packaging.version import Version

from otdi_site import pipeline
from otdi_site.pipeline import Request
from otdi_site.progress import Progress
from otdi_site.render import jinja_hooks
from tests.sites import PROJECT, change_config, make_small_site, read_tree


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Lets each test ask again whether Jinja is as expected."""
    jinja_hooks.are_possible.cache_clear()
    yield
    jinja_hooks.are_possible.cache_clear()


def test_the_range_of_versions_is_capped() -> None:
    dependencies = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (asked,) = [each for each in map(Requirement, dependencies) if each.name == "jinja2"]
    assert Version(jinja2.__version__) in asked.specifier
    assert Version("3.999") not in asked.specifier


def test_each_internal_is_as_the_hooks_expect_it() -> None:
    """If this fails with a new version of Jinja, look at `render/jinja_hooks.py` before the cap is raised."""
    parameters: dict[Any, list[str]] = {
        CodeGenerator._output_child_pre: ["self", "node", "frame", "finalize"],
        Macro._invoke: ["self", "arguments", "autoescape"],
        Template.from_code: ["environment", "code", "globals", "uptodate"],
        Template.make_module: ["self", "vars", "shared", "locals"],
        Environment.compile: ["self", "source", "name", "filename", "raw", "defer_init"],
        Environment.handle_exception: ["self", "source"],
        Context.__init__: ["self", "environment", "parent", "name", "blocks", "globals"],
    }
    for function, names in parameters.items():
        assert list(inspect.signature(function).parameters) == names, function
    assert "src" in CodeGenerator._FinalizeInfo._fields
    environment = Environment(autoescape=True)
    evaluation = Frame(EvalContext(environment)).eval_ctx
    assert (evaluation.volatile, evaluation.autoescape) == (False, True)
    assert environment.code_generator_class is CodeGenerator
    assert environment.template_class is Template
    assert environment.concat(["a", "b"]) == "ab"
    template = environment.from_string("{% macro one() %}{% endmacro %}{{ 'a' ~ b }}")
    render: Any = template.root_render_func
    names = render.__globals__
    assert names["__jinja_template__"] is template
    assert {"Markup", "Macro", "markup_join", "str_join"} <= names.keys()
    assert isinstance(template.blocks, dict)
    assert template.get_corresponding_lineno(1) == 1
    assert jinja_hooks.are_possible()


def rename_hook(patch: pytest.MonkeyPatch) -> None:
    """Jinja's code generator calls a method of another name."""
    patch.delattr(jinja_hooks.EscapingCodeGenerator, "_output_child_pre")


def remove_name(patch: pytest.MonkeyPatch) -> None:
    """Compiled code finds one of its names elsewhere."""
    make = Template.from_code.__func__  # type: ignore[attr-defined]

    def from_code(*arguments: object) -> Template:
        template: Template = make(*arguments)
        template.root_render_func.__globals__.pop("str_join")
        return template

    patch.setattr(Template, "from_code", classmethod(from_code))


def escape_in_macros(patch: pytest.MonkeyPatch) -> None:
    """Macros take their arguments in another way."""
    patch.setattr(Macro, "__call__", lambda self, *arguments: self._func(*arguments))


@pytest.mark.parametrize("change", [rename_hook, remove_name, escape_in_macros])
def test_another_jinja_is_noticed(
    change: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch)
    assert not jinja_hooks.are_possible()


def test_without_hooks_the_site_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(
        f'{{"id": "lab/set-{number}", "description": "<Rain> & {number}", "tags": ["license:mit"]}}\n'
        for number in range(20)
    )

    def build() -> dict[str, bytes]:
        root = make_small_site(tmp_path_factory.mktemp("site"), {"rows.jsonl": rows})
        change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
        request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
        assert pipeline.build(request, Progress(is_quiet=True)).exit_status == 0
        return read_tree(root / "_site")

    hooked = build()
    rename_hook(monkeypatch)
    jinja_hooks.are_possible.cache_clear()
    assert not jinja_hooks.are_possible()
    assert build() == hooked
