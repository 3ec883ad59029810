"""The JSON Schema of an entry, for editors, made from `Entry` and the vocabularies."""

from __future__ import annotations

import json
import re
from typing import Any

from otdi_site.model.entry import ENTRY_FIELDS, Entry
from otdi_site.model.fields import FIELDS
from otdi_site.model.vocabulary import Term, Vocabularies, Vocabulary

SCHEMA_PATH = "api/entry.schema.json"
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*+)\]\([^()]*+\)")


def _choices(vocabulary: Vocabulary[Term]) -> dict[str, Any]:
    return {"type": "string", "enum": [term.id for term in vocabulary.terms]}


def entry_schema(vocabularies: Vocabularies, url: str) -> bytes:
    """JSON Schema 2020-12, UTF-8; `url` is where it is published."""
    schema = Entry.model_json_schema()
    properties = schema["properties"] = {name: schema["properties"][name] for name in ENTRY_FIELDS}
    for described in properties.values():
        described["description"] = _MARKDOWN_LINK.sub(r"\1", described["description"])
    for field in FIELDS:
        if field.stated is None or field.kind.vocabulary is None:
            continue
        choices = _choices(vocabularies.named(field.kind.vocabulary))
        for option in properties[field.name]["anyOf"]:
            if option.get("type") == "array":
                option["items"] = choices
        if not field.kind.has_many:
            properties[field.name]["anyOf"] = [choices, {"type": "null"}]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": url}
    document = head | schema | {"title": "Catalog entry"}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
