"""The page in a headless Chromium: toggling, compiling, reloading, two tabs, keys, looks, refusals.

One server and one browser for all tests, which go on where the one before stopped.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from support.browser import prefer
from support.command import run_tabfab

from .conftest import Server, status

Got = TypeVar("Got")

SECONDS = 30


def until(get: Callable[[], Got], what: str) -> Got:
    """What `get` gives as soon as it is something."""
    end = time.monotonic() + SECONDS
    while not (got := get()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return got


class Page:
    """What a person does on the page."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self) -> Page:
        self.browser.get(self.address)
        until(lambda: self.run("return document.body.dataset.version"), "the session")
        return self

    def count(self, selector: str) -> int:
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def text(self, selector: str) -> str:
        """What is shown, asked for at once: elements are replaced meanwhile."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def methods(self) -> list[str]:
        """Of the layers, as the radio buttons say."""
        checked = "document.querySelectorAll('.methods input:checked')"
        return list(self.run(f"return [...{checked}].map((each) => each.value)"))

    def press(self, selector: str) -> None:
        self.browser.find_element("css selector", selector).click()

    def take_method(self, row: int, method: str) -> None:
        """Toggle the method of a layer."""
        rows = self.browser.find_elements("css selector", ".row[data-layer]")
        rows[row].find_element("css selector", f"input[value={method}]").click()


@pytest.fixture
def page(server: Server, browser: Any) -> Page:
    return Page(browser, server.address)


def test_who_lacks_the_token_or_comes_by_another_name_is_refused(server: Server) -> None:
    root, token = server.address.rstrip("/").rsplit("/", 1)
    assert status(server.address) == 200
    assert status(f"{root}/") == 403
    assert status(f"{root}/{token[:-1]}x/session") == 403
    assert status(f"{server.address}session", Host="evil.example") == 403
    assert status(f"{server.address}session", Origin="http://evil.example") == 403
    assert status(f"{server.address}../../etc/passwd") in (403, 404)


def test_a_toggle_changes_costs_and_losses(page: Page) -> None:
    page.open()
    until(lambda: page.text("#figure").endswith("%"), "a prediction")
    before = page.text("#counts"), page.text("#command")
    page.take_method(1, "dyadic")
    until(lambda: page.methods()[1] == "dyadic", "the toggle")
    until(lambda: page.text("#counts") != before[0], "other operations")
    assert "dyadic" in page.text("#command")
    until(lambda: page.text("#speed dd")[:1].isdigit(), "images per second")
    assert page.text("#figure-kind") == "predicted"


def test_two_tabs_show_the_same(page: Page) -> None:
    page.open()
    first = page.browser.current_window_handle
    page.browser.switch_to.new_window("tab")
    page.open()
    page.take_method(2, "table")
    until(lambda: page.methods()[2] == "table", "the toggle here")
    page.browser.switch_to.window(first)
    until(lambda: page.methods()[2] == "table", "the toggle there")
    page.take_method(2, "exact")

    second = next(each for each in page.browser.window_handles if each != first)
    page.browser.switch_to.window(second)
    until(lambda: page.methods()[2] == "exact", "the toggle back")
    page.browser.close()
    page.browser.switch_to.window(first)


def test_keys_move_and_choose(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open()
    page.press("#presets button[data-mask=none]")
    until(lambda: page.methods() == ["exact"] * 3, "all exact")
    page.run("document.querySelector('.row[data-layer] input:checked').focus()")

    def press(key: str) -> None:
        page.browser.switch_to.active_element.send_keys(key)

    press(Keys.ARROW_DOWN)  # to the second layer
    press(Keys.ARROW_LEFT)  # from exact to the method before
    until(lambda: page.methods() == ["exact", "table", "exact"], "the second layer alone")
    focused = page.run("return document.activeElement.name")
    assert focused == "method-1", "an answer of the server leaves the focus where it is"
    press(Keys.TAB)
    assert page.run("return document.activeElement.tagName") == "SELECT"
    press(Keys.ARROW_DOWN)  # from L = 4 to the next
    until(lambda: "--subspace-length 5 " in page.text("#command"), "L = 5")


def test_a_mask_is_compiled_and_is_there_after_reloading(page: Page, server: Server) -> None:
    page.open()
    page.press("#presets button[data-mask=all-but-first]")
    until(lambda: page.methods() == ["exact", "table", "table"], "the mask")
    page.press("#compile")
    until(lambda: page.text("#compile") == "Compiling…", "compiling")
    page.open()  # in the middle
    assert page.text("#compile") in ("Compiling…", "Compiled")
    until(lambda: page.text("#figure-kind") == "compiled", "the compiled mask")
    assert page.count("tr[data-point]") == 1
    assert page.text("#hardware-kind") == "planned, of the program"
    page.take_method(0, "dyadic")
    until(lambda: page.text("#figure-kind") == "predicted", "another mask")
    page.press("tr[data-point] button")
    until(lambda: page.methods() == ["exact", "table", "table"], "the mask of the point")
    assert not page.text("#message")
    (program,) = server.output.glob("trials/*/program")
    assert run_tabfab("evaluate", program).status == 0


def test_the_command_makes_the_same_program(page: Page, server: Server, tmp_path: Path) -> None:
    page.open()
    words = shlex.split(page.text("#command"))
    assert words[:2] == ["tabfab", "compile"]
    outcome = run_tabfab(*words[1:-1], tmp_path / "program")
    assert outcome.status == 0, outcome
    (kept,) = server.output.glob("trials/*/program")
    same = [(each / "tensors.safetensors").read_bytes() for each in (kept, tmp_path / "program")]
    assert same[0] == same[1]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_colours_follow_the_system(page: Page, scheme: str) -> None:
    prefer(page.browser, scheme)
    page.open()
    colours = "const own = getComputedStyle(document.body); return [own.color, own.backgroundColor]"
    light = [sum(map(int, each[4:-1].split(","))) > 380 for each in page.run(colours)]
    assert light == ([True, False] if scheme == "dark" else [False, True])


def test_a_narrow_window_shows_everything(page: Page) -> None:
    sizes = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    try:
        page.open()
        wide = page.run("return document.documentElement.scrollWidth")
        assert wide <= 360, "nothing to be scrolled sideways"
        page.take_method(0, "table")
        until(lambda: page.methods()[0] == "table", "the toggle")
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_what_cannot_be_is_said_in_a_sentence(page: Page) -> None:
    page.open()
    page.run("ask('choose', {layers: ['nothing'], method: 'table'})")
    until(lambda: "the network has no layer 'nothing'" in page.text("#message"), "the sentence")
    page.run("ask('mask', {mask: '1,0'})")
    until(lambda: "the mask has 2 entries" in page.text("#message"), "the sentence")


def test_ctrl_c_ends_it_and_leaves_nothing_half_written(page: Page, server: Server) -> None:
    page.open()
    page.press("#presets button[data-mask=dyadic]")
    until(lambda: "dyadic" in page.methods(), "the mask")
    page.press("#compile")
    until(lambda: page.text("#compile") == "Compiling…", "compiling")
    code, out, err = server.end()
    assert code == 0, err
    assert "Traceback" not in err
    assert out.rstrip().endswith("compiled mask") or out.rstrip().endswith("compiled masks")
    assert not list(server.output.rglob("*.tabfab-new"))
    until(lambda: "does not answer" in page.text("#work"), "what the page says")
