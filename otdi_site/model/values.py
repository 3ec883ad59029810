"""Types of single values in the site's files, each checked with a message and a remedy.

The remedy travels in the context of pydantic's error, where `otdi_site.source.validation` finds it.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from otdi_site.model.language import find_language
from otdi_site.urls import describe_url_problem, is_allowed_url, is_web_url, without_credentials

NAME_LIMIT = 96
"""Characters of a name in an address, as on the Hub; file systems end at 255 bytes."""

_HUB_ID = r"^(?:[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?/)?[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$"
_HUB_ID_PATTERN = re.compile(_HUB_ID, re.ASCII)
_COLLECTION = re.compile(r"[A-Za-z0-9_][\w.-]*/[\w.-]+", re.ASCII)
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers, and a Braille cell without dots
_DATASET_ADDRESS = re.compile(r"/datasets/[a-z0-9._-]+/[a-z0-9._-]+\.html")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt \t]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?.*)?", re.ASCII)
_EMAIL_LENGTH = 254
"""Characters of an e-mail address at most (RFC 5321, erratum 1690)."""
_MAILBOX = re.compile(r"[\w!$'*+-]+(?:\.[\w!$'*+-]+)*")
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


def refusal(problem: str, help: str) -> PydanticCustomError:
    """The error to raise for a wrong value: what is wrong and how to mend it."""
    return PydanticCustomError("refused", "{problem}", {"problem": problem, "help": help})


def _web_url(value: str) -> str:
    if not is_web_url(value):
        help = "write it whole, https://…, with other characters percent-encoded"
        reason = describe_url_problem(value) if value.startswith(("http://", "https://")) else None
        problem = f"{without_credentials(value)!r} is not an absolute http or https URL"
        raise refusal(f"{problem}: {reason}" if reason else problem, help)
    return value


def _link_target(value: str) -> str:
    is_address = value.startswith("/") and not value.startswith("//")
    if not is_address and not (":" in value and is_allowed_url(value)):
        help = "write an address of this site such as /trust/, or an http, https, mailto or tel URL"
        raise refusal(f"{value!r} is no link", help)
    return value


def _language_tag(value: str) -> str:
    language = find_language(value)
    if language is None:
        help = "write a code such as en, pt-BR or zh-Hans"
        raise refusal(f"{value!r} is not a BCP 47 language tag", help)
    return language.tag


def is_hub_id(text: str) -> bool:
    """Whether a dataset on the Hub can have this id, as `huggingface_hub` 2.4 checks it."""
    return bool(_HUB_ID_PATTERN.fullmatch(text)) and "--" not in text and ".." not in text


def _hub_id(value: str) -> str:
    if not is_hub_id(value):
        help = "write its id, such as ServiceNow/repliqa, as the dataset's page on the Hub shows it"
        raise refusal(f"{value!r} is not the id of a dataset on the Hub", help)
    return value


def _dataset_address(value: str) -> str:
    value = value.strip()
    if not _DATASET_ADDRESS.fullmatch(value) or "/../" in value or "/./" in value:
        raise refusal(
            f"{value!r} is no address of a dataset's page",
            "write it from the top of the site, in lower case, such as /datasets/publisher/name.html",
        )
    return value


def _collection_slug(value: str) -> str:
    if not _COLLECTION.fullmatch(value) or ".." in value:
        help = "write what follows https://huggingface.co/collections/ in the collection's address"
        raise refusal(f"{value!r} is not the slug of a collection on the Hub", help)
    return value


def find_date_problem(text: str) -> str | None:
    """Why what looks like an ISO 8601 date or time is none, such as ``February 2025 has no day 30``."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups())
    if year == 0:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return f"{calendar.month_name[month]} {year} has no day {day}"
    if hour > 23:
        return f"a day has no hour {hour}"
    if minute > 59:
        return f"an hour has no minute {minute}"
    return f"a minute has no second {second}" if second > 59 else None


def _email_address(value: str) -> str:
    # Stricter than RFC 5322: what its grammar allows besides is a mistake here, or would be taken for one by programs.
    mailbox, _, host = value.rpartition("@")
    if len(value) <= _EMAIL_LENGTH and _MAILBOX.fullmatch(mailbox) and _HOST.fullmatch(host):
        return value
    raise refusal(f"{value!r} is not an e-mail address", _help_with_email(value))


def _help_with_email(value: str) -> str:
    if value.lower().startswith("mailto:"):
        return "leave out `mailto:`"
    if value.startswith("@"):
        return "write the address of the account's page, https://…, or an e-mail address"
    for mark, help in (
        ("<", "write the address alone, without a name"),
        (",", "write one address"),
        (";", "write one address"),
        ("?", "leave out the question mark and what follows it"),
    ):
        if mark in value:
            return help
    return "write one such as data@example.org"


def _contact(value: str) -> str:
    if is_web_url(value):
        return value
    try:
        return _email_address(value)
    except PydanticCustomError:
        problem = f"{value!r} is neither an e-mail address nor an http or https URL"
        help = _help_with_email(value)
        if help.startswith("write one such"):
            help = "write one such as data@example.org or https://example.org/contact"
        raise refusal(problem, help) from None


def has_visible_character(text: str) -> bool:
    """Whether a reader sees anything of `text`."""
    return any(unicodedata.category(each)[0] not in "CZ" and each not in _BLANK_LETTERS for each in text)


def _visible(value: str) -> str:
    if not has_visible_character(value):
        raise refusal("has no visible character", "write something that people can read, or leave the field out")
    return value


def _title(value: str) -> str:
    """A title on one line."""
    return " ".join(value.split())


def _day(value: object) -> object:
    """A date without its time. pydantic would take numbers for seconds since 1970."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        if (problem := find_date_problem(value)) is not None:
            raise refusal(problem, "correct the date")
        if _DAY.fullmatch(value.strip()):
            return datetime.date.fromisoformat(value.strip())
    raise PydanticCustomError("not_a_day", "not a date")


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_visible)]
Title = Annotated[Text, AfterValidator(_title)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
LinkTarget = Annotated[str, AfterValidator(_link_target)]
LanguageTag = Annotated[str, AfterValidator(_language_tag)]
HubId = Annotated[str, AfterValidator(_hub_id), Field(json_schema_extra={"pattern": _HUB_ID})]
DatasetAddress = Annotated[
    str, AfterValidator(_dataset_address), Field(json_schema_extra={"pattern": _DATASET_ADDRESS.pattern})
]
CollectionSlug = Annotated[str, AfterValidator(_collection_slug)]
EmailAddress = Annotated[str, AfterValidator(_email_address)]
Contact = Annotated[str, AfterValidator(_contact)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
