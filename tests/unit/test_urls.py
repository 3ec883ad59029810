from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.urls import (
    BaseUrl,
    address_of_hub_id,
    clashing_files,
    dataset_address,
    file_of_address,
    is_address,
    is_allowed_url,
    is_reserved_name,
    is_web_url,
    slugify,
)

HIDING = (
    "https://user@a.org/",
    "https://user:secret@a.org/",
    "https://@a.org/",
    "https://a.org\\@b.org/",
    "https://a.org:65536/",
    "https://a.org:0/",
    "https://a.org:8o/",
    "https://a.org:-1/",
    "https://a.org:99999999999/",
    "https://a..org/",
    "https://.org/",
    "https://-a.org/",
    "https://a-.org/",
    f"https://{'a' * 64}.org/",
    f"https://{'a.' * 130}org/",
    "https://a_b\u202e.org/",
    "https://a.org/\u202egpj.exe",
    "https://a.org/\x00",
    "https://ａ.org/",
    "https://a。org/",
    "https://a\u00ad.org/",
    "https://1.2.3/",
    "https://999.1.1.1/",
    "https://0x7f.1/",
    "https://[::1",
    "https://[::zz]/",
    "https://[fe80::1%25eth0]/",
)


@pytest.mark.parametrize(
    "url", ["/a/", "a.html", "#top", "?q=1", "https://a.org", "HTTP://A", "mailto:a@b", "tel:1", ""]
)
def test_links_of_people_are_allowed(url: str) -> None:
    assert is_allowed_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://a.org/x",
    ],
)
def test_schemes_that_run_or_read_are_not_allowed_however_they_are_hidden(url: str) -> None:
    assert not is_allowed_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.org",
        "http://a.org:8080/x?y#z",
        "https://[::1]/",
        "http://localhost:8000",
        "https://müller.example/",
        "https://sub_domain.a.org./",
        "http://127.0.0.1:65535/",
        "https://xn--mller-kva.example",
        "https://例え.jp/道",
    ],
)
def test_web_urls_are_absolute(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.org",
        "//a.org",
        "https://",
        "https:///x",
        "http://[::1",
        "ftp://a.org",
        "https://a.org/a b",
        "https://a.org/<script>",
        'https://a.org/"x',
        "https://a.org/{x}",
        "https://a.org/a\\b",
        "https://a.org/]]>",
        "https://a.org/?a[]=1",
        "https://a\n.org",
        *HIDING,
    ],
)
def test_other_urls_are_not(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    "url", [*HIDING, "//user@a.org/", "\\\\user@a.org", "https:user@a.org", "h\nttps://user@a.org"]
)
def test_links_that_hide_where_they_lead_are_not_allowed(url: str) -> None:
    assert not is_allowed_url(url)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Tides & Waves!", "tides-waves"),
        ("Café Ångström", "cafe-angstrom"),
        ("  --a--b--  ", "a-b"),
        ("日本", ""),
        ("", ""),
    ],
)
def test_slugs_keep_latin_letters_and_digits(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_slugs_are_addresses_and_stay_what_they_are(text: str) -> None:
    slug = slugify(text)
    assert slugify(slug) == slug
    assert not slug or is_address(f"/{slug}/")


@pytest.mark.parametrize(
    "name", ["index", "INDEX", "con", "prn", "aux", "nul", "com1", "LPT9", "aux.data", "index.v1.html"]
)
def test_reserved_names_are_known_in_any_case_and_with_any_ending(name: str) -> None:
    assert is_reserved_name(name)


@pytest.mark.parametrize("name", ["indexes", "console", "com10", "my.index", "auxiliary", ""])
def test_names_that_only_resemble_them_are_free(name: str) -> None:
    assert not is_reserved_name(name)


def test_a_dataset_of_a_reserved_name_has_a_file_of_its_own() -> None:
    assert dataset_address("sample", "index") == "/datasets/sample/-index.html"
    assert dataset_address("con", "tides") == "/datasets/-con/tides.html"
    assert dataset_address("sample", "tides") == "/datasets/sample/tides.html"


def test_hub_ids_become_lower_case_addresses() -> None:
    assert address_of_hub_id("ServiceNow/RepliQA_v1.5") == ("servicenow", "repliqa_v1.5")
    assert address_of_hub_id("squad") == ("_", "squad")


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/a/", "a/index.html"),
        ("/404.html", "404.html"),
        ("/datasets/a/b.html", "datasets/a/b.html"),
    ],
)
def test_an_address_is_served_by_one_file(address: str, file: str) -> None:
    assert file_of_address(address) == file


