"""The JSON Schema of an entry, for editors; it must not say anything that `Entry` and the vocabularies do not."""

from __future__ import annotations

import json
from typing import Any

from otdi_site.model.entry import Entry
from otdi_site.model.vocabulary import Term, Vocabularies, Vocabulary

SCHEMA_PATH = "api/entry.schema.json"


def _choices(vocabulary: Vocabulary[Term]) -> dict[str, Any]:
    return {"type": "string", "enum": [term.id for term in vocabulary.terms]}


def entry_schema(vocabularies: Vocabularies, url: str) -> bytes:
    """JSON Schema 2020-12, UTF-8; `url` is where it is published."""
    schema = Entry.model_json_schema()
    properties = schema["properties"]
    for name, vocabulary in (
        ("domains", vocabularies.domains),
        ("modalities", vocabularies.modalities),
        ("tasks", vocabularies.tasks),
        ("sensitive_information", vocabularies.sensitive_information),
    ):
        for option in properties[name]["anyOf"]:
            if option.get("type") == "array":
                option["items"] = _choices(vocabulary)
    for name, single in (("license", vocabularies.licenses), ("size", vocabularies.size_categories)):
        properties[name]["anyOf"] = [_choices(single), {"type": "null"}]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": url}
    document = head | schema | {"title": "Catalog entry"}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
