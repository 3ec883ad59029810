"""Addresses that may not stand in raw HTML run nothing in a browser, even without the pages' security policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from otdi_site.source.markdown import MarkdownOptions, render_markdown

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SIGN = "7357"
RUN = f"console.log({SIGN})"
DISGUISES = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java&#9;script:{RUN}",
    f"java&#10;script:{RUN}",
    f"java&NewLine;script&colon;{RUN}",
    f"&#1;javascript:{RUN}",
    f"&#x6A;&#x61;vascript&#0058;{RUN}",
    f"&#106avascript:{RUN}",
    f"javascript://%0a{RUN}",
    f"data:text/html,&lt;script>{RUN}&lt;/script>",
]
TAGS = [
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    '<A\nid="&lt;>" HREF = "{}">x</A>',
    '<p><a title=">" href="{}">x</a></p>',
    '<svg width="20" height="20"><a xlink:href="{}"><text y="15">x</text></a></svg>',
    '<form action="{}"><button>x</button></form>',
    '<form><button formaction="{}">x</button></form>',
    '<iframe src="{}"></iframe>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    "[x]({})",
    "[x](<{}>)",
    '[x](/about/){{: href="{}"}}',
]


def render(text: str) -> str:
    options = MarkdownOptions("/", None, {}, frozenset())
    document = render_markdown(
        text, path="content/x.md", first_line=1, page_address="/x/", source_path="content/x.md", options=options
    )
    return "".join(map(str, document.blocks))


CLICK_ALL = """
for (const one of document.querySelectorAll("a, button"))
  one.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, view: window}));
"""


def test_no_disguise_of_a_script_runs(new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()

    def has_run(content: str) -> bool:
        page = context.new_page()
        messages: list[str] = []
        page.on("console", lambda message: messages.append(message.text))
        page.set_content(content)
        page.evaluate(CLICK_ALL)
        page.wait_for_timeout(50)  # it stays open: Chromium may never answer where a page is closed while it leaves
        return SIGN in messages

    assert has_run(f'<a href="javascript:{RUN}">x</a>'), "the browser runs such addresses"
    for tag in TAGS:
        assert not has_run("\n".join(render(tag.format(address)) for address in DISGUISES)), tag
