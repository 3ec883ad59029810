"""The templates of one site with the functions that they may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from otdi_site.diagnostics import Mark
from otdi_site.model.fields import FIELDS
from otdi_site.model.listing import Value, ValueLink
from otdi_site.model.regions import REGIONS
from otdi_site.render.assets import Assets
from otdi_site.render.environment import (
    BytecodeCache,
    UnknownAssetError,
    create_environment,
    template_mark,
)
from otdi_site.render.jinja_hooks import partial_environment
from otdi_site.render.mail import mailto
from otdi_site.render.page_skeletons import PageSkeleton
from otdi_site.render.site import PageContext, Site, source_url
from otdi_site.render.slots import fail, names_of_arguments, read_argument
from otdi_site.render.template_links import find_caller
from otdi_site.render.tracing import Trace

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/._-]+\Z")


class Templates:
    """Compiled templates with the site's functions.

    `prefix` stands in links in place of an address's first slash: the base path, or the way up to the home page from
    pages that all stand at the same depth. `dataset_prefix` stands in place of ``/datasets/``. `find_value` gives a
    facet's value by facet and id. `bytecode` holds what was compiled of the templates.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        site: Site | PageContext,
        assets: Assets,
        prefix: str,
        dataset_prefix: str,
        find_value: Callable[[str, str], Value | ValueLink | None],
        bytecode: BytecodeCache,
    ) -> None:
        self._prefix = prefix
        self._dataset_prefix = dataset_prefix
        self._root = site.url.absolute("/")
        self._site = site
        self._assets = assets
        self._folders = tuple(folders)
        self._addresses = frozenset(page.address for page in site.pages)
        self._all = self.trace = Trace()
        """Their uses of the site: all, or those within the current `tracing`."""
        self._are_modules_traced = True
        self._arguments: dict[str, frozenset[str] | None] = {}
        self._endless: dict[str, RecursionError] = {}
        """Templates that call themselves without end."""
        self._shared: dict[tuple[str, object], tuple[Markup, Trace]] = {}
        self.find_value = find_value
        self.environment = create_environment(folders, bytecode, self.href)
        self.environment.running_module = self._running_module
        self.environment.globals.update(
            site=site,
            config=site.config,
            vocabularies=site.vocabularies,
            fields=FIELDS,
            navigation=site.navigation,
            href=self.href,
            has_page=self._addresses.__contains__,
            absolute=self.absolute,
            asset=self._asset,
            asset_text=self._asset_text,
            modules_of=self._modules_of,
            mailto=mailto,
            shared=self.render_shared,
            value_of=find_value,
            title_of=self.title_of,
            source_url=self._source_url,
            page_numbers=page_numbers,
            regions=REGIONS,
            argument=self._argument,
            fail=fail,
        )
        self._globals = dict(self.environment.globals)

    def add(self, **values: object) -> None:
        """Lets templates see further values."""
        self.environment.globals.update(values)
        self._globals.update(values)
        self.__dict__.pop("_partial_environment", None)

    @property
    def links(self) -> dict[str, Mark]:
        """Where they first linked to each address, those of pages and of single datasets apart."""
        return self._all.links

    @contextmanager
    def tracing(self, address: str | None = None) -> Iterator[Trace]:
        """Notes what templates look at meanwhile, for the page at an address or for several pages."""
        outer, self.trace = self.trace, Trace(address)
        try:
            yield self.trace
        finally:
            # What a shared module looked at is nobody's own: each page that is rendered from then on may show it.
            self.trace.is_wide = self.trace.is_wide or not self._are_modules_traced
            inner, self.trace = self.trace, outer
            self.trace.add(inner)

    @contextmanager
    def _running_module(self) -> Iterator[None]:
        with self.tracing() as trace:
            yield
        if trace.is_wide or trace.links:
            self._are_modules_traced = False

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """A template filled in. Raises whatever the template raises."""
        if (known := self._endless.get(name)) is not None:  # a thousand levels deep again, for each page of its kind
            raise known
        environment = self.environment
        try:
            template = environment.get_template(name)
            # Jinja's own `render` copies a chain of mappings for each page, which takes longer than many a page.
            variables = {**self._globals, **values}
            context = environment.context_class(environment, variables, template.name, template.blocks)
            return "".join(template.root_render_func(context))
        except RecursionError as problem:
            # Jinja would take half a second to rewrite so long a traceback.
            self._endless[name] = problem
            raise
        except Exception:
            # Puts the lines of the template in place of those of the code compiled from it.
            self.environment.handle_exception()

    def render_shared(self, name: str, key: object, **values: object) -> Markup:
        """The partial template `name`, rendered once for each `key`, on which alone its output may depend."""
        found = self._shared.get((name, key))
        if found is None:
            with self.tracing() as trace:
                html = self.render(f"partials/{name}.html", values)
            found = self._shared[name, key] = Markup(html.strip()), trace
        elif self.trace is not self._all:
            self.trace.add(found[1])
        return found[0]

    def arguments_of(self, slot: str) -> frozenset[str] | None:
        """The arguments that a slot takes; `None` where that cannot be told."""
        environment, name = self.environment, f"slots/{slot}.html"
        if slot not in self._arguments:
            assert environment.loader is not None
            try:
                source, file, _ = environment.loader.get_source(environment, name)
                self._arguments[slot] = names_of_arguments(environment.parse(source, name, file))
            except Exception:  # rendering it will tell
                self._arguments[slot] = None
        return self._arguments[slot]

    @pass_context
    def _argument(self, context: Context, name: str, default: Any = None, choices: Sequence[str] = ()) -> Any:
        """For templates of slots: see `read_argument`."""
        value, problem = read_argument(context["slot"], name, default, choices)
        if problem is not None:
            self.trace.problems.append(problem)
        return value

    def macro(self, file: str, name: str) -> Any:
        """A macro of a template, to be called like a function."""
        module = self.environment.get_template(file).make_module(self._globals)
        return getattr(module, name)

    def skeleton(self, name: str, values: Mapping[str, object]) -> PageSkeleton | None:
        """A template evaluated with values some of which are placeholders; `None` where its output depends on these."""
        environment = self._partial_environment
        if environment is None:
            return None
        try:
            template = environment.get_template(name)
            variables = {**environment.globals, **values}
            context = environment.context_class(environment, variables, template.name or name, template.blocks)
            return PageSkeleton.of(template.root_render_func(context))
        except Exception:  # if it is a mistake, the template makes it again for the first dataset, and it is told
            return None

    def macro_skeleton(self, file: str, name: str, *arguments: object) -> PageSkeleton | None:
        """The skeleton of a macro of a template, as `skeleton`."""
        environment = self._partial_environment
        if environment is None:
            return None
        try:
            module = environment.get_template(file).make_module(dict(environment.globals))
            return PageSkeleton.of([getattr(module, name)(*arguments)])
        except Exception:  # as above
            return None

    @cached_property
    def _partial_environment(self) -> Environment | None:
        """The same templates, which take placeholders; `None` where Jinja is not as that expects it."""
        return partial_environment(self.environment) if self.environment.is_hooked else None

    def names_in(self, folder: str) -> frozenset[str]:
        """Names, without their suffix, of the templates that stand directly in a folder such as ``slots/``."""
        names = self.environment.list_templates(extensions=["html"])
        inside = (name.removeprefix(folder).removesuffix(".html") for name in names if name.startswith(folder))
        return frozenset(name for name in inside if "/" not in name)

    def href(self, address: str) -> str:
        """The link to a site address, for templates: where it leads is checked."""
        links = self.trace.links
        if address not in links and address not in self._addresses and not address.startswith("/datasets/"):
            file, line = find_caller() or (None, 0)
            if file is not None:
                links[address] = template_mark(file, line, self._folders)
        return self.link(address)

    def link(self, address: str) -> str:
        """The link to a site address that is there."""
        if _PLAIN_ADDRESS.match(address):
            if address.startswith("/datasets/"):
                return self._dataset_prefix + address[10:]
            return self._prefix + address[1:]
        return self._prefix + self._site.url.href(address).removeprefix(self._site.url.href("/"))

    def absolute(self, address: str) -> str:
        """The full URL of a site address."""
        if _PLAIN_ADDRESS.match(address):
            return self._root + address[1:]
        return self._site.url.absolute(address)

    def title_of(self, facet: str, value_id: str) -> str:
        """The title of a facet's value; the id of one that is not in the catalog."""
        value = self.find_value(facet, value_id)
        return value.title if value is not None else value_id

    def _source_url(self, path: str, action: str) -> str | None:
        return source_url(self._site.config, path, action)

    def _asset(self, name: str) -> str:
        try:
            return self.link(f"/{self._assets.path(name)}")
        except KeyError as problem:
            raise UnknownAssetError(name) from problem

    def _modules_of(self, name: str) -> list[str]:
        """Links to all modules that a script cannot begin without."""
        try:
            return [self.link(f"/{path}") for path in self._assets.modules(name)]
        except KeyError as problem:
            raise UnknownAssetError(name) from problem

    def _asset_text(self, name: str) -> str:
        try:
            return self._assets.text(name)
        except KeyError as problem:
            raise UnknownAssetError(name) from problem


def page_numbers(current: int, last: int) -> list[int | None]:
    """The pages a list links to: the first, the last and those around the current one; `None` is a gap."""
    near = {1, 2, last - 1, last, *range(current - 2, current + 3)}
    numbers: list[int | None] = []
    for number in sorted(number for number in near if 1 <= number <= last):
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
