"""The layers of the house, proven from the imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "otdi_site"

MIDDLE = ("source", "hub", "bulk", "trust", "contribution", "index", "render", "check", "publish", "store")
LOWEST = (
    "diagnostics",
    "urls",
    "executors",
    "fingerprints",
    "progress",
    "output",
    "tokens",
    "tree",
    "characters",
    "plain_files",
)
LAYERS = (("cli", "serve"), ("pipeline",), MIDDLE, ("config", "formats", "model", "hub_metadata"), LOWEST)
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}

OWNERS = {
    "yaml": {"source"},
    "markdown_it": {"source"},
    "mdit_py_plugins": {"source"},
    "emoji": {"source"},
    "frontmatter": {"source"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "huggingface_hub": {"hub"},
    "livereload": {"serve"},
    "click": {"cli", "progress", "output"},
    "pydantic": {"config", "model", "source"},
}
"""Who may import a library. `source` turns pydantic's errors into diagnostics."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            assert node.module is not None
            if node.module == "otdi_site":
                yield from (f"otdi_site.{alias.name}" for alias in node.names)
            else:
                yield node.module


def rooms_imported(module: Path) -> set[str]:
    inner = {name.split(".")[1] for name in imports_of(module) if name.startswith("otdi_site.")}
    return inner - {"__version__"}


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(PACKAGE)))
def test_imports_go_down_the_layers_only(module: Path) -> None:
    room = room_of(module)
    if room in ("__init__", "__main__"):
        return
    assert room in RANK, f"{room} has no layer"
    for imported in rooms_imported(module) - {room}:
        assert RANK[imported] >= RANK[room], f"{room} imports {imported}, which is above it"
        assert not (room in MIDDLE and imported in MIDDLE), f"{room} and {imported} are rooms of one layer"


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(PACKAGE)))
def test_each_library_has_one_owner(module: Path) -> None:
    room = room_of(module)
    for name in imports_of(module):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or room in owners, f"{room} imports {name}, which belongs to {owners}"


def test_each_owner_uses_its_library() -> None:
    uses = {(name.split(".")[0], room_of(module)) for module in modules() for name in imports_of(module)}
    assert {(library, room) for library, rooms in OWNERS.items() for room in rooms} - uses == set()


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(PACKAGE)))
def test_modules_say_what_they_are_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def test_the_documented_architecture_is_the_one_of_the_imports() -> None:
    """`docs/architecture.md` has a row for each package, on its layer, and names no file that does not exist."""
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    documented = {room: int(layer) - 1 for layer, room in re.findall(r"^\| (\d) \| `(\w+)` \|", text, re.MULTILINE)}
    rooms = {room_of(module) for module in modules()} - {"__init__", "__main__"}
    assert documented == {room: RANK[room] for room in rooms}
    named = [path.rstrip("/") for path in re.findall(r"`((?:\w+/)*[\w/.-]+\.(?:py|md|js)|(?:\w+/)+)`", text)]
    roots = (PACKAGE.parent, PACKAGE, PACKAGE / "source" / "markdown")
    assert [path for path in named if not any((root / path).exists() for root in roots)] == []
