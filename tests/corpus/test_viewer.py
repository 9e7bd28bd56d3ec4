"""A IIIF viewer in a real browser shows what a manifest says: pages, ranges, text, hits. Needs chromium and TIFY (npm)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.archive.making import from_folders
from db.store import Corpus
from tests.corpus.archives import a_dossier

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TIFY = Path(sys.prefix) / "share" / "vanban" / "tify"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(not TIFY.is_dir(), reason="TIFY is not installed: scripts/setup.sh fetches it through npm"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROOT = Path(__file__).resolve().parents[2]
SERVE = "import sys; from corpus.web import serve; serve(sys.argv[1], port=0, ready=lambda u: print(u, flush=True))"
PAGE = """<!DOCTYPE html><html><head><link rel="stylesheet" href="/viewer/tify.css">
<script type="module">import Tify from '/viewer/tify.js';
window.tify = new Tify({container: '#v', manifestUrl: '%s'});</script>
</head><body><div id="v" style="height: 700px"></div></body></html>"""
KINDS = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("viewer")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        a_dossier(corpus, folder / "d")
        from_folders(corpus)
    command = [sys.executable, "-c", SERVE, str(folder / "c.db")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as server:
        try:
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


def test_a_viewer_shows_the_pages_of_a_dossier(address):
    """The viewer's own files are answered by the browser, as if the room had them: no other host is asked for anything."""

    def viewer(route):
        name = route.request.url.partition("/viewer/")[2]
        if name == "page":
            route.fulfill(body=PAGE % f"{address}/iiif/hoso/1/manifest.json", content_type="text/html")
        elif (TIFY / name).is_file():
            route.fulfill(path=TIFY / name, content_type=KINDS.get(Path(name).suffix, "text/plain"))
        else:
            route.fulfill(status=404, body="")

    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page()
        elsewhere: list[str] = []
        failed: list[str] = []
        images: list[str] = []
        page.on(
            "request",
            lambda request: None if request.url.startswith((address, "data:", "blob:")) else elsewhere.append(request.url),
        )
        page.on(
            "response", lambda answer: failed.append(answer.url) if answer.status >= 400 and "/iiif/" in answer.url else None
        )
        page.on(
            "response",
            lambda answer: images.append(answer.url) if answer.url.endswith("/default.jpg") and answer.ok else None,
        )
        page.route("**/viewer/**", viewer)
        page.goto(f"{address}/viewer/page")
        page.get_by_text("H99.2010.01").first.wait_for(timeout=20_000)
        page.wait_for_function("document.querySelector('#v canvas') !== null", timeout=20_000)
        page.wait_for_timeout(1_500)
        shown = page.screenshot()
        if os.environ.get("VANBAN_SCREENSHOTS"):
            (Path(os.environ["VANBAN_SCREENSHOTS"]) / "viewer.png").write_bytes(shown)
        assert elsewhere == [] and failed == []
        assert images, "no page image was drawn"
        page.evaluate("window.tify.setPage(3)")
        page.wait_for_timeout(1_000)
        assert len(set(images)) >= 2
        browser.close()
