"""Have a browser and a Chinese font for the tests: Debian's packages when root on Debian, else what is there."""

import os
import shutil
import subprocess
import sys

from tests.browser.chromium import installed

PACKAGES = ("chromium", "fonts-noto-cjk")


def main() -> int:
    """0 when a browser is there in the end, 1 with one sentence when none can be had."""
    if os.name == "posix" and shutil.which("apt-get") and os.geteuid() == 0 and not _complete():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES], env=environment, check=False)
    if not installed():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not installed():
        print("There is no browser to test with: install Chromium, Chrome or Edge.", file=sys.stderr)
        return 1
    if shutil.which("fc-list") and not _chinese_font():
        print("No Chinese font is installed: pictures will show boxes.", file=sys.stderr)
    return 0


def _complete() -> bool:
    return installed() is not None and _chinese_font()


def _chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
