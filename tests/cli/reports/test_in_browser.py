"""The page in Chromium: wide, narrow and dark, with pointer and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.browser import NEEDS, browser, complaints, prefer
from support.builds import write_residual_build
from support.command import run_tabfab
from support.shared import made_once
from support.strangers import nasty_build

pytestmark = pytest.mark.needs(*NEEDS)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a build with a residual block, next to another of the same program."""

    def make(path: Path) -> None:
        path.mkdir()
        write_residual_build(path / "build")
        assert run_tabfab("simulate", path / "build", "--images", 2).status == 0
        arguments = ("--device", "ecp5-25k", "-o", path / "page.html")
        assert run_tabfab("report", path / "build", *arguments).status == 0

    return made_once(tmp_path_factory, "looked-at", make) / "page.html"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium


def resize(driver: Any, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def test_it_opens_without_a_complaint_and_loads_nothing(driver: Any, page: Path) -> None:
    driver.get(page.as_uri())
    assert complaints(driver) == []
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    titles = driver.execute_script(
        "return [...document.querySelectorAll('main h2')].map((title) => title.innerText)"
    )
    assert {"Network", "Plan", "Timeline", "Queues", "Simulation"} <= set(titles)


def test_a_stranger_s_names_are_not_obeyed(driver: Any, tmp_path: Path) -> None:
    build, page = nasty_build(tmp_path / "build"), tmp_path / "page.html"
    assert run_tabfab("report", build, "-o", page).status == 0
    driver.get(page.as_uri())
    assert driver.title != "hit"
    assert driver.title.startswith("<script>")
    assert complaints(driver) == []
    # A script that got in all the same would be refused.
    driver.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = \"document.title = 'hit'\"; document.body.append(script)"
    )
    assert driver.title != "hit"
    assert any("Content Security Policy" in each for each in complaints(driver))


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_it_fits_windows_of_any_width(driver: Any, page: Path, width: int) -> None:
    resize(driver, width)
    driver.get(page.as_uri())
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    # What is wider than the window can be scrolled by keyboard.
    unreachable = driver.execute_script(
        "return [...document.querySelectorAll('main *')].filter((each) =>"
        " getComputedStyle(each).overflowX === 'auto' && each.scrollWidth > each.clientWidth"
        " && each.tabIndex < 0).length"
    )
    assert unreachable == 0
    resize(driver, 1280)


def test_it_is_dark_where_that_is_preferred(driver: Any, page: Path) -> None:
    driver.get(page.as_uri())
    color = "return getComputedStyle(document.querySelector('main > section'))['%s']"
    seen = {}
    for scheme in ("light", "dark"):
        prefer(driver, scheme)
        seen[scheme] = [brightness(driver.execute_script(color % name))
                        for name in ("backgroundColor", "color")]  # fmt: skip
    prefer(driver, "light")
    assert seen["light"][0] > 0.9 > 0.2 > seen["light"][1]
    assert seen["dark"][0] < 0.2 < 0.8 < seen["dark"][1]


def brightness(color: str) -> float:
    """Mean of ``rgb(r, g, b)`` from 0 to 1."""
    return sum(map(int, color.removeprefix("rgb(").rstrip(")").split(","))) / (3 * 255)


def test_a_node_is_marked_in_every_section(driver: Any, page: Path) -> None:
    from selenium.webdriver import ActionChains

    driver.get(page.as_uri())
    row = driver.find_element("css selector", "#network tr[data-node='table']")
    ActionChains(driver).move_to_element(row).perform()
    sections = driver.execute_script(
        "return [...new Set([...document.querySelectorAll('.lit')].map("
        "(each) => each.closest('section').id))]"
    )
    assert {"network", "plan", "timeline"} <= set(sections)
    names = driver.execute_script(
        "return [...new Set([...document.querySelectorAll('.lit')].map((e) => e.dataset.node))]"
    )
    assert names == ["table"]


def test_timelines_are_drawn_out_by_keyboard(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    driver.get(page.as_uri())
    width = "return document.querySelector('#timeline .zoomed').clientWidth"
    before = driver.execute_script(width)
    button = driver.find_element("css selector", "#timeline button[aria-label='Zoom in']")
    button.send_keys(Keys.ENTER)
    assert driver.execute_script(width) == pytest.approx(2 * before, abs=2)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 1280
    driver.find_element("css selector", "#timeline button[aria-label='Zoom out']").send_keys(" ")
    assert driver.execute_script(width) == before


def test_the_clock_under_the_pointer_is_told(driver: Any, page: Path) -> None:
    from selenium.webdriver import ActionChains

    driver.get(page.as_uri())
    strip = driver.find_element("css selector", "#timeline .strip svg")
    ActionChains(driver).move_to_element(strip).perform()  # to its middle
    told = driver.execute_script("return document.querySelector('#timeline .axis b').innerText")
    end = driver.execute_script("return document.querySelector('#timeline .strips').dataset.end")
    assert int(told.replace(",", "")) == pytest.approx(int(end) / 2, abs=int(end) / 200)


def test_the_first_tab_leads_past_the_list_of_sections(driver: Any, page: Path) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver.get(page.as_uri())
    ActionChains(driver).send_keys(Keys.TAB).perform()
    focused = "return document.activeElement"
    assert driver.execute_script(f"{focused}.className") == "skip"
    assert driver.execute_script(f"{focused}.getBoundingClientRect().left") >= 0
    ActionChains(driver).send_keys(Keys.ENTER).perform()
    assert driver.execute_script("return location.hash") == "#overview"


def test_printing_opens_what_is_folded_up(driver: Any, page: Path) -> None:
    driver.get(page.as_uri())
    closed = "return document.querySelectorAll('details:not([open])').length"
    before = driver.execute_script(closed)
    assert before > 0
    assert driver.execute_script(f"dispatchEvent(new Event('beforeprint')); {closed}") == 0
    assert driver.execute_script(f"dispatchEvent(new Event('afterprint')); {closed}") == before
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert len(printed["data"]) > 10_000
