"""The pictures of the README, made anew: python -m tests.browser.pictures."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from board.core.settings import PROJECT
from etl.opening import build_sample
from tests.browser.chromium import SWITCHES, installed
from tests.browser.conftest import Visit
from tests.browser.server import Server

OUT = PROJECT / "docs" / "pictures"
PICTURES = {
    "overview-en": ("overview?lang=en", 1440, 1000, "light"),
    "escalation-zh": ("escalation?lang=zh&site=houjiatang", 1440, 1000, "dark"),
    "overview-phone-zh": ("overview?lang=zh", 390, 900, "light"),
}


def main() -> None:
    """Write every picture of PICTURES into docs/pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build_sample(Path(folder), lambda *_: None)
        server = Server(Path(folder)).start()
        browser = playwright.chromium.launch(executable_path=installed(), args=list(SWITCHES))
        for name, (path, width, height, scheme) in PICTURES.items():
            viewport = {"width": width, "height": height}
            page = browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
            Visit(page, f"http://localhost:{server.port}").go(path)
            page.screenshot(path=OUT / f"{name}.png")
            print(OUT / f"{name}.png")
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
