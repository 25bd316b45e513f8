"""Debian's Chromium, driven by Selenium: for tests, and for the pictures of the README."""

import importlib.util
import shutil
from pathlib import Path

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
# Without the last of them its own requests at start-up would look like the page's.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--disable-lcd-text",  # grey letters make smaller pictures, the same everywhere
    "--window-size=1280,1000",
    "--disable-background-networking",
)


def missing() -> str:
    """What must be installed for a browser to start; "" where it is there."""
    if not BROWSER or not DRIVER:
        return "needs chromium and chromedriver (Debian: chromium, chromium-driver)"
    return "" if importlib.util.find_spec("selenium") else "needs selenium (extra: dev)"


def chromium(profile: Path):
    """A browser of its own, which keeps what pages write to its console. To be ended with ``quit()``."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


def resize(driver, width: int, height: int = 1000) -> None:
    """The size of the page itself: a window cannot be as narrow as a phone."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def colours(driver, scheme: str) -> None:
    """The scheme "light" or "dark"; and without motion, so that what is clicked stands still."""
    wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wanted.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
