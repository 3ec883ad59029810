"""The model of ``site.yaml``: its fields, their defaults and their checks.

The reader is `otdi_site.source.config`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from otdi_site.model.discovery import DiscoverConfig
from otdi_site.model.form import FormField
from otdi_site.model.suggestions import suggest
from otdi_site.model.values import (
    CollectionSlug,
    Day,
    EmailAddress,
    HubId,
    LanguageTag,
    LinkTarget,
    Text,
    Title,
    WebUrl,
    refusal,
)
from otdi_site.model.vocabulary import Model
from otdi_site.tree import Selection
from otdi_site.urls import BaseUrl

REPORT_PLACEHOLDERS = ("{title}", "{url}")
"""Placeholders of the texts of the report mail."""
ISSUE_PLACEHOLDERS = ("{id}", "{url}")
"""Placeholders of the texts of the report issue."""
_MAIL_LIMIT = 1_600
"""Characters of a mail's texts in a link. Outlook on Windows opens links of at most 2,083, and address, title and URL
of a dataset need room too. A report issue has the same limit: its link stands in every dataset's page."""
_PLACEHOLDER = re.compile(r"\{[^{}\n]*\}?|\}")

HUB_PROPERTIES = (
    "id",
    "author",
    "tags",
    "cardData",
    "description",
    "downloads",
    "downloadsAllTime",
    "likes",
    "lastModified",
    "createdAt",
    "gated",
    "private",
    "disabled",
    "sha",
)
"""The Hub's names for what a row of a file of many datasets holds."""


def _base_url(value: str) -> str:
    try:
        BaseUrl.parse(value)
    except ValueError as problem:
        raise refusal(str(problem), "write it with its scheme, such as https://example.org/catalog/") from None
    return value


def _check_placeholders(text: str, allowed: Sequence[str]) -> str:
    for match in _PLACEHOLDER.finditer(text):
        if match[0] in allowed:
            continue
        near = get_close_matches(match[0].lower(), allowed, n=1)
        if near:
            help = f"did you mean {near[0]}?"
        elif allowed:
            help = f"use {' or '.join(allowed)}; other text takes no braces"
        else:
            help = "write it without braces: nothing is filled in here"
        raise refusal(f"unknown placeholder {match[0]}", help)
    return text


def _without_placeholders(text: str) -> str:
    return _check_placeholders(text, ())


def _with_placeholders(text: str) -> str:
    return _check_placeholders(text, REPORT_PLACEHOLDERS)


def _with_issue_placeholders(text: str) -> str:
    return _check_placeholders(text, ISSUE_PLACEHOLDERS)


Mail = TypeVar("Mail", bound="MailConfig | ReportConfig")


def _fits_a_link(mail: Mail) -> Mail:
    count = len(quote("\r\n".join([mail.subject, *mail.body]), safe=""))
    if count > _MAIL_LIMIT:
        problem = f"the mail's texts take {count:,} characters in a link, and mail programs open about {_MAIL_LIMIT:,}"
        raise refusal(problem, "shorten the subject or the body; letters beyond ASCII take 6 to 12 characters each")
    return mail


def _issue_fits_a_link(issue: IssueConfig) -> IssueConfig:
    count = len(quote("\n".join([issue.title, *issue.body]), safe=""))
    if count > _MAIL_LIMIT:
        problem = f"the issue's texts take {count:,} characters in a link, and may take {_MAIL_LIMIT:,}"
        raise refusal(problem, "shorten the title or the body; letters beyond ASCII take 6 to 12 characters each")
    return issue


class MailConfig(Model):
    """A prefilled e-mail."""

    subject: Annotated[Title, AfterValidator(_without_placeholders)]
    body: tuple[Annotated[str, AfterValidator(_without_placeholders)], ...] = ()
    """Lines of the body, kept to the letter."""

    model_config = ConfigDict(str_strip_whitespace=False)


class ContributionConfig(MailConfig):
    """The mail that offers a dataset, and the form that writes it."""

    fields: tuple[FormField, ...] = ()
    """Questions of the form; without any, there is the mail alone."""


class ReportConfig(Model):
    """The e-mail that reports a problem; ``{title}`` and ``{url}`` stand for the dataset."""

    subject: Annotated[Title, AfterValidator(_with_placeholders)]
    body: tuple[Annotated[str, AfterValidator(_with_placeholders)], ...] = ()
    """Lines of the body, kept to the letter."""

    model_config = ConfigDict(str_strip_whitespace=False)


class IssueConfig(Model):
    """The issue that reports a problem; ``{id}`` and ``{url}`` stand for the dataset."""

    title: Annotated[Title, AfterValidator(_with_issue_placeholders)] = "Problem with {id}"
    body: tuple[Annotated[str, AfterValidator(_with_issue_placeholders)], ...] = (
        "Dataset: {id}",
        "Page: {url}",
        "What is wrong: ",
        "Which source says so: ",
    )
    """Lines of the body, kept to the letter."""

    model_config = ConfigDict(str_strip_whitespace=False)


class ContactConfig(Model):
    """Who to write to."""

    email: EmailAddress
    contribution: Annotated[ContributionConfig, AfterValidator(_fits_a_link)]
    """The mail that offers a dataset."""
    report: Annotated[ReportConfig, AfterValidator(_fits_a_link)]
    """The mail that reports a problem with a dataset's page."""
    report_issue: Annotated[IssueConfig, AfterValidator(_issue_fits_a_link)] = IssueConfig()
    """The issue that does the same, of a site that names its `repository`."""


class LinkConfig(Model):
    """A link of the header or the footer."""

    title: Title
    url: LinkTarget


class RepositoryConfig(Model):
    """Where the site's sources are kept, for "edit this page" and for issues that report a problem."""

    url: WebUrl
    branch: Text = "main"


