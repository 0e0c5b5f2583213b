"""An officer's thumb on a phone: taps are counted and timed, and every screen is kept as a picture."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from playwright.sync_api import Error, Locator, Page

TAP: Final = 1.2
"""Seconds to find and touch something on the next screen."""
LETTER: Final = 0.35
"""Seconds for a letter or digit."""
PHOTO: Final = 3.0
"""Seconds to point the camera and release it, once it is open; opening and keeping the shot are two taps more."""
STROKE: Final = 0.8
"""Seconds for a stroke of a signature."""


@dataclass(kw_only=True)
class Thumb:
    """What a person does on a page: each act costs its time, beside the time that the platform takes to answer."""

    page: Page
    folder: Path
    taps: int = 0
    human: float = 0.0
    begun: float = field(default_factory=monotonic)
    shots: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Seconds that it took: the person's, and those of the platform."""
        return self.human + monotonic() - self.begun

    @contextmanager
    def outside_time(self) -> Iterator[None]:
        """Do what nobody on the spot would do, and do not count it."""
        at = monotonic()
        yield
        self.begun += monotonic() - at

    def shoot(self, name: str, *, full: bool = False) -> None:
        """Keep the screen as it is seen, or the whole page."""
        with self.outside_time():
            file = f"{len(self.shots) + 1:02d}-{name}.png"
            self.page.screenshot(path=self.folder / file, full_page=full)
            self.shots.append(file)

    def until(self, selector: str, seconds: float = 20) -> None:
        """Wait until something is there; where it does not come, the screen is kept too."""
        try:
            self.page.wait_for_selector(selector, timeout=1000 * seconds)
        except Error:
            self.shoot("instead", full=True)
            raise

    def tap(self, what: str | Locator) -> None:
        """Touch something; what covers it is a fault."""
        place = self.page.locator(what).first if isinstance(what, str) else what
        place.click()
        self.taps += 1
        self.human += TAP

    def go(self, what: str | Locator, address: str) -> None:
        """Touch something that leads to another page."""
        self.tap(what)
        self.page.wait_for_url(address)

    def write(self, what: str, words: str) -> None:
        """Touch a field and write into it."""
        self.tap(what)
        self.page.keyboard.insert_text(words)
        self.human += LETTER * len(words)

    def photograph(self, what: str, *files: Path) -> None:
        """Open the camera, release it, keep the shot: for each file."""
        for file in files:
            self.page.locator(what).set_input_files(file)
            self.taps += 2
            self.human += 2 * TAP + PHOTO

    def sign(self, canvas: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw strokes; points are shares of width and height."""
        self.page.locator(canvas).scroll_into_view_if_needed()
        box = self.page.locator(canvas).bounding_box()
        assert box is not None
        for stroke in strokes:
            for number, (x, y) in enumerate(stroke):
                self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
                if number == 0:
                    self.page.mouse.down()
            self.page.mouse.up()
            self.human += STROKE
        self.taps += 1
