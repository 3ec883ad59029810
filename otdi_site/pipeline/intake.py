"""The command ``intake``: makes an entry of a contribution that came as a mail, as an issue's text or as YAML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from otdi_site.contribution import EntryDraft, UnreadableMessageError, find_alike, find_same, write_reply
from otdi_site.contribution.message import MESSAGE_LIMIT
from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.dataset import Dataset
from otdi_site.model.merge import merge_catalog
from otdi_site.pipeline.contributions import Contribution, license_of, read_contribution_file
from otdi_site.pipeline.metadata import load_metadata
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude
from otdi_site.pipeline.sources import Sources, read_sources
from otdi_site.plain_files import read_plain_file
from otdi_site.progress import Progress
from otdi_site.source.card_files import FOLDER as CARD_FOLDER
from otdi_site.source.cards import read_card
from otdi_site.source.config import read_config
from otdi_site.source.entries import FOLDER as ENTRY_FOLDER
from otdi_site.source.entries import read_entry
from otdi_site.trust import Subject, ledger_of, summary_of

_UNREADABLE = ("OTD001", "OTD002", "OTD003", "OTD004", "OTD005")
"""Problems for which a file cannot be read as an entry at all."""


def take_in(request: Request, progress: Progress, file: Path, *, is_dry_run: bool) -> Outcome:
    """Writes the entry, and the card where it is not on the Hub; never over a file that exists."""
    config, of_config = read_config(request.root)
    mark = Mark(str(file))
    if config is None:
        return _fail(request, progress, of_config)
    if not config.contact.contribution.fields:
        help = "describe the form in `contact.contribution.fields`, as the handbook shows"
        return _fail(request, progress, [error("OTD270", Mark("site.yaml"), "the site has no form to read", help)])
    try:
        content = read_plain_file(file, MESSAGE_LIMIT + 1)
        sources = read_sources(request, config)
        contribution = read_contribution_file(content, mark, sources)
    except OSError as problem:
        help = "name a mail saved as .eml, the YAML of the form, or a text file"
        return _fail(request, progress, [error("OTD270", mark, f"cannot be read: {problem.strerror}", help)])
    except UnreadableMessageError as problem:
        help = "save the mail as .eml again, or copy its text into a .txt file"
        return _fail(request, progress, [error("OTD270", mark, str(problem), help)])
    snapshot = load_metadata(request, sources).snapshot
    datasets, _ = merge_catalog(sources.entries, snapshot, sources.vocabularies)
    _compare(contribution, datasets, sources, mark)
    _look_at_license(contribution, sources)
    _check_card(contribution, sources)
    for question in contribution.questions:
        help = "ask the contributor: the reply below does"
        contribution.diagnostics.append(error("OTD271", mark, question.text, help))
    facts, texts = _write(request, contribution, sources, is_dry_run=is_dry_run)
    facts["reply_to"] = contribution.sender or None
    facts["reply"] = write_reply(
        contribution.title,
        contribution.questions,
        contribution.remarks,
        contribution.ledger,
        _public_url(sources, "/requirements/"),
        config.organization,
    )
    return conclude(request, "intake", contribution.diagnostics, progress, facts=facts, texts=texts)


def _fail(request: Request, progress: Progress, diagnostics: Sequence[Diagnostic]) -> Outcome:
    texts = ["nothing was written"]
    return conclude(request, "intake", diagnostics, progress, facts={}, texts=texts, status=FAILURE)


def _compare(contribution: Contribution, datasets: list[Dataset], sources: Sources, mark: Mark) -> None:
    """Looks for the dataset in the catalogue, and among those that are never listed again."""
    hub_id = contribution.draft.hub_id if contribution.draft else ""
    for exclusion in sources.exclusions:
        if exclusion.id.lower() == hub_id.lower():
            message = f"{exclusion.id} was withdrawn on {exclusion.date}, by {exclusion.by}: {exclusion.reason}"
            help = "ask its owner; if it is to come back, remove it from catalog_data/exclusions.yaml first"
            contribution.diagnostics.append(error("OTD276", mark, message, help))
            contribution.remarks.append(
                f"This dataset was withdrawn from our catalogue on {exclusion.date}. Is it to come back, and do you "
                "speak for its owner?"
            )
    same = find_same(hub_id, contribution.url, datasets)
    for dataset in same:
        place = dataset.entry_path or dataset.address
        message = f"the catalogue has this dataset already: {dataset.title.value!r}, {place}"
        contribution.diagnostics.append(error("OTD272", mark, message, "change that entry instead"))
        page = _public_url(sources, dataset.address) or dataset.title.value
        contribution.remarks.append(
            f"Our catalogue has this dataset already: {page}. Is something there to be changed?"
        )
    for dataset in find_alike(contribution.title, datasets):
        if dataset not in same:
            message = f"{dataset.title.value!r} of {dataset.publisher.title} has nearly the same name"
            help = f"look whether it is the same dataset: {dataset.entry_path or dataset.address}"
            contribution.diagnostics.append(warning("OTD273", mark, message, help))


def _public_url(sources: Sources, address: str) -> str:
    """The URL of a page for a contributor; empty where the site's address is that of a local preview."""
    return "" if sources.url.is_local else sources.url.absolute(address)


def _look_at_license(contribution: Contribution, sources: Sources) -> None:
    """Remarks on a licence that is missing, or not accepted."""
    fields = sources.config.contact.contribution.fields
    field = next((each for each in fields if each.vocabulary == "licenses"), None)
    if field is None or any(question.field is field for question in contribution.questions):
        return
    license = license_of(contribution, sources)
    if license is None:
        contribution.remarks.append("Please name the licence of your dataset, also in its card.")
    elif not license.is_accepted:
        page = _public_url(sources, "/requirements/")
        place = f" ({page})" if page else ""
        contribution.remarks.append(
            f"{license.title} is not among the licences that we accept{place}. Can you choose another?"
        )


def _check_card(contribution: Contribution, sources: Sources) -> None:
    draft, specification = contribution.draft, sources.vocabularies.card_specification
    if contribution.card is None:
        fields = sources.config.contact.contribution.fields
        is_asked = any(question.field.type == "card" for question in contribution.questions)
        if draft and not draft.hub_id and not is_asked and any(each.type == "card" for each in fields):
            contribution.remarks.append("Please send us the dataset card, as a Markdown or text file.")
    elif specification is not None:
        card = read_card(contribution.card.content, contribution.card.name)
        contribution.diagnostics += card.problems
        subject = Subject(card=card, card_source=contribution.card.name)
        contribution.ledger = ledger_of(subject, specification, sources.vocabularies.licenses)


def _write(
    request: Request, contribution: Contribution, sources: Sources, *, is_dry_run: bool
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
    codes = {each.code for each in contribution.diagnostics}
    if codes.intersection(_UNREADABLE):
        return facts, ["nothing was written: the entry cannot be read"]
    if "OTD272" in codes:
        return facts, ["nothing was written: the catalogue has this dataset"]
    if "OTD276" in codes:
        return facts, ["nothing was written: the dataset was withdrawn"]
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
            if not target.parent.resolve().is_relative_to(request.root.resolve()):
                raise OSError(0, "its folder is a link out of the site")
            target.parent.mkdir(parents=True, exist_ok=True)
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