class LicenseNotice(Model):
    """The part of the site that a licence covers."""

    covers: Title
    """Such as ``Catalog data``."""
    title: Title
    url: WebUrl


class MetadataConfig(Model):
    """When and how live metadata is asked for."""

    max_age_hours: Annotated[float, Field(ge=0)] = 20.0
    """`build` refreshes a snapshot older than this; 0 refreshes every time."""
    deadline_seconds: Annotated[float, Field(gt=0)] = 120.0
    """A run of `refresh` never lasts longer."""
    request_timeout_seconds: Annotated[float, Field(gt=0)] = 20.0
    max_requests: Annotated[int, Field(ge=1)] = 400
    """Requests a run makes at most; what is left waits for the next run."""
    parallel_requests: Annotated[int, Field(ge=1, le=32)] = 4
    max_drop_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    """A refresh that would drop a larger share of the datasets stops and asks for ``--accept``."""


class BulkFileConfig(Model):
    """A file of many datasets' metadata, in the shape of the Hub's public dumps."""

    path: Text | None = None
    """The file, relative to the site's folder."""
    dataset: HubId | None = None
    """The dataset on the Hub that holds the file."""
    file: Text | None = None
    """The file's path within `dataset`."""
    revision: Text = "main"
    """Branch, tag or commit of `dataset`; a commit never changes."""
    date: Day
    """The day as of which the file speaks."""
    name: Text | None = None
    """The name of the source on pages; the file's name where left out."""
    columns: Mapping[str, Text] = {}
    """The file's names for the Hub's, where they differ."""
    licenses: Literal["accepted", "all"] | tuple[Text, ...] = "accepted"
    """Licences that rows may have: those that the vocabulary accepts, all, or a list of ids."""
    gated: bool = False
    """Whether rows may ask for conditions to be accepted."""
    placeholders: bool = False
    """Whether rows may be without a description of their own."""

    @model_validator(mode="after")
    def _one_place(self) -> BulkFileConfig:
        if (self.path is None) == (self.dataset is None) or (self.dataset is None) != (self.file is None):
            raise refusal("names no file, or two", "write `path`, or `dataset` and `file`")
        for name in self.columns:
            if name not in HUB_PROPERTIES:
                near = suggest(name, HUB_PROPERTIES)
                help = f"did you mean {' or '.join(near)}?" if near else f"use one of: {', '.join(HUB_PROPERTIES)}"
                raise refusal(f"`columns` gives a name to {name!r}, which the Hub does not know", help)
        if not self.shown_file.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")):
            raise refusal("names a file of another kind", "name a .jsonl, .jsonl.gz, .jsonl.zst or .parquet file")
        return self

    @property
    def shown_file(self) -> str:
        """The file as messages name it."""
        return self.path or f"{self.dataset}/{self.file}"

    @property
    def shown_name(self) -> str:
        """The source as pages name it."""
        return self.name or self.shown_file.rpartition("/")[2]


class DiscoveredFileConfig(BulkFileConfig):
    """A file of datasets that `discover` found, in the cache folder; no part of ``site.yaml``."""

    location: Path
    """Absolute."""


class CatalogConfig(Model):
    """How the catalog is laid out."""

    rows_per_page: Annotated[int, Field(ge=1)] = 50
    """Datasets on one page of a list without JavaScript."""


class PolicyConfig(Model):
    """What a dataset must meet to be listed."""

    required: tuple[Text, ...] = ()
    """Ids of requirements of the specification: a dataset that does not meet one has a page, and is in no list."""


class CalloutConfig(Model):
    """A class that makes a note of a block, as Just the Docs has it: ``{: .name }``."""

    title: Text | None = None
    """The title of the note; none where left out."""
    color: Literal["grey", "purple", "blue", "green", "yellow", "red"] = "blue"
    """Its look: that of a note, a tip (green), what is important (purple), a warning (yellow) or a caution (red)."""


class SiteConfig(Model):
    """``site.yaml``."""

    title: Title
    short_title: Title | None = None
    """For the header; the title where left out."""
    description: Text
    organization: Title
    organization_url: WebUrl
    language: LanguageTag = "en"
    base_url: Annotated[str, AfterValidator(_base_url)]
    """Where the site is published; ``--base-url`` wins."""
    contact: ContactConfig
    repository: RepositoryConfig | None = None
    navigation: tuple[LinkConfig, ...] = ()
    """Links shown after the pages in the header."""
    footer: tuple[LinkConfig, ...] = ()
    include: tuple[Text, ...] = ()
    """Globs of files that are part of the site although their names say otherwise, such as ``_redirects``."""
    exclude: tuple[Text, ...] = ()
    """Globs of files that stay out of the site."""
    licenses: tuple[LicenseNotice, ...] = ()
    collections: tuple[CollectionSlug, ...] = ()
    """Hugging Face collections whose datasets are in the catalog."""
    sources: tuple[BulkFileConfig, ...] = ()
    """Files of many datasets' metadata that are imported."""
    discover: DiscoverConfig | None = None
    """Which datasets of the whole Hub are listed; none where left out."""
    callouts: Mapping[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")], CalloutConfig] = {}
    """Classes of the site's own that make a note of a block of a page."""
    metadata: MetadataConfig = MetadataConfig()
    catalog: CatalogConfig = CatalogConfig()
    policy: PolicyConfig = PolicyConfig()

    @field_validator("collections")
    @classmethod
    def _no_collection_twice(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len({slug.casefold() for slug in value}) < len(value):
            raise refusal("names a collection twice", "keep one of the two")
        return value

    @property
    def selection(self) -> Selection:
        return Selection(self.include, self.exclude)

    @property
    def url(self) -> BaseUrl:
        return BaseUrl.parse(self.base_url)
