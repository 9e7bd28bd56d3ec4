"""Every page of the reading room: its address, what makes it, who may open it. Its place at the top is in ``navigation``."""

from __future__ import annotations

from corpus.web import (
    account_pages,
    archive_pages,
    comparison,
    document_page,
    downloads,
    facts,
    feed,
    help_pages,
    home_page,
    intake_pages,
    overview_pages,
    queue_page,
    review_pages,
    search_page,
    tag_pages,
)
from corpus.web.asking import Anything, wrong
from corpus.web.gate import Route

_KEY = r"(?P<key>[0-9a-f]{16})"
_PAGE = r"(?P<page>[0-9]{1,7})"
_ID = r"(?P<id>[0-9]{1,9})"


async def nothing_here(datasette: Anything, request: Anything) -> object:
    return await wrong(datasette, request, 404, "not_found")


ROUTES = (
    Route(r"^/room/(?P<file>room\.css|room\.js|icon\.svg)$", home_page.static_file, "nothing"),
    Route(r"^/log-in$", account_pages.log_in, "nothing", posts=True),
    Route(r"^/log-out$", account_pages.log_out, "nothing", posts=True),
    Route(r"^/sessions$", account_pages.sessions, posts=True),
    Route(r"^/$", home_page.home),
    Route(r"^/help$", help_pages.search_help),
    Route(r"^/api$", help_pages.api),
    Route(r"^/search(?P<json>\.json)?$", search_page.search_page),
    Route(r"^/search\.atom$", feed.search_feed),
    Route(rf"^/document/{_KEY}(?P<json>\.json)?$", document_page.document_page),
    Route(rf"^/document/{_KEY}/page/{_PAGE}(?P<json>\.json)?$", document_page.document_page),
    Route(rf"^/document/{_KEY}/page$", document_page.go_to_page),
    Route(rf"^/document/{_KEY}/page/{_PAGE}/(?P<size>image|thumbnail)$", document_page.page_image),
    Route(rf"^/document/{_KEY}/print$", document_page.print_page),
    Route(rf"^/document/{_KEY}/print/(?P<by>of|page)/{_PAGE}$", document_page.print_image),
    Route(rf"^/document/{_KEY}/line/(?P<line>[0-9]{{1,9}})$", document_page.line),
    Route(rf"^/document/{_KEY}/(?P<layer>text|raw)$", document_page.document_text),
    Route(rf"^/document/{_KEY}/file$", document_page.document_file),
    Route(r"^/fact/(?P<id>[0-9a-z-]{1,120})$", document_page.fact),
    Route(r"^/overview$", overview_pages.overview),
    Route(r"^/calendar$", overview_pages.calendar),
    Route(r"^/indicators(?P<json>\.json)?$", comparison.indicators),
    Route(r"^/reported(?P<json>\.json)?$", comparison.reported),
    Route(rf"^/document/{_KEY}/page/{_PAGE}/(?P<layout>alto|hocr)$", downloads.page_layout),
    Route(rf"^/document/{_KEY}/searchable\.pdf$", downloads.searchable_pdf),
    Route(r"^/list\.docx$", downloads.word_list),
    Route(r"^/export/datapackage\.zip$", downloads.package),
    Route(r"^/export/(?P<kind>pdf|alto|hocr)\.zip$", downloads.layouts),
    Route(r"^/export/(?P<kind>[a-z]{1,20})\.(?P<format>[a-z]{1,10})$", downloads.records),
    Route(r"^/facts/(?P<kind>targets|deadlines|assignments|citations)(\.(?P<format>[a-z]{1,10}))?$", facts.table),
    Route(r"^/archive$", archive_pages.dossier_list),
    Route(r"^/archive/make$", archive_pages.make, "reviewer", posts=True),
    Route(
        r"^/archive/(?P<what>muc-luc-ho-so|so-van-ban-di|so-van-ban-den)\.(?P<format>xlsx|docx)$", archive_pages.archive_file
    ),
    Route(r"^/archive/list$", archive_pages.make_from_list, "reviewer", posts=True),
    Route(rf"^/archive/hoso/{_ID}$", archive_pages.dossier_page),
    Route(rf"^/archive/hoso/{_ID}/change$", archive_pages.change, "reviewer", posts=True),
    Route(rf"^/archive/hoso/{_ID}/put$", archive_pages.put, "reviewer", posts=True),
    Route(rf"^/document/{_KEY}/hoso$", archive_pages.put_one, "reviewer", posts=True),
    Route(rf"^/archive/hoso/{_ID}/check$", archive_pages.dossier_check),
    Route(rf"^/archive/hoso/{_ID}/(?P<what>[a-z0-9-]{{1,20}})\.(?P<format>[a-z]{{1,5}})$", archive_pages.dossier_file),
    Route(rf"^/document/{_KEY}/cut$", archive_pages.cut_page),
    Route(rf"^/document/{_KEY}/cut/decide$", archive_pages.cut, "reviewer", posts=True),
    Route(rf"^/iiif/{_KEY}/(?P<what>manifest\.json|search1?)$", archive_pages.iiif_document),
    Route(rf"^/iiif/hoso/{_ID}/(?P<what>manifest\.json|search1?)$", archive_pages.iiif_dossier),
    Route(rf"^/iiif/{_KEY}/canvas/{_PAGE}/text$", archive_pages.iiif_text),
    Route(rf"^/iiif/image/{_KEY}/{_PAGE}/(?P<what>[A-Za-z0-9,./%]{{1,60}})$", archive_pages.iiif_image),
    Route(r"^/queue$", queue_page.queue, "reviewer", posts=True),
    Route(r"^/tags$", tag_pages.tags),
    Route(r"^/tags/(?P<what>put|take|found|note)$", tag_pages.change, "reviewer", posts=True),
    Route(r"^/intake$", intake_pages.intake, "reviewer", posts=True),
    Route(r"^/runs/(?P<run>[0-9]{1,9})$", intake_pages.run, "reviewer", posts=True),
    Route(r"^/reviews$", review_pages.reviews),
    Route(r"^/review/(?P<what>line|header|headers|fact|transcript|undo)$", review_pages.review, "reviewer", posts=True),
    Route(r"^/samples$", review_pages.samples, "reviewer", posts=True),
    Route(r"^/sample/(?P<sample>[0-9]{1,9})$", review_pages.sample, "reviewer"),
    Route(rf"^/sample/(?P<sample>[0-9]{{1,9}})/{_KEY}/{_PAGE}$", review_pages.sample, "reviewer"),
    Route(rf"^/sample/(?P<sample>[0-9]{{1,9}})/{_KEY}/header$", review_pages.sample_header, "reviewer", posts=True),
    Route(r"^/sample/(?P<sample>[0-9]{1,9})/report$", review_pages.acceptance_report, "reviewer"),
)

ELSEWHERE = Route(r"^/.*$", nothing_here, "nothing")
"""Whatever else is asked of a server of ours: Datasette's own pages need scripts that the policy forbids, and show paths."""
