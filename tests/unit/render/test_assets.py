"""Assets: fingerprints, the one stylesheet, and files that name others."""

from __future__ import annotations

import re
from pathlib import Path

from otdi_site.diagnostics import Diagnostic
from otdi_site.render import Assets, load_assets


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load(*folders: Path) -> Assets:
    assets, diagnostics = load_assets(folders)
    assert diagnostics == ()
    return assets


def only(diagnostics: tuple[Diagnostic, ...]) -> str:
    (diagnostic,) = diagnostics
    return f"{diagnostic.mark} {diagnostic.code}"


def test_a_name_changes_when_the_content_does(tmp_path: Path) -> None:
    write(tmp_path, {"js/a.js": "1"})
    first = load(tmp_path).path("js/a.js")
    assert re.fullmatch(r"assets/a\.[0-9a-f]{8}\.js", first)
    assert load(tmp_path).path("js/a.js") == first
    write(tmp_path, {"js/a.js": "2"})
    assert load(tmp_path).path("js/a.js") != first


def test_parts_of_a_stylesheet_become_one_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"css/site.css": '@import "a.css";\n@import "b.css";\np {}\n', "css/a.css": "a {}\n", "css/b.css": "b {}"},
    )
    assets = load(tmp_path)
    assert assets.text("css/site.css") == "a {}\nb {}\np {}\n"
    assert list(assets.paths) == ["css/site.css"]


def test_a_change_of_an_imported_module_renames_the_modules_above_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "js/top.js": 'import { b } from "./middle.js";\nconst c = await import("./low.js");\n',
            "js/middle.js": "export * from './low.js';\n",
            "js/low.js": "export const b = 1;\n",
        },
    )
    before = load(tmp_path)
    low = before.path("js/low.js").removeprefix("assets/")
    assert f"from './{low}'" in before.text("js/middle.js")
    assert f'import("./{low}")' in before.text("js/top.js")
    write(tmp_path, {"js/low.js": "export const b = 2;\n"})
    after = load(tmp_path)
    assert all(before.path(name) != after.path(name) for name in before.paths)


def test_images_in_stylesheets_are_named_by_their_fingerprint(tmp_path: Path) -> None:
    css = "a { background: url(../img/a.svg) } b { background: url('data:,x') } c { background: url(#d) }"
    write(tmp_path, {"css/site.css": css, "img/a.svg": "<svg/>"})
    assets = load(tmp_path)
    image = assets.path("img/a.svg").removeprefix("assets/")
    assert assets.text("css/site.css") == css.replace("../img/a.svg", f"./{image}")


def test_downloads_keep_their_names(tmp_path: Path) -> None:
    write(tmp_path, {"downloads/card.md": "# import './x.js'\n"})
    (artifact,) = load(tmp_path).artifacts()
    assert (artifact.path, artifact.kind, artifact.content) == ("downloads/card.md", "asset", b"# import './x.js'\n")


def test_the_sites_own_files_win_one_by_one(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {"css/a.css": "own {}"})
    project = write(tmp_path / "project", {"css/a.css": "a {}", "css/site.css": '@import "a.css";\n', "js/b.js": "1"})
    assets = load(own, project)
    assert assets.text("css/site.css") == "own {}\n"
    assert "js/b.js" in assets.paths


def test_a_name_that_leads_nowhere_is_reported_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"js/a.js": '// one\nimport "./b.js";\n'})
    assert only(load_assets([tmp_path])[1]) == "site_src/js/a.js:2 OTD310"
    write(tmp_path, {"js/a.js": "", "css/site.css": '/* one */\n\n@import "b.css";\n'})
    assert only(load_assets([tmp_path])[1]) == "site_src/css/site.css:3 OTD310"


def test_a_ring_of_modules_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"js/a.js": 'import "./b.js";\n', "js/b.js": 'import "./a.js";\n'})
    _, diagnostics = load_assets([tmp_path])
    assert only(diagnostics) == "site_src/js/a.js OTD311"
    assert "js/a.js -> js/b.js -> js/a.js" in diagnostics[0].message


def test_two_files_with_one_published_name_are_reported(tmp_path: Path) -> None:
    write(tmp_path, {"js/a-b.js": "1", "js/a/b.js": "1"})
    assert only(load_assets([tmp_path])[1]) == "site_src/js/a/b.js OTD312"


def test_a_stylesheet_in_another_encoding_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"css/site.css": "a { content: 'é' }".encode("latin-1")})
    assert only(load_assets([tmp_path])[1]) == "site_src/css/site.css:1:15 OTD313"


def test_types_imported_in_comments_are_no_ring(tmp_path: Path) -> None:
    comment = '/**\n * @param {import("./a.js").A} a\n */\nconst x = /** @type {import("./none.js").N} */ (1);\n'
    write(tmp_path, {"js/a.js": 'import "./b.js";\n', "js/b.js": comment + 'import "./c.js";\n', "js/c.js": ""})
    assets = load(tmp_path)
    assert assets.text("js/b.js").startswith(comment)
    assert '"./c.' in assets.text("js/b.js")
    assert '"./c.js"' not in assets.text("js/b.js")
