"""What opens over the page at 400 % zoom: 320 by 256 pixels are left of a window of 1280 by 1024 (WCAG 2.2, 1.4.10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open

WINDOWS = [{"width": 320, "height": 256}, {"width": 320, "height": 180}]
SEEN = """dialog => {
    // Of each row of pixels in the middle of the window, whether what is under it moves when the dialog scrolls.
    const isStuck = (element) => getComputedStyle(element).position === "sticky" || element === dialog;
    let seen = 0;
    for (let y = 0; y < innerHeight; y += 1) {
        let element = document.elementFromPoint(innerWidth / 2, y);
        if (element === null || !dialog.contains(element)) continue;
        while (!isStuck(element)) element = element.parentElement;
        if (element === dialog) seen += 1;
    }
    return seen;
}"""


def _open_comparison(open_catalog: Open, window: dict[str, int]) -> Locator:
    catalog = open_catalog(viewport=window)
    for number in range(3):
        catalog.page.locator(".rows .mark").nth(number).click()
    catalog.page.get_by_role("button", name="Marked (3)").click()
    catalog.page.locator(".panel table").wait_for()
    return catalog.page.locator(".panel")


def _open_filters(open_catalog: Open, window: dict[str, int]) -> Locator:
    catalog = open_catalog(viewport=window)
    catalog.page.get_by_role("button", name="Filters").click()
    catalog.page.locator(".drawer fieldset").first.wait_for()
    return catalog.page.locator(".drawer")


@pytest.mark.parametrize("open_dialog", [_open_comparison, _open_filters])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_all_of_a_dialog_can_be_read_and_used_at_high_zoom(
    window: dict[str, int], open_dialog: Callable[[Open, dict[str, int]], Locator], open_catalog: Open
) -> None:
    dialog = open_dialog(open_catalog, window)
    assert dialog.evaluate(SEEN) > window["height"] * 0.6
    assert dialog.evaluate("dialog => dialog.scrollWidth <= innerWidth")
    for control in dialog.locator("button:visible, a:visible, summary:visible, input:visible").all()[:40]:
        control.focus()
        # The beginning of its first line is in the window, and nothing lies over it.
        assert control.evaluate("""control => {
            const { x, y, width, height } = control.getClientRects()[0];
            const found = document.elementFromPoint(x + Math.min(width, 16) / 2, y + height / 2);
            return control.contains(found);
        }"""), control.evaluate("control => control.outerHTML")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
