"""Three people at work in a real browser: the officer, the archivist, the researcher. Needs playwright and chromium."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from db.reviewers import add_reviewer
from db.store import Corpus, document_key
from tests.making import the_decision

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
SERVE = (
    "import sys; from corpus.web import serve; serve(sys.argv[1], port=0, review=True, ready=lambda u: print(u, flush=True))"
)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The address of a running reading room and the key of its document, which has a page image."""
    folder = tmp_path_factory.mktemp("browser")
    image = folder / "05_qd_ubnd.tif"
    sheet = Image.new("RGB", (595, 842), "white")
    sheet.save(image, save_all=True, append_images=[sheet])
    sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
    document = the_decision(image.name)
    source = replace(document.document.source, sha256=sha256, media_type="image/tiff")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        corpus.save(replace(document, document=replace(document.document, source=source)), path=str(image))
        for name in ("lan", "minh"):
            add_reviewer(corpus, name, "mat khau dai")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SERVE, str(folder / "c.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as server:
        try:
            yield server.stdout.readline().strip().rstrip("/"), document_key(sha256)
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


def log_in(page, address, name):
    page.goto(f"{address}/log-in")
    page.get_by_label("Tên tài khoản").fill(name)
    page.get_by_label("Mật khẩu").fill("mat khau dai")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Đăng xuất").wait_for()


@pytest.fixture
def page(room, browser):
    """A page that counts complaints (scripts, policies) and requests to other hosts, and has neither in the end."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    log_in(page, room[0], "lan")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(room[0]) else complaints.append(request.url))
    yield page
    context.close()
    assert [c for c in complaints if "409" not in c] == []


def test_pages_are_dragged_to_their_place_and_the_form_says_so(room, page):
    page.goto(f"{room[0]}/document/{room[1]}/cut")
    places = "ol.cut input[name^=place_]"
    names = [one.get_attribute("name") for one in page.locator(places).all()]
    page.drag_and_drop("ol.cut > li:nth-child(2)", "ol.cut > li:nth-child(1)", target_position={"x": 6, "y": 60})
    moved = page.locator(places).all()
    assert [one.get_attribute("name") for one in moved] == names[::-1]
    assert [one.input_value() for one in moved] == ["1", "2"]


def test_officer_finds_a_half_remembered_number_and_its_page(room, page):
    page.goto(room[0])
    page.get_by_label("Từ cần tìm").last.fill("76 nq cp")
    page.keyboard.press("Enter")
    page.locator(".hits h2 a").click()
    page.wait_for_url("**/document/**")
    assert page.locator(".text mark").first.inner_text() == "76/NQ-CP"
    assert page.locator("rect.hit").count() > 0  # marked in the image too
    assert page.locator("html").get_attribute("lang") == "vi"


def test_archivist_sees_doubts_by_keyboard_and_corrects_a_line(room, page):
    page.goto(f"{room[0]}/document/{room[1]}")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.className") == "doubt"
    assert page.locator("rect.chosen").count() == 1
    page.locator("#L2 .t").click()
    assert page.locator("rect.chosen").get_attribute("id") == "B2"
    page.locator("svg rect.line").nth(2).click()
    assert "chosen" in (page.locator("#L3").get_attribute("class") or "")
    page.get_by_role("link", name="Duyệt", exact=True).click()
    page.locator("#L5 .edit").click()
    sync_api.expect(page.locator("#after")).to_be_focused()
    page.locator("#after").fill("Thực hiện đúng Nghị quyết số 76/NQ-CP")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#L5")).to_contain_text("Thực hiện đúng")  # waits for the answer to the form
    page.goto(f"{room[0]}/search?q=%22thực hiện đúng%22")
    assert page.locator(".hits > li").count() == 1


def test_researcher_takes_facts_home_with_their_place(room, page):
    page.goto(f"{room[0]}/facts/deadlines")
    page.get_by_label("Hạn từ").fill("4/2023")
    page.keyboard.press("Enter")
    page.wait_for_url("**due=4%2F2023*")
    assert page.locator("tbody tr").count() == 1
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "2023-04-01" in text and "05_qd_ubnd" in text
    page.locator("tbody a").click()
    page.wait_for_url("**/document/**")
    assert page.url.startswith(f"{room[0]}/document/{room[1]}/page/2?fact=")
    assert page.locator("rect.chosen-fact").count() == page.locator(".text .fact.chosen").count() == 1


def test_researcher_takes_home_all_that_a_search_found(room, page):
    page.goto(f"{room[0]}/search?q=phan+dau")
    page.get_by_text("Tải về tất cả kết quả tìm được").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Trang: JSONL").click()
    (line,) = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["page"] == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF tìm kiếm được (ZIP)").click()
    with zipfile.ZipFile(download.value.path()) as package:
        assert package.namelist() == ["05_qd_ubnd.pdf"]


def test_archivist_works_through_the_queue_by_keyboard(room, page):
    page.goto(f"{room[0]}/queue?kind=fact")
    quote, summary = page.locator(".card blockquote"), page.locator(".summary")
    first, before = quote.inner_text(), summary.inner_text()
    page.keyboard.press("s")  # pass over
    sync_api.expect(summary).to_contain_text("để lại 1 việc")
    page.get_by_role("button", name="Lấy lại các việc đã để lại").click()
    sync_api.expect(quote).to_have_text(first)
    page.wait_for_load_state("networkidle")  # the keys are the script's
    page.keyboard.press("a")  # accept
    sync_api.expect(summary).not_to_have_text(before)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("u")  # undo
    sync_api.expect(summary).to_have_text(before)
    page.goto(f"{room[0]}/queue?kind=fact")
    sync_api.expect(quote).to_have_text(first)
    with page.expect_navigation():
        page.keyboard.press("r")  # reject
    page.goto(f"{room[0]}/reviews")
    sync_api.expect(page.locator("tbody tr").first).to_contain_text("đã bác bỏ")
    page.goto(f"{room[0]}/queue")
    page.keyboard.press("u")
    sync_api.expect(summary).to_have_text(before)


AXE = Path(sys.prefix) / "share" / "vanban" / "axe" / "axe.min.js"
"""The npm package axe-core, which ``scripts/setup.sh`` fetches for the tests."""

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: scripts/setup.sh fetches it through npm")
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_no_page_shuts_anybody_out(room, browser, width, scheme):
    """WCAG 2.2 AA by axe: nothing at all on any page, for a reviewer, who sees most; and no page scrolls sideways."""
    context = browser.new_context(locale="vi-VN", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    log_in(page, room[0], "lan")
    document = f"/document/{room[1]}"
    addresses = [
        "/",
        "/search?q=cai+cach",
        "/search?q=khong+co&date_from=32/1/2020",
        f"{document}/page/2?q=giam&outline=targets",
        f"{document}/page/1?review=1&line=2",
        "/facts/targets",
        "/facts/deadlines?order=-iso",
        "/indicators",
        "/overview",
        "/calendar?month=4/2023",
        "/queue",
        "/queue?kind=doubt",
        "/samples",
        "/intake",
        "/sessions",
        "/reviews",
        "/help",
        "/api",
        "/nothing",
    ]
    found = {}
    for address in addresses:
        page.goto(room[0] + address)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("rules => axe.run(document, rules)", RULES)
        assert len(result["passes"]) > 10, address
        found[address] = [(one["impact"], one["id"], one["nodes"][0]["html"][:200]) for one in result["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()
    assert {address: broken for address, broken in found.items() if broken} == {}


def test_two_archivists_see_each_others_corrections(room, page, browser):
    other = browser.new_context(locale="vi-VN").new_page()
    log_in(other, room[0], "minh")
    for one in (page, other):
        one.goto(f"{room[0]}/document/{room[1]}/page/2?review=1&line=6#after")
    page.locator("#after").press_sequentially("của Lan")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#L6")).to_contain_text("của Lan")
    other.locator("#after").press_sequentially("của Minh")
    other.keyboard.press("Enter")
    other.get_by_text("Người khác đã sửa chỗ này trước.").wait_for()
    assert "của Lan" in other.locator("dl.now").inner_text()
    other.get_by_role("button", name="Lưu thay cho bản hiện nay").click()
    other.wait_for_url("**/document/**")
    other.goto(f"{room[0]}/reviews")
    assert other.locator("tbody tr").nth(0).inner_text().count("minh") == 1
    assert "của Lan" in other.locator("tbody tr").nth(1).locator("ins").inner_text()
    other.context.close()


def test_pages_can_be_read_on_a_phone_without_script(room, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}, locale="en-GB")
    page = context.new_page()
    pages = (
        "/",
        "/search?q=cai+cach",
        "/overview",
        "/calendar?month=2023-04",
        "/help",
        "/api",
        "/facts/deadlines",
        "/indicators",
        "/reported",
        "/reviews",
    )
    for address in (*pages, f"/document/{room[1]}"):
        page.goto(room[0] + address)
        assert page.locator("html").get_attribute("lang") == "en"
        width = page.locator("main").bounding_box()["width"]
        assert width <= 390
    assert page.locator("main").is_visible()
    context.close()
