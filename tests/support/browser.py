"""Chromium without a window, for tests of pages; each opens one page at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NEEDS = ("chromium", "chromedriver", "selenium")
"""What a test that opens a page is marked with."""

_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@contextmanager
def browser(scratch: Path, width: int = 1280, height: int = 900) -> Iterator[Any]:
    """A Chromium, as Selenium drives it.

    Parameters
    ----------
    scratch: an empty directory for what it keeps.
    width, height: of what is seen of a page, in CSS pixels.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    size_and_place = (f"--window-size={width},{height}", f"--user-data-dir={scratch}")
    for argument in (*_ARGUMENTS, *size_and_place):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield driver
    finally:
        driver.quit()


def prefer(driver: Any, scheme: str) -> None:
    """Have pages believe that their reader prefers the colour scheme ``dark`` or ``light``."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def complaints(driver: Any) -> list[str]:
    """What the browser said of the page: refused scripts, failed loads, errors."""
    return [entry["message"] for entry in driver.get_log("browser")]
