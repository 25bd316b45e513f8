"""Takes the two pictures of the README: python tests/screenshots.py [INDEX] (needs Chromium).

Small on purpose: few colours, one page each, no more than 120 KB.
"""

import io
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import uvicorn
from chromium import chromium, colours, missing, resize
from PIL import Image

from ingest.command import INDEX
from service.answerer import open_answerer
from service.app import create_app
from service.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
QUESTION = "各单位学习宣传贯彻《意见》的情况应在什么时候之前报总局？"
CLAUSE = "国发〔2018〕3号第五条"


def main() -> None:
    if missing():
        raise SystemExit(missing())
    DOCS.mkdir(exist_ok=True)
    app = create_app(Settings(), open_answerer(Path(sys.argv[1]) if len(sys.argv) > 1 else INDEX))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, http="h11", ws="none", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    site = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    with tempfile.TemporaryDirectory() as profile:
        driver = chromium(Path(profile))
        try:
            colours(driver, "light")
            resize(driver, 820, 620)
            driver.get(f"{site}/?lang=zh&q={quote(QUESTION)}")
            save(driver, "answer.png")
            resize(driver, 1100, 700)
            driver.get(f"{site}/?lang=en&q={quote(CLAUSE)}")
            driver.get(driver.find_elements("css selector", ".cited .open")[-1].get_attribute("href"))
            time.sleep(0.2)  # until it has gone to the marked words
            save(driver, "document.png")
        finally:
            driver.quit()
            server.should_exit = True
            thread.join(10)


def save(driver, name: str) -> None:
    """The page as a picture of few colours."""
    picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB").quantize(64)
    picture.save(DOCS / name, optimize=True)
    print(f"{DOCS / name}: {(DOCS / name).stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
