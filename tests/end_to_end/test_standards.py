"""What is made for machines follows its specification: sitemap, robots.txt, the schema of entries."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.html_pages import read_page
from tests.sites import SHARED, BuiltSite, pages_of

SITEMAP_SCHEMA = SHARED / "validators/sitemap.xsd"
UNCHECKED = {"type", "$schema", "$id", "$defs", "title", "description", "default", "examples"}
"""Keywords that refuse nothing, and the one that is looked at first."""


def test_the_project_s_own_site_builds_without_a_word(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    for site in (built_site, sub_path_site):
        assert site.run.output == ""
        assert site.run.last_line.startswith("build: ")
        assert "; 0 warnings; " in site.run.last_line


def test_the_sitemap_follows_its_schema(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    if not SITEMAP_SCHEMA.exists() or shutil.which("xmllint") is None:
        pytest.skip(f"xmllint is not installed, or the schema is not at {SITEMAP_SCHEMA}")
    for site in (built_site, sub_path_site):
        files = sorted(site.output.glob("sitemap*.xml"))
        command = ["xmllint", "--nonet", "--noout", "--schema", SITEMAP_SCHEMA, *files]
        checked = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert checked.returncode == 0, checked.stderr


def test_the_sitemap_names_every_page_once_and_no_other(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    for site in (built_site, sub_path_site):
        named = re.findall(r"<loc>([^<]*)</loc>", site.read("/sitemap.xml"))
        assert len(named) == len(set(named))
        pages = {read_page(page).canonical for page in pages_of(site.output)} - {None}
        assert set(named) == pages


def test_robots_may_read_the_site_and_find_the_sitemap(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    for site in (built_site, sub_path_site):
        lines = site.read("/robots.txt").splitlines()
        assert f"Sitemap: {site.base_url}sitemap.xml" in lines
        assert "User-agent: *" in lines
        assert not any(line.startswith("Disallow: /") for line in lines)


def find_faults(schema: dict[str, Any], value: Any, root: dict[str, Any], path: str = "") -> list[str]:
    """Where `value` departs from a schema, as far as the schema of entries uses JSON Schema 2020-12."""
    if "$ref" in schema:
        return find_faults(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root, path)
    types = {"string": str, "array": list, "object": dict, "null": type(None), "boolean": bool}
    if "type" in schema and not isinstance(value, types[schema["type"]]):
        return [f"{path}: is no {schema['type']}"]
    faults: list[str] = []
    for keyword, wanted in schema.items():
        match keyword:
            case "anyOf":
                options = [find_faults(option, value, root, path) for option in wanted]
                faults += [] if [] in options else min(options, key=len)
            case "enum":
                faults += [] if value in wanted else [f"{path}: {value!r} is not allowed"]
            case "const":
                faults += [] if value == wanted else [f"{path}: is not {wanted!r}"]
            case "properties":
                for name in wanted.keys() & value.keys():
                    faults += find_faults(wanted[name], value[name], root, f"{path}.{name}")
            case "required":
                faults += [f"{path}.{name}: is missing" for name in wanted if name not in value]
            case "additionalProperties":
                assert wanted is False
                faults += [f"{path}.{name}: is unknown" for name in value.keys() - schema["properties"].keys()]
            case "items":
                for index, part in enumerate(value):
                    faults += find_faults(wanted, part, root, f"{path}[{index}]")
            case "minItems" | "minLength":
                faults += [] if len(value) >= wanted else [f"{path}: is too short"]
            case "maxItems" | "maxLength":
                faults += [] if len(value) <= wanted else [f"{path}: is too long"]
            case "uniqueItems":
                faults += [] if not wanted or len(value) == len(set(value)) else [f"{path}: has a value twice"]
            case "pattern":
                faults += [] if re.search(wanted, value) else [f"{path}: has another form"]
            case "format":
                assert wanted in ("date", "uri", "email")
                if wanted == "date":
                    datetime.date.fromisoformat(value)
            case _:
                assert keyword in UNCHECKED, f"this test does not know {keyword}"
    return faults


def as_json(file: Path) -> Any:
    """A file of YAML as an editor that knows JSON Schema sees it: days are texts."""
    return json.loads(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")), default=lambda day: day.isoformat()))


def test_the_schema_of_entries_accepts_every_entry(built_site: BuiltSite) -> None:
    schema = json.loads(built_site.read("/api/entry.schema.json"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "https://data.example.org/api/entry.schema.json"
    files = sorted(built_site.root.glob("catalog_data/datasets/*/*.yaml"))
    assert len(files) >= 60
    faults = {file.name: found for file in files if (found := find_faults(schema, as_json(file), schema))}
    assert faults == {}


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"colour": "red"},
        {"modalities": ["smell"]},
        {"modalities": []},
        {"domains": ["climate", "marine"]},
        {"license": "Very-Open"},
        {"hosting": "nobody"},
        {"sources": [{"note": "no address"}]},
        {"tags": "water"},
    ],
    ids=str,
)
def test_the_schema_of_entries_refuses_what_check_refuses(built_site: BuiltSite, change: dict[str, object]) -> None:
    schema = json.loads(built_site.read("/api/entry.schema.json"))
    entry = as_json(built_site.root / "catalog_data/datasets/servicenow/repliqa.yaml")
    assert find_faults(schema, {**entry, **change}, schema) != []


def test_data_files_are_json_without_surprises(built_site: BuiltSite) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    files = sorted(built_site.output.rglob("*.json"))
    assert files
    for file in files:
        json.loads(file.read_bytes(), parse_constant=refuse)


def test_nothing_is_loaded_from_another_host(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    """Links may lead anywhere; what a page loads by itself is ours."""
    for site in (built_site, sub_path_site):
        own = urlsplit(site.base_url).netloc
        for page in pages_of(site.output):
            for tag, name, url in read_page(page).urls:
                is_followed = tag == "a" or (tag, name) == ("meta", "content") or url == read_page(page).canonical
                assert is_followed or urlsplit(url).netloc in ("", own), (page, tag, url)
