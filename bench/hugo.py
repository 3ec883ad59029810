"""The same catalog as a site for Hugo; it must not be a weaker one: same fields, same lists, about the same size."""

# ruff: noqa: E501  # markup

from __future__ import annotations

import json
from pathlib import Path

_CONFIG = """\
baseURL = "http://localhost:8000/"
title = "Open Trusted Data"
uglyURLs = true
disableKinds = ["RSS", "sitemap"]
paginate = 50
[taxonomies]
  license = "license"
  modality = "modality"
  language = "language"
  publisher = "publisher"
"""
_HEAD = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} · Open Trusted Data</title><link rel="canonical" href="{{ .Permalink }}"></head><body>
<header><a href="/">Open Trusted Data</a><nav><ul><li><a href="/catalog/">Catalog</a><li><a href="/contribute/">Contribute</a>
<li><a href="/requirements/">Dataset specification</a><li><a href="/trust/">Trust</a><li><a href="/about/">About</a></ul></nav>
</header><main>"""
_END = "</main><footer><p>The AI Alliance. Code Apache-2.0, pages CC BY 4.0, data CDLA-Permissive-2.0.</p></footer></body></html>\n"
_SINGLE = (
    _HEAD
    + """
<article><h1>{{ .Title }}</h1><p>{{ range .Params.publisher }}<a href="/publisher/{{ . | urlize }}.html">{{ . }}</a>{{ end }}</p>
<p>{{ .Params.text }}</p><p><a href="https://huggingface.co/datasets/{{ .Params.hub_id }}">Open on Hugging Face</a></p>
<dl><dt>Licence<dd>{{ range .Params.license }}<a href="/license/{{ . | urlize }}.html">{{ . }}</a>{{ end }}
<dt>Modalities<dd>{{ range .Params.modality }}<a href="/modality/{{ . | urlize }}.html">{{ . }}</a> {{ end }}
<dt>Languages<dd>{{ range .Params.language }}<a href="/language/{{ . | urlize }}.html">{{ . }}</a> {{ end }}
<dt>Tags<dd>{{ delimit .Params.words ", " }}<dt>Downloads<dd><i>not stated</i><dt>Last change<dd><i>not stated</i></dl>
<h2>Load it</h2><pre>from datasets import load_dataset

dataset = load_dataset("{{ .Params.hub_id }}")</pre>
<pre>from huggingface_hub import snapshot_download

folder = snapshot_download("{{ .Params.hub_id }}", repo_type="dataset")</pre>
<h2>Cite it</h2><pre>@dataset{ {{- .Params.hub_id | urlize -}} ,
  title = { {{- .Title -}} },
  publisher = { {{- delimit .Params.publisher ", " -}} },
  url = {https://huggingface.co/datasets/{{ .Params.hub_id }}}
}</pre>
<h2>Sources</h2><ol><li>Sample of the Hub, read on <time>2025-10-24</time></ol></article>
<!-- {{ .Params.filler }} -->"""
    + _END
)
_LIST = (
    _HEAD
    + """
<h1>{{ .Title }}</h1>{{ $many := gt (len .Pages) 50 }}{{ $shown := .Pages }}{{ if $many }}{{ $shown = .Paginator.Pages }}{{ end }}
<ol>{{ range $shown }}<li><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<p>{{ with .Params.publisher }}{{ delimit . ", " }}{{ end }}</p><p>{{ with .Params.text }}{{ truncate 240 . }}{{ end }}</p>
<ul>{{ range .Params.license }}<li>{{ . }}</li>{{ end }}{{ range .Params.modality }}<li>{{ . }}</li>{{ end }}</ul></li>{{ end }}</ol>
{{ if $many }}<nav>{{ with .Paginator.Prev }}<a href="{{ .URL }}">Previous</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}">Next</a>{{ end }}</nav>{{ end }}"""
    + _END
)
_FILLER = "x" * 2200
"""Brings Hugo's page, whose template is shorter, to the size of ours."""


def make_hugo_site(folder: Path, rows: Path) -> None:
    """A content file a row, as Hugo needs them."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    (folder / "config.toml").write_text(_CONFIG, encoding="utf-8")
    (layouts / "single.html").write_text(_SINGLE.replace("{{ .Params.filler }}", _FILLER), encoding="utf-8")
    for name in ("list", "taxonomy", "term"):
        (layouts / f"{name}.html").write_text(_LIST, encoding="utf-8")
    (folder / "layouts" / "index.html").write_text(_HEAD + "<h1>Home</h1>" + _END, encoding="utf-8")
    with rows.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            publisher, _, name = row["id"].lower().rpartition("/")
            file = folder / "content" / "datasets" / (publisher or "_") / f"{name}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            front = {
                "title": row["id"].rpartition("/")[2],
                "hub_id": row["id"],
                "publisher": [row["author"]],
                "text": row["description"][:600],
                "license": _values(row, "license:"),
                "modality": _values(row, "modality:"),
                "language": _values(row, "language:"),
                "words": [tag for tag in row["tags"] if ":" not in tag][:12],
            }
            file.write_text(json.dumps(front, ensure_ascii=False) + "\n", encoding="utf-8")


def _values(row: dict[str, list[str]], prefix: str) -> list[str]:
    return [tag.removeprefix(prefix) for tag in row["tags"] if tag.startswith(prefix)]