def test_files_that_differ_in_case_alone_clash() -> None:
    assert clashing_files(["a/B.html", "c", "A/b.html", "d", "d"]) == {
        "a/b.html": ["A/b.html", "a/B.html"],
        "d": ["d", "d"],
    }


@pytest.mark.parametrize("address", ["/", "/a/", "/a/b.html", "/über/", "/a-b_c.d/"])
def test_addresses_of_the_site(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a/",
        "//a",
        "/a//b",
        "/a b/",
        "/a?b",
        "/a#b",
        "/../a",
        "/a/./b",
        "/a\\b",
        "/a%20b",
        "/a:b",
        "/a\0",
        "/a\u200b",
    ],
)
def test_what_no_address_can_be(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("https://example.org", "https://example.org", "/"),
        ("https://example.org/", "https://example.org", "/"),
        ("https://example.org/catalog", "https://example.org", "/catalog/"),
        ("http://localhost:8000//a///b/", "http://localhost:8000", "/a/b/"),
        ("https://example.org/a%20b/é", "https://example.org", "/a%20b/%C3%A9/"),
    ],
)
def test_a_base_url_has_an_origin_and_a_path(url: str, origin: str, path: str) -> None:
    assert BaseUrl.parse(url) == BaseUrl(origin, path)


@pytest.mark.parametrize(
    "url", ["", "/catalog/", "example.org", "https://example.org/?a", "https://example.org/#a", "ftp://a"]
)
def test_what_is_no_base_url_says_why(url: str) -> None:
    with pytest.raises(ValueError, match=r"not an absolute http or https URL|no query and no fragment"):
        BaseUrl.parse(url)


def test_every_link_begins_with_the_base_path() -> None:
    base = BaseUrl.parse("https://example.org/sub/path/")
    assert base.href("/") == "/sub/path/"
    assert base.href("/datasets/a/b.html") == "/sub/path/datasets/a/b.html"
    assert base.href("/catalog/?q=a%20b#top") == "/sub/path/catalog/?q=a%20b#top"
    assert base.href("/über/50%/") == "/sub/path/%C3%BCber/50%25/"
    assert base.absolute("/catalog/") == "https://example.org/sub/path/catalog/"
    assert base.host == "example.org"


def test_a_base_path_that_is_encoded_is_not_encoded_again() -> None:
    assert BaseUrl.parse("https://example.org/a%20b/").href("/c d/") == "/a%20b/c%20d/"


@pytest.mark.parametrize("host", ["é" * 1_000_000, "é." * 500_000, "a." * 500_000, "[" * 1_000_000, "a" * 1_000_000])
def test_a_host_of_a_megabyte_is_refused_in_one_pass(host: str) -> None:
    assert not is_allowed_url(f"https://{host}/")
    assert not is_web_url(f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://localhost:8000/", True),
        ("http://localhost./", True),
        ("http://site.localhost/", True),
        ("http://127.8.0.1/", True),
        ("http://[::1]:8000/", True),
        ("https://localhost.example.org/", False),
        ("http://192.168.0.1/", False),
        ("https://example.org/localhost/", False),
    ],
)
def test_addresses_of_previews_lead_readers_to_their_own_machine(url: str, is_local: bool) -> None:
    assert BaseUrl.parse(url).is_local is is_local
