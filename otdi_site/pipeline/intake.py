"""The command ``intake``: makes an entry of a contribution that came as a mail, as an issue's text or as YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from otdi_site.config import SiteConfig
from otdi_site.contribution import (
    Answer,
    Attachment,
    EntryDraft,
    Message,
    Question,
    UnreadableMessageError,
    draft_entry,
    find_alike,
    find_same,
    read_contribution,
    read_message,
    write_reply,
)
from otdi_site.contribution.entry import place_of, slug
from otdi_site.contribution.message import MESSAGE_LIMIT
from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.dataset import Dataset
from otdi_site.model.ledger import Ledger
from otdi_site.model.merge import merge_catalog
from otdi_site.pipeline.metadata import load_metadata
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude
from otdi_site.pipeline.sources import Sources, read_sources
from otdi_site.progress import Progress
from otdi_site.source.card_files import FOLDER as CARD_FOLDER
from otdi_site.source.cards import read_card
from otdi_site.source.config import read_config
from otdi_site.source.entries import FOLDER as ENTRY_FOLDER
from otdi_site.source.entries import read_entry
from otdi_site.source.yaml_reader import read_yaml
from otdi_site.trust import Subject, ledger_of, summary_of

_HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t])")


@dataclass(slots=True)
class _Contribution:
    """What was sent, as far as it is understood."""

    draft: EntryDraft | None
    title: str
    url: str
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    card: Attachment | None = None
    ledger: Ledger | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)


def take_in(request: Request, progress: Progress, file: Path, *, is_dry_run: bool) -> Outcome:
    """Writes the entry, and the card where it is not on the Hub; never over a file that exists."""
    config, of_config = read_config(request.root)
    mark = Mark(str(file))
    if config is None:
        return _fail(request, progress, of_config)
    fields = config.contact.contribution.fields
    if not fields:
        help = "describe the form in `contact.contribution.fields`, as the handbook shows"
        return _fail(request, progress, [error("OTD270", Mark("site.yaml"), "the site has no form to read", help)])
    try:
        with file.open("rb") as opened:
            content = opened.read(MESSAGE_LIMIT + 1)
        sources = read_sources(request, config)
        contribution = _read(content, mark, config, sources)
    except OSError as problem:
        help = "name a mail saved as .eml, the YAML of the form, or a text file"
        return _fail(request, progress, [error("OTD270", mark, f"cannot be read: {problem.strerror}", help)])
    except UnreadableMessageError as problem:
        help = "save the mail as .eml again, or copy its text into a .txt file"
        return _fail(request, progress, [error("OTD270", mark, str(problem), help)])
    snapshot = load_metadata(request, sources).snapshot
    datasets, _ = merge_catalog(sources.entries, snapshot, sources.vocabularies)
    _compare(contribution, datasets, mark)
    _check_card(contribution, sources)
    for question in contribution.questions:
        help = "ask the contributor: the reply below does"
        contribution.diagnostics.append(error("OTD271", mark, question.text, help))
    facts, texts = _write(request, contribution, sources, mark, is_dry_run=is_dry_run)
    specification = sources.url.absolute("/requirements/")
    reply = write_reply(
        contribution.title,
        contribution.questions,
        contribution.remarks,
        contribution.ledger,
        specification,
        config.organization,
    )
    facts["reply"] = reply
    return conclude(request, "intake", contribution.diagnostics, progress, facts=facts, texts=texts)


def _fail(request: Request, progress: Progress, diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> Outcome:
    texts = ["nothing was written"]
    return conclude(request, "intake", diagnostics, progress, facts={}, texts=texts, status=FAILURE)


def _read(content: bytes, mark: Mark, config: SiteConfig, sources: Sources) -> _Contribution:
    if mark.path.lower().endswith((".yaml", ".yml")):
        return _read_entry(content, mark)
    is_mail = mark.path.lower().endswith(".eml") or _HEADER.match(content) is not None
    message = read_message(content) if is_mail else Message((_decode(content),))
    fields = config.contact.contribution.fields
    answers, questions = read_contribution(message.texts, fields, sources.vocabularies, is_markdown=not is_mail)
    for each in fields:
        if each.type == "email" and message.sender and each.id not in answers:
            answers[each.id] = Answer(text=message.sender)
            questions = [question for question in questions if question.field is not each]
    diagnostics = [
        warning("OTD275", mark, note, "look at the mail yourself, in a program that you trust")
        for note in message.notes
    ]
    cards = list(message.cards)
    if len(cards) > 1:
        names = ", ".join(card.name for card in cards[:5])
        help = "run `card check` on the right one, and ask the contributor which it is"
        diagnostics.append(warning("OTD275", mark, f"{len(cards)} cards are attached: {names}; none was taken", help))
    for each in fields:
        if each.type == "card" and is_mail and each.id in answers and not cards:
            text = f"{each.label}: your mail names {answers[each.id].text!r}, and no text or Markdown file is attached."
            questions.append(Question(each, text))
    title = next((answers[each.id].text for each in fields if each.entry == "title" and each.id in answers), "")
    url = next((answers[each.id].text for each in fields if each.entry == "url" and each.id in answers), "")
    draft = draft_entry(fields, answers) if title and url else None
    remarks = _remarks(answers, config, sources)
    card = cards[0] if len(cards) == 1 else None
    return _Contribution(draft, title, url, questions, remarks, card, diagnostics=diagnostics)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableMessageError("is no text in UTF-8") from None


def _read_entry(content: bytes, mark: Mark) -> _Contribution:
    """The entry that the form wrote, as it stands."""
    text = _decode(content)
    value = read_yaml(text, mark.path).value
    stated = {name: str(each) for name, each in value.items()} if isinstance(value, dict) else {}
    title, url, hub_id = stated.get("title", ""), stated.get("url", ""), stated.get("huggingface", "")
    publisher = place_of(url)[0] if "publisher" not in stated else stated["publisher"]
    if hub_id and "publisher" not in stated:
        publisher = hub_id.rpartition("/")[0]
    name = stated.get("name") or hub_id.rpartition("/")[2] or title
    draft = EntryDraft(slug(publisher) if publisher else "unknown", slug(name), hub_id, text)
    return _Contribution(draft, title, url)


def _remarks(answers: dict[str, Answer], config: SiteConfig, sources: Sources) -> list[str]:
    """Sentences for the contributor about a licence that is not accepted, or missing."""
    remarks = []
    for each in config.contact.contribution.fields:
        if each.vocabulary != "licenses":
            continue
        chosen = answers.get(each.id, Answer()).chosen
        license = sources.vocabularies.licenses.get(chosen[0]) if chosen else None
        if license is None:
            remarks.append("Please name the licence of your dataset, also in its card.")
        elif not license.is_accepted:
            page = sources.url.absolute("/requirements/")
            remarks.append(
                f"{license.title} is not among the licences that we accept ({page}). Can you choose another?"
            )
    return remarks


def _compare(contribution: _Contribution, datasets: list[Dataset], mark: Mark) -> None:
    hub_id = contribution.draft.hub_id if contribution.draft else ""
    same = find_same(hub_id, contribution.url, datasets)
    for dataset in same:
        place = dataset.entry_path or dataset.address
        message = f"the catalogue has this dataset already: {dataset.title.value!r}, {place}"
        contribution.diagnostics.append(error("OTD272", mark, message, "change that entry instead"))
    for dataset in find_alike(contribution.title, datasets):
        if dataset not in same:
            message = f"{dataset.title.value!r} of {dataset.publisher.title} has nearly the same name"
            help = f"look whether it is the same dataset: {dataset.entry_path or dataset.address}"
            contribution.diagnostics.append(warning("OTD273", mark, message, help))


def _check_card(contribution: _Contribution, sources: Sources) -> None:
    specification = sources.vocabularies.card_specification
    if contribution.card is None or specification is None:
        return
    card = read_card(contribution.card.content, contribution.card.name)
    contribution.diagnostics += card.problems
    subject = Subject(card=card, card_source=contribution.card.name)
    contribution.ledger = ledger_of(subject, specification, sources.vocabularies.licenses)


def _write(
    request: Request, contribution: _Contribution, sources: Sources, mark: Mark, *, is_dry_run: bool
) -> tuple[dict[str, object], list[str]]:
    """Writes the files; what was written, for machines and for people."""
    draft = contribution.draft
    facts: dict[str, object] = {"entry": None, "card": None, "is_dry_run": is_dry_run}
    if draft is None:
        return facts, ["nothing was written: name and location are not both known"]
    entry = Path(ENTRY_FOLDER) / draft.publisher / f"{draft.name}.yaml"
    files = [(entry, draft.text.encode())]
    if contribution.card is not None and not draft.hub_id:
        files.append((Path(CARD_FOLDER) / draft.publisher / f"{draft.name}.md", contribution.card.content))
    facts |= {"entry": entry.as_posix(), "text": draft.text}
    if len(files) > 1:
        facts["card"] = files[1][0].as_posix()
    if contribution.ledger is not None:
        facts["card_check"] = summary_of(contribution.ledger)
    contribution.diagnostics += _problems_of(entry, draft, sources)
    if any(each.code == "OTD272" for each in contribution.diagnostics):
        return facts, ["nothing was written: the catalogue has this dataset"]
    existing = [path for path, _ in files if (request.root / path).exists() or (request.root / path).is_symlink()]
    for path in existing:
        help = "compare the two, and rename or remove one"
        contribution.diagnostics.append(
            error("OTD274", Mark(path.as_posix()), "exists already and was left alone", help)
        )
    if existing or is_dry_run:
        return facts, ["nothing was written" + ("" if existing else f": a dry run of {entry}")]
    for path, content in files:
        target = request.root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(request.root):
                raise OSError(0, "its folder is a link out of the site")
            with target.open("xb") as opened:
                opened.write(content)
        except OSError as problem:
            help = "free the place, or choose another folder with --root"
            message = f"cannot be written: {problem.strerror}"
            contribution.diagnostics.append(error("OTD274", Mark(path.as_posix()), message, help))
            return facts, ["not all was written"]
    return facts, ["wrote " + " and ".join(path.as_posix() for path, _ in files)]


def _problems_of(path: Path, draft: EntryDraft, sources: Sources) -> list[Diagnostic]:
    """The problems that `check` would find in the entry."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / path
        file.parent.mkdir(parents=True)
        file.write_text(draft.text, encoding="utf-8")
        _, problems = read_entry(Path(folder), file, sources.vocabularies)
    return problems
