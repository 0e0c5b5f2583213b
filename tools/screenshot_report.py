"""
Take pictures of a report page with the system's Chromium.

``python tools/screenshot_report.py var/report/report.html`` writes ``docs/images/report.png``, the first screen at
1440 × 1000; options choose another width, the whole page, one part of it, or paper.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent


def find_chromium() -> str:
    """Return the path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("没有找到 Chromium，请先安装。")


def main() -> None:
    """Read the arguments, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path, nargs="?", default=ROOT / "docs" / "images" / "report.png")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--full", action="store_true", help="the whole page")
    parser.add_argument("--part", help="only the part with this CSS selector")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels per CSS pixel")
    parser.add_argument("--pdf", action="store_true", help="print to PDF instead")
    options = parser.parse_args()
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": options.width, "height": options.height}, device_scale_factor=options.scale
        )
        page.goto(options.page.resolve().as_uri())
        if options.pdf:
            page.pdf(path=options.picture, prefer_css_page_size=True, print_background=True)
        elif options.part:
            page.locator(options.part).first.screenshot(path=options.picture)
        else:
            page.screenshot(path=options.picture, full_page=options.full)
        browser.close()
    print(options.picture)


if __name__ == "__main__":
    main()
