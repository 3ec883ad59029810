"""The command line: turns options into a request, and an outcome into output and an exit status.

The stages are imported by the commands that need them, so that help and wrong options are answered at once, and so
that Ctrl-C is in good hands from the first moment.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from otdi_site import __version__
from otdi_site.output import has_colours, write_findings, write_text
from otdi_site.progress import Progress
from otdi_site.urls import BaseUrl

if TYPE_CHECKING:
    from otdi_site.pipeline import Outcome, Request

F = TypeVar("F", bound=Callable[..., Any])

CLEAN, PROBLEMS, FAILURE = 0, 1, 2
"""Exit statuses: nothing wrong; problems in the content; wrong usage, configuration or an internal error."""


class DefaultGroup(click.Group):
    """Runs `build` where no command is named, so that its options may follow the program's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and ctx.resilient_parsing:  # a shell asks for completions
            return super().parse_args(ctx, args)
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h", "--version")):
            args = ["build", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            known = {item.value for item in found}
            found += [
                item for item in self.commands["build"].shell_complete(ctx, incomplete) if item.value not in known
            ]
        return found


class BaseUrlType(click.ParamType[str]):
    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            BaseUrl.parse(value)
        except ValueError as problem:
            self.fail(f"{problem}; write it with its scheme, such as https://example.org/catalog/", param, ctx)
        return str(value)


def site_options(command: F) -> F:
    """The options of every command that takes a site."""
    options = [
        click.option(
            "--root",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            default=Path(),
            help="The site's folder, with site.yaml, content/ and catalog_data/.  [default: this folder]",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path),
            help="Where the site is written.  [default: _site in the site's folder]",
        ),
        click.option(
            "--cache",
            type=click.Path(path_type=Path),
            help="Where builds keep what makes the next one fast.  [default: .cache in the site's folder]",
        ),
        click.option("--base-url", type=BaseUrlType(), help="Where the site is published; wins over site.yaml."),
        click.option("--offline", is_flag=True, help="Use no network at all."),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        click.option(
            "--jobs",
            type=click.IntRange(min=1),
            default=os.cpu_count() or 1,
            show_default="one a core",
            help="Processes that render pages.",
        ),
        click.option(
            "--format",
            "output_format",
            type=click.Choice(["text", "github", "json"]),
            default="text",
            show_default=True,
            help="How problems are written.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _request(
    root: Path, output: Path | None, cache: Path | None, base_url: str | None, offline: bool, strict: bool, jobs: int
) -> Request:
    from otdi_site.pipeline import Request

    root = root.resolve()
    output = (output or root / "_site").absolute()
    cache = cache.absolute() if cache else None
    return Request(root, output, base_url, offline, strict, jobs, cache_folder=cache)


def _finish(outcome: Outcome, output_format: str) -> None:
    """Findings to standard output, the summary to standard error, and out."""
    write_findings(outcome.diagnostics, outcome.summary, output_format)
    click.echo(outcome.line, err=True)
    sys.exit(outcome.exit_status)


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="otdi-site")
def cli() -> None:
    """Builds a catalog of open, trusted AI datasets as a static site.

    Without a command, it builds. Exit status: 0 clean, 1 problems in the content, 2 wrong usage,
    configuration or an internal error.
    """


@cli.command()
@site_options
@click.option("--accept", is_flag=True, help="Accept that an unusual share of pages, files or datasets goes.")
@click.option("--verbose", is_flag=True, help="Say what was used of the last build, and if nothing, why.")
def build(output_format: str, accept: bool, verbose: bool, **options: Any) -> None:
    """Refresh stale live metadata, then write the site."""
    from otdi_site import pipeline

    outcome = pipeline.build(replace(_request(**options), accept=accept), Progress())
    if verbose and (rebuild := outcome.summary.get("rebuild")):
        reason = outcome.summary.get("rebuild_reason")
        click.echo(f"rebuild: {rebuild}" + (f", since {reason}" if reason else ""), err=True)
    _finish(outcome, output_format)


@cli.command()
@site_options
@click.option("--accept", is_flag=True, help="Accept a refresh that drops an unusual share of the datasets.")
def refresh(output_format: str, accept: bool, **options: Any) -> None:
    """Fetch live metadata into catalog_data/snapshots/, and nothing else."""
    from otdi_site import pipeline

    _finish(pipeline.refresh(_request(**options), Progress(), accept=accept), output_format)


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@site_options
def check(output_format: str, paths: tuple[Path, ...], **options: Any) -> None:
    """Report every problem of content, entries, templates and links, and write nothing.

    With PATHs, report only those of these files and folders.
    """
    from otdi_site import pipeline

    request = _request(**options)
    only = [path.resolve() for path in paths]
    for shown, path in zip(paths, only, strict=True):
        if not pipeline.is_part_of_site(request.root, path):
            raise click.UsageError(
                f"{shown} is not part of the site: name files and folders of {request.root} that exist, "
                "in content, catalog_data, templates or site_src, or site.yaml"
            )
    _finish(pipeline.check(request, Progress(), only), output_format)


