"""What the pages say, in Vietnamese and English. Vietnamese is the default; a browser that asks for English gets it."""

from __future__ import annotations

LANGUAGES = ("vi", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "reading_room": ("Phòng đọc", "Reading room"),
    "search": ("Tìm kiếm", "Search"),
    "search_hint": (
        "Gõ có dấu hoặc không dấu, “cụm từ”, OR, -loại trừ, tiền tố*, số văn bản (76/NQ-CP, 76 nq cp)",
        "With or without marks, “phrases”, OR, -without, prefix*, document numbers (76/NQ-CP, 76 nq cp)",
    ),
    "compare": ("So sánh", "Compare"),
    "overview": ("Tổng quan", "Overview"),
    "tables_and_data": ("Bảng dữ liệu", "Tables"),
    "words": ("Từ cần tìm", "Words"),
    "type": ("Loại văn bản", "Type"),
    "issuer": ("Cơ quan ban hành", "Issuer"),
    "province": ("Tỉnh, thành phố", "Province"),
    "signer": ("Người ký", "Signer"),
    "year": ("Năm", "Year"),
    "year_from": ("Từ năm", "From year"),
    "year_to": ("Đến năm", "To year"),
    "has": ("Trang có", "Pages with"),
    "targets": ("Chỉ tiêu", "Targets"),
    "deadlines": ("Thời hạn", "Deadlines"),
    "assignments": ("Phân công", "Assignments"),
    "citations": ("Viện dẫn", "Citations"),
    "sort": ("Sắp xếp", "Sort by"),
    "relevance": ("Độ liên quan", "Relevance"),
    "date": ("Ngày ban hành", "Date"),
    "any": ("tất cả", "any"),
    "filter": ("Lọc", "Filter"),
    "found": ("{documents} văn bản, {pages} trang", "documents: {documents}, pages: {pages}"),
    "found_about": ("khoảng {documents} văn bản, {pages} trang", "documents: about {documents}, pages: about {pages}"),
    "took": ("{ms} mili giây", "{ms} ms"),
    "nothing": ("Không tìm thấy. Thử ít từ hơn hoặc bỏ bớt bộ lọc.", "Nothing found. Try fewer words or fewer filters."),
    "did_you_mean": ("Có phải bạn muốn tìm", "Did you mean"),
    "page": ("trang", "page"),
    "page_of": ("Trang {page} / {pages}", "Page {page} of {pages}"),
    "line": ("dòng", "line"),
    "previous": ("Trang trước", "Previous"),
    "next": ("Trang sau", "Next"),
    "more_pages": ("{count} trang khác", "{count} more pages"),
    "number": ("Số, ký hiệu", "Number"),
    "title": ("Trích yếu", "Title"),
    "place": ("Nơi ban hành", "Place"),
    "signer_title": ("Chức vụ", "Office"),
    "recipients": ("Nơi nhận", "Recipients"),
    "status": ("Tình trạng", "Status"),
    "complete": ("đủ trang", "complete"),
    "partial": ("thiếu trang", "pages missing"),
    "confidence": ("Độ tin cậy khi đọc", "Reading confidence"),
    "source": ("Nguồn chữ", "Source of text"),
    "about_document": ("Về văn bản", "About the document"),
    "facts_on_page": ("Thông tin trích được trên trang", "Facts on this page"),
    "no_facts": ("Không có.", "None."),
    "cited_here": ("Văn bản được viện dẫn", "Documents cited"),
    "cited_by": ("Được viện dẫn bởi", "Cited by"),
    "related": ("Văn bản liên quan", "Related documents"),
    "downloads": ("Tải về", "Downloads"),
    "original_file": ("Tệp gốc", "Original file"),
    "plain_text": ("Văn bản thuần", "Plain text"),
    "raw_text": ("Văn bản chưa sửa", "Text before repair"),
    "records": ("Bản ghi", "Records"),
    "legend": ("Chú thích", "Legend"),
    "repaired_word": ("chữ đã sửa (di chuột để xem chữ gốc)", "repaired (hover for what was read)"),
    "doubtful_word": ("chữ còn nghi ngờ (phím n: chữ tiếp theo, p: chữ trước)", "doubtful (key n: next one, p: previous)"),
    "fact_outline": ("thông tin trích được", "fact"),
    "read_as": ("đọc được: {raw}", "read as: {raw}"),
    "doubtful": ("còn nghi ngờ", "doubtful"),
    "doubt_of": ("độ tin cậy {confidence}%", "confidence {confidence}%"),
    "suggestion": ("có thể là: {suggestion}", "perhaps: {suggestion}"),
    "next_doubt": ("Chữ nghi ngờ tiếp theo", "Next doubtful word"),
    "no_image": (
        "Không có ảnh trang: tệp gốc không còn ở chỗ cũ, hoặc là tệp văn bản.",
        "No page image: the file has moved, or is a text file.",
    ),
    "page_image": ("Ảnh trang {page}", "Image of page {page}"),
    "failed_page": ("Trang này không đọc được: {detail}", "This page could not be read: {detail}"),
    "marginalia": ("Dấu và ghi chú bên lề", "Stamps and margin notes"),
    "documents": ("Văn bản", "Documents"),
    "pages": ("Trang", "Pages"),
    "tables": ("Bảng", "Tables"),
    "quarantine": ("Tệp không đọc được", "Files that can't be read"),
    "reason": ("Lý do", "Reason"),
    "quality_by_source": ("Chất lượng theo nguồn chữ", "Quality by source of text"),
    "by_type": ("Theo loại văn bản", "By type"),
    "by_year": ("Theo năm", "By year"),
    "by_province": ("Theo tỉnh", "By province"),
    "deadlines_ahead": ("Lịch thời hạn", "Calendar of deadlines"),
    "month": ("Tháng", "Month"),
    "month_of": ("Tháng {month}/{year}", "{month}/{year}"),
    "months_ahead": ("Các tháng tới có việc đến hạn", "Months ahead in which something falls due"),
    "weekdays": ("T2 T3 T4 T5 T6 T7 CN", "Mon Tue Wed Thu Fri Sat Sun"),
    "indicator": ("Chỉ tiêu", "Indicator"),
    "side_by_side": ("So sánh giữa các tỉnh", "Provinces side by side"),
    "plan_and_report": ("Kết quả báo cáo và chỉ tiêu kế hoạch", "Reported results beside planned targets"),
    "like_indicators": (
        "Những chỉ tiêu cùng đơn vị tính và lời văn gần giống nhau, lấy từ {most} chỉ tiêu của các văn bản mới nhất."
        " Mỗi con số dẫn đến trang của nó.",
        "Figures in the same unit and in nearly the same words, among {most} of the newest documents."
        " Each leads to its page.",
    ),
    "like_answers": (
        "Kết quả được đặt cạnh chỉ tiêu của cùng tỉnh, cùng đơn vị tính, lời văn gần giống nhau, ban hành trước đó;"
        " lấy từ {most} con số của các văn bản mới nhất. Vạch đậm là chỉ tiêu.",
        "A result stands beside the target that the same province set before, in the same unit and nearly the same words,"
        " among {most} figures of the newest documents. The thick line is the target.",
    ),
    "no_like_indicators": ("Chưa có số liệu nào so sánh được.", "No figures that can be compared."),
    "more_indicators": ("Xem thêm, chọn theo từ, đơn vị tính, tỉnh", "More, by words, unit and province"),
    "reached": ("đạt", "reached"),
    "not_reached": ("chưa đạt", "not reached"),
    "due": ("Hạn", "Due"),
    "obligation": ("Việc phải làm", "Obligation"),
    "responsible": ("Cơ quan thực hiện", "Responsible"),
    "document": ("Văn bản", "Document"),
    "count": ("Số lượng", "Count"),
    "not_found": ("Không có trang này.", "There is no such page."),
    "sample": ("Mẫu nghiệm thu", "Acceptance sample"),
    "transcript": ("Bản chép lại", "Transcript"),
    "type_what_you_see": (
        "Chép đúng những gì thấy trên ảnh, không kể dấu và ghi chú bên lề.",
        "Type what the image shows, without stamps and margin notes.",
    ),
    "printable_report": ("Báo cáo để in", "Printable report"),
    "verdict_pass": ("Đạt", "Pass"),
    "verdict_fail": ("Không đạt", "Fail"),
    "verdict_undecided": ("Chưa kết luận được", "Undecided"),
    "facts": ("Thông tin trích được", "Facts"),
    "unit": ("Đơn vị", "Unit"),
    "sort_of": ("Phân loại", "Sort"),
    "is_target": ("phải đạt", "to be reached"),
    "is_result": ("đã đạt", "achieved"),
    "is_reference": ("tham chiếu", "reference"),
    "is_date": ("ngày", "date"),
    "is_year": ("năm", "year"),
    "is_period": ("giai đoạn", "period"),
    "is_recurring": ("định kỳ", "recurring"),
    "is_relative": ("theo sự kiện", "relative"),
    "is_lead": ("chủ trì", "lead"),
    "is_coordinate": ("phối hợp", "coordinate"),
    "facts_found": ("{count} kết quả", "results: {count}"),
    "facts_found_capped": ("{count} kết quả trong những văn bản mới nhất", "results among the newest documents: {count}"),
    "log_in": ("Cần tên và mật khẩu của người duyệt.", "A reviewer's name and password are needed."),
    "review": ("Duyệt", "Review"),
    "reviewing_as": ("Đang duyệt: {name}", "Reviewing as {name}"),
    "correct": ("Sửa", "Correct"),
    "correct_line": ("Sửa dòng {line}", "Correct line {line}"),
    "accept": ("Chấp nhận", "Accept"),
    "reject": ("Bác bỏ", "Reject"),
    "save": ("Lưu", "Save"),
    "accepted": ("đã chấp nhận", "accepted"),
    "rejected": ("đã bác bỏ", "rejected"),
    "corrected": ("đã sửa", "corrected"),
    "header": ("thông tin đầu văn bản", "header"),
    "history": ("Lịch sử duyệt", "History of review"),
    "stale": ("không còn tìm thấy chỗ này", "its place is not found any more"),
    "conflict": ("Người khác đã sửa chỗ này trước.", "Somebody else has changed this in the meantime."),
    "now_reads": ("Hiện nay", "It reads now"),
    "you_wrote": ("Bạn đã viết", "You wrote"),
    "back": ("Quay lại", "Back"),
    "went_wrong": ("Có lỗi khi mở trang này.", "Something went wrong with this page."),
    "refused": ("Yêu cầu này không được chấp nhận.", "This request was refused."),
    "bad_query": ("Không tìm được với những từ này", "These words can't be searched for"),
    "only_excludes": (
        "Chỉ có từ loại trừ; hãy thêm ít nhất một từ cần tìm.",
        "Only words to leave out; add one to look for.",
    ),
    "too_long": (
        "Câu hỏi quá dài; hãy bớt từ hoặc bớt ngoặc.",
        "This is too long; leave out some words or brackets.",
    ),
    "too_slow": (
        "Câu hỏi này mất quá nhiều thời gian; hãy thêm từ hoặc bộ lọc.",
        "This took too long; add words or filters.",
    ),
    "too_many_files": (
        "Quá nhiều văn bản cho một tệp ZIP; hãy thêm bộ lọc, hoặc dùng dòng lệnh.",
        "Too many documents for one ZIP file; add filters, or use the command line.",
    ),
    "no_searchable_pdf": (
        "Không làm được PDF tìm kiếm được từ văn bản này.",
        "No searchable PDF can be made of this document.",
    ),
    "home": ("Trang đầu", "Home"),
    "skip": ("Đến nội dung", "Skip to content"),
    "other_language": ("English", "Tiếng Việt"),
    "unit_document": ("văn bản", "documents"),
    "text_layer": ("lớp chữ có sẵn", "text layer"),
    "converted": ("chuyển mã từ phông cũ", "converted from old fonts"),
    "garbled_layer": ("lớp chữ lỗi", "garbled text layer"),
    "ocr": ("nhận dạng ảnh", "OCR"),
    "mixed": ("nhiều nguồn", "mixed"),
    "text_file": ("tệp văn bản", "text file"),
    "empty": ("trống", "empty"),
    "failed": ("không đọc được", "failed"),
    "export_found": ("Tải về tất cả kết quả tìm được", "Take home all that was found"),
    "export_these": ("Tải về tất cả kết quả này", "Take home all of these"),
    "everything_together": ("Tất cả", "Everything"),
    "files_of_documents": ("Tệp văn bản", "Files"),
    "data_package": ("Gói dữ liệu Frictionless", "Frictionless data package"),
    "all_pages": ("mọi trang", "all pages"),
    "csv": ("CSV", "CSV"),
    "jsonl": ("JSONL", "JSONL"),
    "xlsx": ("Excel", "Excel"),
    "parquet": ("Parquet", "Parquet"),
    "ics": ("Lịch (iCal)", "Calendar (iCal)"),
    "pdf": ("PDF tìm kiếm được", "Searchable PDF"),
    "alto": ("ALTO", "ALTO"),
    "hocr": ("hOCR", "hOCR"),
    "confidence_from": ("Độ tin cậy khi đọc từ", "Reading confidence from"),
    "rule": ("Quy tắc", "Rule"),
    "lead": ("chủ trì", "lead"),
    "coordinate": ("phối hợp", "coordinate"),
}


class Words:
    """The words of one language: ``words["page"]``, ``words.say("page_of", page=1, pages=3)``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = LANGUAGES.index(language)

    def __getitem__(self, name: str) -> str:
        return _WORDS[name][self._at]

    def get(self, name: str) -> str:
        """The word, or the name itself for values that have none ("ocr" has one, a rule's name has not)."""
        return _WORDS[name][self._at] if name in _WORDS else name

    def say(self, name: str, /, **values: object) -> str:
        return self[name].format(**values)


def choose_language(asked: str | None, accept: str) -> str:
    """``asked`` (the parameter ``lang``) decides, then the first of the browser's languages that there is.

    >>> choose_language(None, "en-US,en;q=0.9,vi;q=0.8"), choose_language("vi", "en"), choose_language("x", "")
    ('en', 'vi', 'vi')
    """
    if asked in LANGUAGES:
        return asked
    for one in accept.split(","):
        tag = one.split(";")[0].strip()[:2].lower()
        if tag in LANGUAGES:
            return tag
    return "vi"
