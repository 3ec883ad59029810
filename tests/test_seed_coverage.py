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
        "contributing means adding your dataset to our catalog",
        "donate the dataset to the alliance … take ownership of a copy at the time of donation, and host",
        "continue to own it and to host it",
        # Steps of both documents
        "1. prepare your contribution. … dataset specification … dataset card",
        "2. tell us about your dataset. submit it for consideration",
        "3. receive feedback from us. … both the card and the dataset itself … ask for clarification",
        "4. transfer the data … optional … accepted … ai alliance's hugging face space … of your own",
        "5. review your submission. after publication … correct … categorised and labelled",
        "this website's catalog page … open trusted data initiative catalog",
        "6. monitor usage. … training of ai models and for other uses",
        # Legal conditions of the current document
        "own all data included in the dataset … unrestricted, free-to-use licence from all owners",
        "with respect to the dataset and all of its data, you are either 1. the owner, or 2. you have been granted a "
        "license by all owner(s) of the data enabling you to license it to others under an acceptable open license, "
        "which gives anyone the right to use, modify, copy, and create derivative works of the data and dataset, "
        "among other things",
        "do not contribute data that was obtained merely by collecting publicly visible data from the internet",
        "any other source, if you do not own it or have no suitable licence",
        "we prefer the community data license agreement - permissive, version 2.0",
        "cc by 4.0 is sometimes used as well",
        "you grant anyone a license to the dataset and its data under the developer certificate of origin, version 1.1",
        "does not affect your ownership, copyrights and other interests, and rights to and title to the dataset "
        "and its data",
        # Legal conditions of the older document
        "owner of the dataset, or had been granted permission by the owner(s) to act on their behalf with respect "
        "to the dataset",
        "retain the hosting location or have the dataset hosted by the alliance",
        "retained all ownership, copyrights and other interests, and rights to and title to the dataset",
        "granted the ai alliance a non-exclusive, worldwide, royalty-free, perpetual, and non-cancellable license "
        "to use, modify, alter, edit, copy, reproduce, display, make compilations of and distribute the dataset "
        "under the community data license agreement - permissive, version 2.0",
        # Fields of the older document's form
        "dataset name … descriptive and unique",
        "dataset location … https://",
        "hosting … ai alliance to host",
        "dataset card … .txt, .md or .markdown",
        "modalities … text only, images, audio, video (including audio)",
        "domain … general purposes … suggest another",
        "your e-mail address",
        "you agree to the terms for contribution",
        # Domains and modalities
        "tuned to excel in a domain … general-purpose datasets are welcome",
        "a dataset has one domain at most",
        "there may be one or more: - text only, - images, which means still images, - audio, - video, with or without",
        # Responsibilities and benefits
        "anonymisation … privacy comes first … built in",
        "stored securely, with state-of-the-art encryption",
        "ethical use … used ethically and responsibly",
        "data scientists, ai researchers and leaders of the industry",
        "discuss, share insights and collaborate on projects",
        "exclusive events and webinars … up to date",
        # The e-mail
        "send us an e-mail about your dataset, and fill in the fields in the body of the draft. "
        "we will follow up with the next steps. if the body of the e-mail is empty in your mail program, copy the "
        "fields that stand below the link. :::{slot} contribution-email",
        "fields are in your dataset card as well",
    ],
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
        "kaggle and zindi; academic researchers use codalab … incentives",
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


def test_the_terms_that_bind_are_the_current_ones_alone() -> None:
    _, _, rest = PAGES["contribute.md"].partition("\n## Terms for contribution\n")
    terms, _, _ = rest.partition("\n## ")
    assert "Developer Certificate of Origin" in terms
    assert "non-cancellable" not in terms


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


@pytest.mark.parametrize("slot", ["contribution-email", "contribution-email\ncompact: true", "domains", "modalities"])
def test_the_contribute_page_shows_what_comes_from_data(slot: str) -> None:
    assert f":::{{slot}} {slot}\n:::" in PAGES["contribute.md"]


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
