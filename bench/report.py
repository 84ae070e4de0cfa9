#!/usr/bin/env python3
"""How large the page of `tabfab report` is, and how long Chromium takes to open it.

Opening is from the start of the navigation to the end of the load event, and to the first paint
with contents, as the browser says itself (Navigation and Paint Timing), in a browser that is
running already: the median of several. With --clone, how long the two commands take that lead
from nothing to a page: `git clone` of this repository and `make demo`, which sets up an
environment first.

    bench/report.py build/ --device ecp5-85k
    bench/report.py program/ --rounds 9 --json report.json
    bench/report.py --clone
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.browser import browser  # noqa: E402  (tests and bench open pages alike)

TIMES = """
const [navigation] = performance.getEntriesByType("navigation");
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return [navigation.loadEventEnd, paint ? paint.startTime : null];
"""


def opening(page: Path, rounds: int) -> list[tuple[float, float]]:
    """Milliseconds until a page is loaded, and until it is painted, so many times."""
    found = []
    with tempfile.TemporaryDirectory() as scratch, browser(Path(scratch)) as driver:
        for _ in range(rounds + 1):  # the first warms the browser up
            driver.get("about:blank")
            driver.get(page.as_uri())
            while (times := driver.execute_script(TIMES))[1] is None or not times[0]:
                time.sleep(0.01)
            found.append((float(times[0]), float(times[1])))
    return found[1:]


def from_clone() -> tuple[float, float]:
    """Seconds of `git clone` and of `make demo`."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch, "tabfab")
        seconds = []
        for command in (["git", "clone", "-q", str(ROOT), str(place)],
                        ["make", "-C", str(place), "demo"]):  # fmt: skip
            start = time.monotonic()
            subprocess.run(command, check=True, stdout=sys.stderr)
            seconds.append(time.monotonic() - start)
        assert (place / "demo" / "report.html").is_file()
    return seconds[0], seconds[1]


def main() -> None:
    """Write the page, open it, and print what it takes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directories", nargs="*", type=Path, help="programs and builds")
    parser.add_argument("--device", help="as of 'tabfab report'")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clone", action="store_true", help="measure the two commands instead")
    parser.add_argument("--json", type=Path, help="write the figures there")
    given = parser.parse_args()
    figures: dict[str, object] = {}
    if given.clone:
        clone, demo = from_clone()
        figures |= {"clone_seconds": round(clone, 1), "demo_seconds": round(demo, 1)}
        print(f"git clone {clone:.1f} s, make demo {demo:.1f} s: {clone + demo:.0f} s in all")
    if given.directories:
        if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
            parser.error("this needs chromium and chromedriver (Debian: chromium-driver)")
        with tempfile.TemporaryDirectory() as scratch:
            page = Path(scratch, "report.html")
            command = [str(Path(sys.executable).with_name("tabfab")), "report"]
            command += [str(each) for each in given.directories] + ["-o", str(page)]
            command += [] if given.device is None else ["--device", given.device]
            start = time.monotonic()
            subprocess.run(command, check=True, stdout=sys.stderr)
            written = time.monotonic() - start
            times = opening(page, given.rounds)
            size = page.stat().st_size
        loaded, painted = (statistics.median(column) for column in zip(*times, strict=True))
        slowest = max(max(pair) for pair in times)
        figures |= {
            "bytes": size, "written_seconds": round(written, 1), "rounds": given.rounds,
            "loaded_ms": round(loaded), "painted_ms": round(painted), "slowest_ms": round(slowest),
        }  # fmt: skip
        print(
            f"{size / 1e6:.2f} MB, written in {written:.1f} s; loaded after {loaded:.0f} ms, "
            f"painted after {painted:.0f} ms (median of {given.rounds}; at most {slowest:.0f} ms)"
        )
    if given.json is not None:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
