"""Nothing that the initiative's three source documents say is missing from the site's pages and vocabularies.

The documents are not part of the project: they lie in ``shared/seeds`` beside it, and the tests that need them
are skipped where they are absent.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
PAGES = {
    path.relative_to(ROOT / "content").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "content").rglob("*.md"))
}
VOCABULARIES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "catalog_data" / "vocabulary").glob("*.yaml"))
}
MARKDOWN_LINK = re.compile(r"\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the source documents are not in {SEEDS}")


def read_seeds() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))


def flatten(text: str) -> str:
    """`text` on one line, without emphasis, quotation marks of Markdown and link targets, in lower case."""
    without_targets = MARKDOWN_LINK.sub("]", text)
    return " ".join(re.sub(r"[*_\[\]`]|^>", "", without_targets, flags=re.MULTILINE).split()).lower()


def without_end(url: str) -> str:
    return url.rstrip("/")


@needs_seeds
def test_every_external_link_of_the_documents_is_on_the_site() -> None:
    targets = {t for t in MARKDOWN_LINK.findall(read_seeds()) if t.startswith(("http://", "https://"))}
    site = "\n".join((*PAGES.values(), *VOCABULARIES.values()))
    linked = {without_end(target) for target in MARKDOWN_LINK.findall(site)}
    assert len(targets) >= 11
    assert {target for target in targets if without_end(target) not in linked} == set()


@needs_seeds
def test_every_email_address_of_the_documents_is_on_the_site() -> None:
    addresses = set(EMAIL.findall(read_seeds()))
    site = "\n".join(PAGES.values())
    assert addresses
    assert {address for address in addresses if f"mailto:{address}" not in site} == set()


@needs_seeds
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/dataset-requirements/dataset-card-template", "/requirements/card-template/"),
        ("/dataset-requirements", "/requirements/"),
        ("/about/#contact-us", "/about/#contact-us"),
        ("/catalog", "/catalog/"),
        ("#contribute-your-dataset", "#contribute-your-dataset"),
    ],
)
def test_every_internal_link_of_the_documents_leads_to_its_new_address(old: str, new: str) -> None:
    assert f"]({{{{site.baseurl}}}}{old})" in read_seeds() or f"]({old})" in read_seeds()
    assert f"]({new})" in PAGES["contribute.md"]


@needs_seeds
def test_the_contribution_email_is_that_of_the_documents() -> None:
    (link,) = [t for t in MARKDOWN_LINK.findall(read_seeds()) if t.startswith("mailto:") and "?" in t]
    address, _, query = link.removeprefix("mailto:").partition("?")
    fields = parse_qs(query, keep_blank_values=True)
    contact = yaml.safe_load((ROOT / "site.yaml").read_text(encoding="utf-8"))["contact"]
    assert contact["email"] == address
    assert [contact["contribution"]["subject"]] == fields["subject"]
    assert ["\r\n".join(contact["contribution"]["body"])] == fields["body"]


# Lower case, without emphasis and link targets; every part of a line has to be found, in this order.
FACTS = {
    "contribute.md": [
        # What contribution and donation are
        "contributing means adding your dataset to our catalogue … continue to own and to host it, unless … donate",
        "donate the dataset to the alliance … take ownership of a copy at the time of donation, and host",
        # Steps of both documents
        "1. prepare your contribution. … dataset specification … dataset card",
        "2. tell us about your dataset. submit it for consideration",
        "3. receive feedback from us. … both the card and the dataset itself … ask for clarification",
        "4. transfer the data … optional … accepted … ai alliance's hugging face space … of your own",
        "5. review your submission. after publication … correct … categorised and labelled",
        "this website's catalogue page … open trusted data initiative catalog",
        "6. monitor usage. … ai training and elsewhere",
        # Legal terms of the current document, whole
        "we prefer the community data license agreement - permissive, version 2.0",
        "cc by 4.0 is sometimes used as well",
        # Fields of the older document's form
        "dataset name … descriptive and unique",
        "dataset location … https://",
        "hosting … ai alliance to host",
        "dataset card … no field … .txt, .md or .markdown",
        "modalities … text only, images, audio, video (including audio)",
        "domain … not specific to a domain … suggest another",
        "your e-mail address",
        "you agree to the terms for contribution",
        # Domains and modalities
        "tuning models to excel in a domain … general-purpose datasets are welcome",
        "a dataset has one domain at most. these are our current domains: climate, marine, materials, semiconductors, "
        "other industrial, finance, healthcare, legal, social sciences and time series.",
        "there may be one or more: - text only, - images, which means still images, - audio, - video, optionally with",
        # Responsibilities and benefits
        "anonymisation … we prioritise privacy … built in",
        "secure storage … state-of-the-art encryption",
        "ethical use … ethical, responsible",
        "data scientists, ai researchers and leaders of the industry",
        "discuss, share insights and collaborate on projects",
        "exclusive events and webinars … up to date",
        # The e-mail
        "send us an e-mail about your dataset, and fill in the fields in the draft",
        "we will follow up with the next steps",
        ":::{slot} contribution-email … fields are in your dataset card as well",
    ],
    "contribute/domains.md": [
        "has one at most; a general-purpose dataset has none",
        "suggest another",
        "time series under other domains in one place and under science & industrial in another",
    ],
    "contribute/modalities.md": ["text only, images (still images), audio, and video (including optional audio)"],
    "promote.md": [
        "accessible and findable format … visible … discover … impact",
        "represented in the data, or affected by it … individuals and communities",
        "comprehensive, declares its biases … languages, indigenous knowledge and cultures … relevant … context",
        "researchers and developers who know the domain … terminology … use cases … gaps",
        "both groups can give feedback … quality … relevant and robust",
        "!tip consult native speakers, local linguists, language experts and members of the community",
        "sense of ownership and of being represented",
        "common voice and masakhane … scope … quality … linguistically rich and relevant",
        "ecosystem … researchers, developers, end users and subject matter experts",
        "### 1. host competitions … visible … re-used in new applications … use cases … feedback and validate",
        "kaggle, zindi and, for academic researchers, codalab … incentives",
        "### 2. publish in a data journal, at a conference or as a paper … conferences, workshops and webinars",
        "paper … how it was developed … test models … data in brief … journal of open research software … arxiv",
        "### 3. provide citations and dois … uris and dois … research papers … search engines … keywords",
        "### 4. use social media and online forums … mailing lists … subreddits … linkedin … feedback",
        "### 5. list it in dataset registries and catalogues … registry of open data on aws or datahub",
        "### 6. form partnerships with academic institutions and industry … research projects, internships or thesis",
        "### 7. organise regular meetups and webinars … progress, its challenges … experts … training … workshops",
    ],
}


@pytest.mark.parametrize(("page", "fact"), [(page, fact) for page, facts in FACTS.items() for fact in facts])
def test_the_page_states_the_fact(page: str, fact: str) -> None:
    text = flatten(PAGES[page])
    position = 0
    for part in fact.split(" … "):
        position = text.find(part, position)
        assert position >= 0, f"{page} does not say {part!r} where it should"


def test_the_terms_that_bind_are_the_current_ones_alone_and_the_others_come_last() -> None:
    _, _, rest = PAGES["contribute.md"].partition("\n## Terms for contribution\n")
    terms, _, others = rest.partition("\n## ")
    assert "Developer Certificate of Origin" in terms
    assert "non-cancellable" not in terms
    assert "non-cancellable" in others.rpartition("\n## ")[2]


MISSPELT = {"a unrestricted": "an unrestricted", "Initative": "Initiative"}
"""Typing errors of the documents, which the site does not repeat in its quotations."""

TERMS = [
    (
        "The Open Trusted Data Initiative is focused on",
        "you do not own or to which you do not have a suitable license.",
    ),
    ("By contributing the dataset to the Initiative, you grant anyone", "Origin, Version 1.1"),
    ("This does not affect your ownership", "title to the dataset and its data."),
    ("By contributing a dataset, you affirm that you are the owner", "or have us host it for you."),
    ("You retain all ownership, copyrights", "distribute the dataset under the"),
]


def find_quotations(text: str) -> str:
    """What stands in the block quotations of a page, callouts left out."""
    lines = re.findall(r"^> ?(.*)$", text, re.MULTILINE)
    return flatten(" ".join(line for line in lines if not line.startswith("[!")))


@needs_seeds
@pytest.mark.parametrize(("begin", "end"), TERMS, ids=[begin for begin, _ in TERMS])
def test_legal_terms_are_whole_and_word_for_word(begin: str, end: str) -> None:
    documents = flatten(read_seeds())
    for wrong, right in MISSPELT.items():
        documents = documents.replace(wrong.lower(), right.lower())
    documents = re.sub(r"{:.*?}", "", documents)
    start = documents.index(begin.lower())
    term = documents[start : documents.index(end.lower(), start) + len(end)]
    assert term in find_quotations(PAGES["contribute.md"])


@needs_seeds
def test_nothing_but_terms_is_taken_over_sentence_by_sentence() -> None:
    """No twelve words in a row stand both in the documents and in a page, quotations of legal terms aside."""
    seeds = words_of(read_seeds())
    runs = {tuple(seeds[i : i + 12]) for i in range(len(seeds) - 11)}
    for name, text in PAGES.items():
        words = words_of(re.sub(r"^>.*$", "", text, flags=re.MULTILINE))
        assert [" ".join(run) for i in range(len(words) - 11) if (run := tuple(words[i : i + 12])) in runs] == [], name


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", flatten(text))


AMERICAN = re.compile(
    r"\b(?:(?<!data )catalog(?:s|ed)?|licenses?(?= (?:is|are|of|that|which|for|and|to the))|center|colou?rful|labeled|"
    r"(?:organ|categor|anonym|recogn|summar|general|priorit|special|normal|optim)iz(?:e[ds]?|ing|ation)|"
    r"analyz(?:e[ds]?|ing)|behavior|favor|fulfill|modeling|color)\b",
    re.IGNORECASE,
)
"""American spellings, and the noun "license". Names, addresses, code and quotations keep theirs."""


def prose_of(text: str) -> str:
    """A page without quotations, code, slots, link targets and front matter other than what readers see of it."""
    body = re.sub(r"^(?:layout|permalink|redirect_from|  - /).*$", "", text, flags=re.MULTILINE)
    body = re.sub(r"^>(?! \[!).*$|^:::.*$|^\w+: (?:true|false)$|`[^`]*`", "", body, flags=re.MULTILINE)
    return MARKDOWN_LINK.sub("]", body)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_are_spelt_in_one_way(name: str) -> None:
    prose = prose_of(PAGES[name])
    for proper in (
        "Open Trusted Data Catalog",
        "Open Trusted Data Initiative catalog",
        "Community Data License Agreement",
    ):
        prose = " ".join(prose.replace("\n", " ").split()).replace(proper, "")
    assert AMERICAN.findall(prose) == []


def test_what_readers_see_of_templates_and_vocabularies_is_spelt_in_one_way() -> None:
    shown = {
        path.relative_to(ROOT).as_posix(): re.sub(
            r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.S
        )
        for path in sorted((ROOT / "templates").rglob("*.html"))
    }
    for name, text in VOCABULARIES.items():
        content = yaml.safe_load(text)
        terms = [
            *content.get("terms", []),
            *(field for part in content.get("sections", []) for field in part["fields"]),
        ]
        shown[name] = " ".join([content.get("description", ""), *(term.get("description", "") for term in terms)])
    for path in sorted((ROOT / "catalog_data" / "datasets").rglob("*.yaml")):
        shown[path.name] = yaml.safe_load(path.read_text("utf-8"))["description"]
    names = re.compile(r"Rwanda Biomedical Center|Open Trusted Data Catalog")
    wrong = {name: found for name, text in shown.items() if (found := AMERICAN.findall(names.sub("", text)))}
    assert wrong == {}


CLAIMS = [
    "a dataset in our catalog",
    "meets the dataset specification, version",
    "every value",
    "every licence is",
    "we do not guess",
    "is verified",
    "all datasets are",
    "clear licences and known provenance",
    "stay with their owners",
    "stay its owner",
    "remain its owner",
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_pages_claim_nothing_that_no_code_checks(claim: str) -> None:
    shown = {**PAGES, "site.yaml": (ROOT / "site.yaml").read_text("utf-8")}
    assert [name for name, text in shown.items() if claim in flatten(text)] == []


@pytest.mark.parametrize(
    ("domain", "group", "subjects"),
    [
        ("climate", "science-industrial", ["climate change", "vegetation", "water cover", "agriculture"]),
        ("marine", "science-industrial", ["research", "applications", "marine environments"]),
        ("materials", "science-industrial", ["chemical and mechanical properties", "research"]),
        ("semiconductors", "science-industrial", ["materials research", "performance", "manufacturing"]),
        ("other-industrial", "science-industrial", []),
        ("finance", "other", ["market", "climate", "weather", "political events"]),
        ("healthcare", "other", ["synthetic patient data", "literature", "diagnostic"]),
        ("legal", "other", ["jurisdiction", "case law"]),
        ("social-sciences", "other", ["social dynamics", "political activity", "sentiment"]),
        ("timeseries", "other", ["training", "tuning", "testing", "time series models", "specific applications"]),
    ],
)
def test_the_domain_is_listed_once_with_its_subjects(domain: str, group: str, subjects: list[str]) -> None:
    terms = [t for t in yaml.safe_load(VOCABULARIES["domains"])["terms"] if t["id"] == domain]
    assert len(terms) == 1
    assert terms[0]["group"] == group
    assert [s for s in subjects if s not in terms[0]["description"].lower()] == []


def test_both_groups_of_domains_have_their_names() -> None:
    titles = {group["id"]: group["title"] for group in yaml.safe_load(VOCABULARIES["domains"])["groups"]}
    assert (titles["science-industrial"], titles["other"]) == ("Science and industrial", "Other domains")


@pytest.mark.parametrize("modality", ["text", "image", "audio", "video"])
def test_the_modality_is_listed(modality: str) -> None:
    assert modality in {term["id"] for term in yaml.safe_load(VOCABULARIES["modalities"])["terms"]}


@pytest.mark.parametrize(
    ("page", "slot"),
    [
        ("contribute.md", "contribution-email"),
        ("contribute/domains.md", "domains\ngroup: science-industrial"),
        ("contribute/domains.md", "domains\ngroup: other"),
        ("contribute/modalities.md", "modalities"),
    ],
)
def test_the_pages_for_contributors_show_what_comes_from_data(page: str, slot: str) -> None:
    assert f":::{{slot}} {slot}\n:::" in PAGES[page]


def test_contributors_are_offered_the_domains_of_the_initiative_alone() -> None:
    terms = yaml.safe_load(VOCABULARIES["domains"])["terms"]
    offered = [term["title"].lower() for term in terms if term["group"] != "subject"]
    (sentence,) = re.findall(r"these are our current domains: ([^.]*)\.", flatten(PAGES["contribute.md"]))
    assert re.split(r", | and ", sentence) == offered


def test_the_contribute_page_begins_with_the_steps_and_the_address() -> None:
    headings = re.findall(r"^## (.*)$", PAGES["contribute.md"], re.MULTILINE)
    assert headings[:2] == ["The contribution process", "Contribute your dataset"]
    assert headings[-1] == "Terms of the earlier form"


@pytest.mark.parametrize(
    "mistake",
    ["imformation", "initative", "one registered", "a unrestricted", "members can discuss dataset", "the the "],
)
def test_mistakes_of_the_documents_are_mended(mistake: str) -> None:
    assert [name for name, text in PAGES.items() if mistake in flatten(text)] == []


def test_steps_are_numbered_in_order() -> None:
    for name, text in PAGES.items():
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
        steps = [(before, number) for before, number in zip([0, *numbers], numbers, strict=False)]
        assert all(number in (1, before + 1) for before, number in steps), name


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_has_a_title_and_a_description_that_search_engines_show_whole(name: str) -> None:
    front_matter = yaml.safe_load(PAGES[name].split("---\n", 2)[1])
    assert front_matter["title"]
    assert 50 <= len(front_matter["description"]) <= 160