@cli.group()
def card() -> None:
    """Check dataset cards against the dataset specification."""


@card.command("check")
@click.argument("name", metavar="FILE|DATASET_ID")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The site's folder, whose specification counts.  [default: this folder]",
)
@click.option("--offline", is_flag=True, help="Use no network at all.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
def check_card(name: str, root: Path, offline: bool, output_format: str) -> None:
    """Check one dataset card, requirement by requirement, with lines and remedies.

    A name such as owner/name is a dataset on the Hub, whatever files there are; write ./owner/name for a file. Exit
    status 1 if a required one is not met.
    """
    from otdi_site.pipeline import cards

    checked = cards.check_card(root.resolve(), name, is_offline=offline)
    write_text(cards.describe_checked_card(checked, output_format, is_coloured=has_colours(sys.stdout)))
    click.echo(checked.line, err=True)
    sys.exit(checked.exit_status)


@cli.group()
def collection() -> None:
    """Compare a Hugging Face collection with the catalog, and change it."""


@collection.command("sync")
@site_options
@click.option("--collection", "slug", help="The collection's slug, where site.yaml names several.")
@click.option("--apply", "is_applied", is_flag=True, help="Make the changes, with the token of HF_TOKEN.")
@click.option("--yes", is_flag=True, help="Do not ask before the changes are made.")
def sync_collection(output_format: str, slug: str | None, is_applied: bool, yes: bool, **options: Any) -> None:
    """Show what would be added to, removed from or annotated in the collection; --apply does it.

    Entries whose dataset the collection lacks are added, excluded datasets and those not yet reviewed are removed, and
    items without a note get the description of their entry. What the collection has besides is left alone.
    """
    from otdi_site.pipeline.collection_sync import sync

    if is_applied and not yes and not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: add --yes to make the changes")

    def log(line: str) -> None:
        if output_format == "text":
            write_text(f"{line}\n")

    def confirm(question: str) -> bool:
        return yes or click.confirm(question, err=True)

    outcome = sync(_request(**options), Progress(), log, slug=slug, is_applied=is_applied, confirm=confirm)
    _finish(outcome, output_format)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@site_options
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def intake(output_format: str, file: Path, dry_run: bool, **options: Any) -> None:
    """Make a catalog entry of a contribution: a mail (.eml), the form's YAML, or the text of an issue.

    Writes the entry, checks licence and card, looks for duplicates and drafts a reply. Never writes over a file.
    """
    from otdi_site.pipeline.intake import take_in

    outcome = take_in(_request(**options), Progress(), file, is_dry_run=dry_run)
    write_findings(outcome.diagnostics, outcome.summary, output_format)
    if output_format == "text":
        for title, name in (("Entry", "text"), ("Reply to the contributor", "reply")):
            if text := outcome.summary.get(name):
                address = outcome.summary.get("reply_to") if name == "reply" else None
                write_text(f"\n{title}{f' ({address})' if address else ''}:\n\n{text}")
    click.echo(outcome.line, err=True)
    sys.exit(outcome.exit_status)


@cli.command()
@site_options
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Where to listen.")
@click.option("--host", default="localhost", show_default=True, help="The address to listen on.")
@click.option("--open", "is_opened", is_flag=True, help="Open the site in a browser.")
def serve(output_format: str, port: int, host: str, is_opened: bool, **options: Any) -> None:
    """Build, show the site in a browser and rebuild what a change touches."""
    from otdi_site.serve import serve as run_server

    sys.exit(run_server(_request(**options), port, host, output_format, is_opened=is_opened))


def main() -> None:
    """Runs the command line. An expected problem shows no traceback; an unexpected one always does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that a terminal cannot show is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    if find_spec("fcntl") is None:
        message = "otdi-site runs on Linux and macOS: this system has no POSIX file locks. On Windows, use WSL."
        click.echo(message, err=True)
        sys.exit(FAILURE)
    try:
        cli.main(prog_name=Path(sys.argv[0]).name, standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        sys.exit(FAILURE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(FAILURE)
    except Exception as problem:
        import traceback

        from otdi_site.tokens import find_tokens

        tokens = find_tokens()
        for part in traceback.format_exception(problem):
            click.echo(tokens.without(part), err=True, nl=False)
        summary = tokens.without(json.dumps(f"{type(problem).__name__}: {problem}"))
        click.echo(f"internal error: {summary}; nothing was published. Please report it.", err=True)
        sys.exit(FAILURE)
    finally:
        gc.freeze()  # Python looks for cycles before it ends, among all that a build held: a twentieth of its time
