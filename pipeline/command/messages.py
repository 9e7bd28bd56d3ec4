"""Every sentence the command line says, in English and Vietnamese. Identifiers and data stay as they are."""

from __future__ import annotations

import locale
import os

from pipeline.command.vietnamese import said_in_vietnamese

_LANGUAGES = ("en", "vi")
SENTENCES: dict[str, tuple[str, str]] = {
    "reading_file": (
        "{done} files, {pages} pages, {rate:.1f} pages/s{left}  {name}",
        "{done} tệp, {pages} trang, {rate:.1f} trang/giây{left}  {name}",
    ),
    "time_left": (
        ", about {time} left",
        ", còn khoảng {time}",
    ),
    "quarantined": (
        "quarantined: {path}: {detail}",
        "cách ly: {path}: {detail}",
    ),
    "partial": (
        "incomplete: {path}: {failed} pages failed, the first is {detail}; 'vanban ingest --retry failed' reads them again",
        "chưa đủ: {path}: {failed} trang hỏng, trang đầu là {detail}; 'vanban ingest --retry failed' đọc lại",
    ),
    "run_done": (
        "{stored} stored, {unchanged} unchanged, {duplicate} duplicates, {partial} incomplete, {quarantined} quarantined; "
        "{pages} pages in {seconds:.0f} s",
        "{stored} đã lưu, {unchanged} không đổi, {duplicate} trùng, {partial} chưa đủ, {quarantined} cách ly; "
        "{pages} trang trong {seconds:.0f} giây",
    ),
    "secret": (
        "marked {secrecy}: {document}; secret material does not belong into this corpus: hand the file to its keeper",
        "có dấu {secrecy}: {document}; tài liệu mật không thuộc kho này: chuyển tệp cho người giữ tài liệu mật",
    ),
    "interrupted": (
        "stopped; what was stored stays, the same command does what is missing",
        "đã dừng; phần đã lưu vẫn còn, chạy lại lệnh này để làm tiếp phần thiếu",
    ),
    "password_ends": (
        "the input ended before the password was given twice; give it with --password, or type it in a terminal",
        "đầu vào kết thúc trước khi nhập đủ mật khẩu hai lần; hãy dùng --password hoặc gõ ở cửa sổ lệnh",
    ),
    "unmatched": (
        "{option} {typed!r} fits nothing in this corpus; there are: {there}",
        "{option} {typed!r} không khớp gì trong kho này; có: {there}",
    ),
    "nothing_found": (
        "nothing found",
        "không tìm thấy",
    ),
    "did_you_mean": (
        "did you mean: {words}",
        "có phải ý bạn là: {words}",
    ),
    "search_summary": (
        "{documents} documents, {pages} pages ({ms:.0f} ms)",
        "{documents} văn bản, {pages} trang ({ms:.0f} ms)",
    ),
    "page": (
        "page {number}",
        "trang {number}",
    ),
    "also": (
        "also: {names}",
        "bản quét khác: {names}",
    ),
    "no_words": (
        "no word to look for in --words; nothing is exported",
        "--words không có từ nào để tìm; không xuất gì",
    ),
    "no_fact_conditions": (
        "{kind}: --saying, --unit, --responsible, --due, --value-from, --value-to and --sort-of choose facts; "
        "use --words and the options of search",
        "{kind}: --saying, --unit, --responsible, --due, --value-from, --value-to và --sort-of chỉ dùng cho dữ kiện; "
        "hãy dùng --words và các tuỳ chọn của search",
    ),
    "pdfa_is_pdf": (
        "{kind}: --pdfa goes with pdf",
        "{kind}: --pdfa chỉ đi với pdf",
    ),
    "needs_folder": (
        "{kind} goes into a folder: add --out FOLDER",
        "{kind} được ghi vào một thư mục: thêm --out THƯ_MỤC",
    ),
    "layouts_done": (
        "{files} files in {folder}; {left_out} documents left out",
        "{files} tệp trong {folder}; {left_out} văn bản bị bỏ qua",
    ),
    "not_in_corpus": (
        "listed, and not in the corpus: {row}",
        "có trong danh sách mà không có trong kho: {row}",
    ),
    "dossiers_made": (
        "{dossiers} dossiers with {documents} documents; {left} rows without a document",
        "{dossiers} hồ sơ với {documents} văn bản; {left} dòng không tìm thấy văn bản",
    ),
    "no_dossiers": (
        "there are no dossiers in {db} yet; make some with: vanban hoso from-folders --db {db}",
        "trong {db} chưa có hồ sơ; hãy lập bằng: vanban hoso from-folders --db {db}",
    ),
    "field_value": (
        "{given}: write FIELD=VALUE",
        "{given}: hãy viết TRƯỜNG=GIÁ_TRỊ",
    ),
    "checked_dossiers": (
        "{dossiers} dossiers checked, {found} findings to look into",
        "đã kiểm tra {dossiers} hồ sơ, {found} điểm cần xem lại",
    ),
    "archive_formats": (
        "{kind} is written as {formats}",
        "{kind} được ghi ở dạng {formats}",
    ),
    "fields_missing": (
        "{count} required fields are empty; the file names them",
        "{count} trường bắt buộc còn trống; tệp có liệt kê",
    ),
    "list_missing": ("listed, not there", "có trong mục lục, không có tài liệu"),
    "list_extra": ("there, not listed", "có tài liệu, không có trong mục lục"),
    "list_different": ("different", "khác nhau"),
    "reconciled": (
        "{rows} rows and documents compared, {same} the same",
        "đã đối chiếu {rows} dòng và văn bản, {same} khớp",
    ),
    "no_diary": (
        "{db} can't be written: this check is not in its diary",
        "không ghi được vào {db}: lần kiểm tra này không có trong nhật ký",
    ),
    "packed": (
        "{path}: {documents} documents",
        "{path}: {documents} văn bản",
    ),
    "package_error": ("error", "lỗi"),
    "package_note": ("note", "lưu ý"),
    "package_refused": (
        "refused: {errors} errors",
        "không nhận: {errors} lỗi",
    ),
    "package_accepted": (
        "no errors ({errors})",
        "không có lỗi ({errors})",
    ),
    "cut_one_way": (
        "give pages, or --accept, or --undo: one of them",
        "chỉ dùng một trong ba: các trang, --accept, hoặc --undo",
    ),
    "part_decided": ("cut", "đã tách"),
    "part_proposed": ("proposed", "đề xuất"),
    "names_are_pdf": (
        "{kind}: --names goes with pdf",
        "{kind}: --names chỉ đi với pdf",
    ),
    "no_such_fact": (
        "no fact {id} in {db}; 'vanban export targets --db {db}' lists the ids",
        "không có dữ kiện {id} trong {db}; 'vanban export targets --db {db}' liệt kê mã",
    ),
    "verified": (
        "{same} files as they were, {wrong} missing or changed",
        "{same} tệp nguyên vẹn, {wrong} tệp mất hoặc đã đổi",
    ),
    "sample_drawn": (
        "sample {number}; transcribe its pages with: vanban serve --review --db {db}",
        "mẫu {number}; đối chiếu các trang bằng: vanban serve --review --db {db}",
    ),
    "acceptance": (
        "{verdict}: {done} of {drawn} pages transcribed",
        "{verdict}: đã đối chiếu {done} trên {drawn} trang",
    ),
    "accuracy": (
        "{accuracy:.2%} of the characters right, 95 % interval {low:.2%} to {high:.2%}",
        "{accuracy:.2%} ký tự đúng, khoảng tin cậy 95 %: {low:.2%} đến {high:.2%}",
    ),
    "lesson_learned": (
        "{kind}: learned from {reviews} reviews of {documents} documents; of reviews held back the shipped decision has "
        "{wrong_before} wrong, the learned one {wrong_after}",
        "{kind}: đã học từ {reviews} lượt duyệt của {documents} văn bản; trong các lượt duyệt để riêng, mô hình kèm theo "
        "sai {wrong_before}, mô hình vừa học sai {wrong_after}",
    ),
    "lesson_no_better": (
        "{kind}: of {reviews} reviews held back the shipped decision has {wrong_before} wrong, the learned one "
        "{wrong_after}, which is not surely better; the shipped one stays",
        "{kind}: trong {reviews} lượt duyệt để riêng, mô hình kèm theo sai {wrong_before}, mô hình vừa học sai "
        "{wrong_after}, chưa chắc tốt hơn; vẫn dùng mô hình kèm theo",
    ),
    "lesson_too_few": (
        "{kind}: {reviews} reviews of {documents} documents, {rejected} rejected; {least} of {least_documents} documents "
        "are needed, {least_of_each} accepted and {least_of_each} rejected among them, since fewer can't show a gain",
        "{kind}: {reviews} lượt duyệt của {documents} văn bản, {rejected} bị bác; cần {least} lượt của {least_documents} "
        "văn bản, trong đó {least_of_each} được nhận và {least_of_each} bị bác, vì ít hơn thì không chứng tỏ được điều gì",
    ),
    "nothing_learned": (
        "nothing was learned: {why}",
        "chưa học được gì: {why}",
    ),
    "learned_next": (
        "documents to come are read with it; for those that are stored: vanban reprocess --stage facts --db {db}",
        "văn bản đưa vào sau sẽ dùng mô hình này; với văn bản đã lưu: vanban reprocess --stage facts --db {db}",
    ),
    "decided_by": (
        "facts decided by: {models}",
        "dữ kiện được quyết định bởi: {models}",
    ),
    "no_such_run": (
        "no run {run} in {db}",
        "không có đợt chạy {run} trong {db}",
    ),
    "nothing_to_ingest": (
        "no files under {paths}",
        "không có tệp nào trong {paths}",
    ),
    "serving": (
        "reading room at {url} (Ctrl-C ends it)",
        "phòng đọc tại {url} (Ctrl-C để dừng)",
    ),
    "watching": (
        "watching {folder} (Ctrl-C ends it)",
        "đang theo dõi {folder} (Ctrl-C để dừng)",
    ),
    "present": (
        "present",
        "có",
    ),
    "missing": (
        "missing",
        "thiếu",
    ),
    "not_utf8": (
        "{path} is not UTF-8 text; 'vanban text {path}' recognises legacy encodings",
        "{path} không phải văn bản UTF-8; 'vanban text {path}' nhận ra các bảng mã cũ",
    ),
    "usage": (
        "Usage",
        "Cách dùng",
    ),
    "options": (
        "Options",
        "Tuỳ chọn",
    ),
    "commands": (
        "Commands",
        "Các lệnh",
    ),
    "try_help": (
        "Try '{command} --help' for help.",
        "Xem '{command} --help' để biết cách dùng.",
    ),
    "standard_output": (
        "standard output",
        "đầu ra chuẩn",
    ),
    "standard_input": (
        "standard input",
        "đầu vào chuẩn",
    ),
    "out_of_memory": (
        "not enough memory; end other programs, or start fewer workers with --jobs 1",
        "không đủ bộ nhớ; hãy tắt bớt chương trình khác, hoặc dùng ít tiến trình hơn với --jobs 1",
    ),
    "port_in_use": (
        "the port is in use; choose another with --port, or 0 for a free one",
        "cổng đang được dùng; hãy chọn cổng khác bằng --port, hoặc 0 để lấy cổng trống",
    ),
    "where_needs_value": (
        "--where {part}: write FIELD=VALUE, for example --where year=2020",
        "--where {part}: viết TRƯỜNG=GIÁ_TRỊ, ví dụ --where year=2020",
    ),
    "where_knows": (
        "--where knows no {unknown}; it knows {known}",
        "--where không có {unknown}; chỉ có {known}",
    ),
    "no_such_profile": (
        "no profile {profile}; there are {profiles}",
        "không có họ bộ nhận dạng {profile}; chỉ có {profiles}",
    ),
    "no_such_reviewer": (
        "no reviewer {name} in {db}; there are: {names}",
        "không có người duyệt {name} trong {db}; hiện có: {names}",
    ),
    "bad_reviewer_name": (
        "{name!r}: a reviewer's name has printable characters and no colon",
        "{name!r}: tên người duyệt gồm ký tự in được và không có dấu hai chấm",
    ),
    "short_password": (
        "a password has {least} characters at least",
        "mật khẩu phải có ít nhất {least} ký tự",
    ),
    "cannot_write": (
        "cannot write {path}: {why}; choose another place for it",
        "không ghi được {path}: {why}; hãy chọn chỗ khác",
    ),
    "cannot_read": (
        "cannot read {path}: {why}",
        "không đọc được {path}: {why}",
    ),
    "page_failed": (
        "page {number} could not be read ({reason}): {detail}",
        "không đọc được trang {number} ({reason}): {detail}",
    ),
}


class Speaker:
    """Says sentences in one language.

    >>> Speaker("vi").say("nothing_found")
    'không tìm thấy'
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, sentence: str, **values: object) -> str:
        return SENTENCES[sentence][_LANGUAGES.index(self.language)].format(**values)

    def translated(self, sentence: str) -> str:
        """A sentence that was made in English, such as that of an error, in this language."""
        return said_in_vietnamese(sentence) if self.language == "vi" else sentence


def default_language() -> str:
    """``vi`` where the locale is Vietnamese, else ``en``."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "vi" if name.lower().startswith("vi") else "en"
