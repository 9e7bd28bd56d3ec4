"""What the pages say, in Vietnamese and English. Vietnamese is the default; a browser that asks for English gets it."""

from __future__ import annotations

import calendar
import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import regex

from corpus.web.archive_words import ARCHIVE_WORDS
from corpus.web.typed import day_typed

LANGUAGES = ("vi", "en")
_MONTH_OR_DAY = regex.compile(r"\d{4}-\d\d(-\d\d)?")

WORDS: dict[str, tuple[str, str]] = {
    "reading_room": ("Phòng đọc", "Reading room"),
    "search": ("Tìm kiếm", "Search"),
    "search_hint": (
        "Gõ có dấu hoặc không dấu, “cụm từ”, số văn bản (76/NQ-CP, 76 nq cp), ngày (15/6/2020).",
        "With or without marks, “phrases”, document numbers (76/NQ-CP, 76 nq cp), days (15/6/2020).",
    ),
    "compare": ("So sánh", "Compare"),
    "overview": ("Tổng quan", "Overview"),
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
    "took": ("{ms} phần nghìn giây", "{ms} ms"),
    "nothing": ("Không tìm thấy. Thử ít từ hơn hoặc bỏ bớt bộ lọc.", "Nothing found. Try fewer words or fewer filters."),
    "named_like": ("Tệp có tên như vậy", "Files of such a name"),
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
    "facts_on_page": ("Dữ kiện trên trang", "Facts on this page"),
    "no_facts": ("Không có.", "None."),
    "cited_here": ("Văn bản được viện dẫn", "Documents cited"),
    "cited_by": ("Được viện dẫn bởi", "Cited by"),
    "same_original": ("Bản quét khác của văn bản này", "Other files of this document"),
    "related": ("Văn bản liên quan", "Related documents"),
    "downloads": ("Tải về", "Downloads"),
    "original_file": ("Tệp gốc", "Original file"),
    "plain_text": ("Văn bản thuần", "Plain text"),
    "raw_text": ("Văn bản chưa sửa", "Text before repair"),
    "records": ("Bản ghi", "Records"),
    "legend": ("Chú thích", "Legend"),
    "repaired_word": ("chữ máy đã sửa", "repaired"),
    "doubtful_word": ("chữ còn ngờ", "doubtful"),
    "fact_outline": ("dữ kiện", "fact"),
    "read_as": ("đọc được: {raw}", "read as: {raw}"),
    "doubtful": ("còn nghi ngờ", "doubtful"),
    "doubt_of": ("máy tin {confidence} %", "confidence {confidence} %"),
    "suggestion": ("có thể là: {suggestion}", "perhaps: {suggestion}"),
    "next_doubt": ("Chữ nghi ngờ tiếp theo", "Next doubtful word"),
    "no_image": (
        "Không có ảnh trang: tệp gốc không còn ở chỗ cũ, hoặc là tệp văn bản.",
        "No page image: the file has moved, or is a text file.",
    ),
    "page_image": ("Ảnh trang {page}", "Image of page {page}"),
    "failed_page": ("Trang này không đọc được: {detail}.", "This page could not be read: {detail}."),
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
    "samples": ("Mẫu nghiệm thu", "Acceptance samples"),
    "sample": ("Mẫu nghiệm thu", "Acceptance sample"),
    "transcript": ("Bản chép lại", "Transcript"),
    "type_what_you_see": (
        "Chép đúng những gì thấy trên ảnh, không kể dấu và ghi chú bên lề.",
        "Type what the image shows, without stamps and margin notes.",
    ),
    "printable_report": ("Báo cáo để in", "Printable report"),
    "verdict_pass": ("Đạt", "Pass"),
    "verdict_fail": ("Không đạt", "Fail"),
    "verdict_undecided": ("Chưa đủ để kết luận", "Not enough yet"),
    "facts": ("Dữ kiện", "Facts"),
    "confidence_of_fact": ("Độ tin cậy", "Confidence"),
    "without": ("Bỏ điều kiện", "Without"),
    "each_P1Y": ("hằng năm", "yearly"),
    "each_P6M": ("6 tháng một lần", "every six months"),
    "each_P3M": ("hằng quý", "quarterly"),
    "each_P1M": ("hằng tháng", "monthly"),
    "each_P1W": ("hằng tuần", "weekly"),
    "each_P1D": ("hằng ngày", "daily"),
    "each_YEARLY": ("hằng năm", "yearly"),
    "each_SEMIANNUAL": ("6 tháng một lần", "every six months"),
    "each_QUARTERLY": ("hằng quý", "quarterly"),
    "each_MONTHLY": ("hằng tháng", "monthly"),
    "each_WEEKLY": ("hằng tuần", "weekly"),
    "each_DAILY": ("hằng ngày", "daily"),
    "rel_before": ("trước", "before"),
    "rel_by": ("chậm nhất", "by"),
    "rel_in": ("trong", "in"),
    "rel_from": ("từ", "from"),
    "not_a_document": ("không phải văn bản", "no document"),
    "needs_libreoffice": ("cần LibreOffice để đọc", "read through LibreOffice only"),
    "encrypted": ("có mật khẩu", "encrypted"),
    "truncated": ("bị cắt cụt", "truncated"),
    "damaged": ("hỏng", "damaged"),
    "no_text": ("không có chữ", "no text"),
    "too_large": ("quá lớn", "too large"),
    "too_many_pages": ("quá nhiều trang", "too many pages"),
    "time_limit": ("quá thời gian", "out of time"),
    "memory_limit": ("quá bộ nhớ", "out of memory"),
    "crashed": ("chương trình đọc bị dừng đột ngột", "the reader crashed"),
    "unreadable": ("không đọc được", "unreadable"),
    "engine_failed": ("bộ nhận dạng báo lỗi", "the engine failed"),
    "unit": ("Đơn vị được giao", "Unit"),
    "measured_in": ("Đơn vị tính", "Measured in"),
    "value_from": ("Giá trị từ", "Value from"),
    "value_to": ("đến", "to"),
    "sort_of": ("Phân loại", "Sort"),
    "is_target": ("phải đạt", "to be reached"),
    "is_result": ("đã đạt", "achieved"),
    "is_reference": ("tham chiếu", "reference"),
    "is_date": ("đúng ngày", "date"),
    "is_year": ("năm", "year"),
    "is_period": ("giai đoạn", "period"),
    "is_recurring": ("định kỳ", "recurring"),
    "is_relative": ("theo sự kiện", "relative"),
    "is_lead": ("chủ trì", "lead"),
    "is_coordinate": ("phối hợp", "coordinate"),
    "facts_found": ("{count} kết quả", "results: {count}"),
    "facts_found_capped": ("{count} kết quả trong những văn bản mới nhất", "results among the newest documents: {count}"),
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
    "write_together": ("Lưu thay cho bản hiện nay", "Save in place of what it reads now"),
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
    "empty_corpus": ("Kho chưa có văn bản nào; đưa văn bản vào bằng lệnh", "There are no documents yet; bring some in with"),
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
    "at_time": ("{time} ngày {day}", "{time}, {day}"),
    "log_in_word": ("Đăng nhập", "Log in"),
    "log_out": ("Đăng xuất", "Log out"),
    "log_in_first": (
        "Cần đăng nhập. Hãy mở trang đăng nhập ở một cửa sổ khác, rồi quay lại và gửi lại biểu mẫu.",
        "You are not logged in. Log in in another window, then come back and send the form again.",
    ),
    "log_in_why": ("Trang này dành cho người có tài khoản.", "This page is for people with an account."),
    "name_of_account": ("Tên tài khoản", "Name"),
    "password": ("Mật khẩu", "Password"),
    "wrong_password": ("Tên tài khoản hoặc mật khẩu không đúng.", "Wrong name or password."),
    "try_later": (
        "Đã thử sai quá nhiều lần. Hãy thử lại sau {seconds} giây.",
        "Too many wrong tries. Try again in {seconds} seconds.",
    ),
    "sessions": ("Phiên đăng nhập", "Sessions"),
    "sessions_hint": (
        "Mỗi dòng là một trình duyệt đang đăng nhập bằng tài khoản này. Phiên không dùng trong 12 giờ sẽ tự hết hạn.",
        "Each line is a browser that is logged in with this account. One that is idle for 12 hours ends by itself.",
    ),
    "session_started": ("Bắt đầu", "Started"),
    "session_seen": ("Dùng lần cuối", "Last used"),
    "session_address": ("Địa chỉ máy", "Address"),
    "session_agent": ("Trình duyệt", "Browser"),
    "this_session": ("phiên này", "this one"),
    "end_session": ("Kết thúc", "End"),
    "account": ("Tài khoản", "Account"),
    "reviewers_only": (
        "Trang này chỉ dành cho người duyệt; tài khoản của bạn chỉ được đọc.",
        "This page is for reviewers; your account may only read.",
    ),
    "foreign_page": (
        "Yêu cầu này không được gửi từ trang của máy chủ này nên không được chấp nhận.",
        "This request did not come from a page of this server and was refused.",
    ),
    "too_large_form": ("Biểu mẫu quá lớn.", "This form is too large."),
    "not_understood": ("Có điều kiện không hiểu được", "Some conditions can't be understood"),
    "problem": ("Không hiểu {field} “{typed}”.", "{field} “{typed}” can't be understood."),
    "problem_date_from": (
        "Không hiểu ngày “{typed}”; hãy viết 30/3/2021, 3/2021 hoặc 2021.",
        "“{typed}” is no day; write 30/3/2021, 3/2021 or 2021.",
    ),
    "problem_date_to": (
        "Không hiểu ngày “{typed}”; hãy viết 30/3/2021, 3/2021 hoặc 2021.",
        "“{typed}” is no day; write 30/3/2021, 3/2021 or 2021.",
    ),
    "problem_due": (
        "Không hiểu hạn “{typed}”; hãy viết 2025 hoặc 6/2025.",
        "“{typed}” is no time; write 2025 or 6/2025.",
    ),
    "problem_from": (
        "“{typed}” không phải là số; hãy viết 17,45 hoặc 162.056.800.",
        "“{typed}” is no number; write 17.45 or 162,056,800.",
    ),
    "problem_to": (
        "“{typed}” không phải là số; hãy viết 17,45 hoặc 162.056.800.",
        "“{typed}” is no number; write 17.45 or 162,056,800.",
    ),
    "problem_number": (
        "{field}: “{typed}” không phải là số; hãy viết 17,45 hoặc 162.056.800.",
        "{field}: “{typed}” is no number; write 17.45 or 162,056,800.",
    ),
    "problem_day": (
        "{field}: “{typed}” không phải là ngày; hãy viết 30/3/2021.",
        "{field}: “{typed}” is no day; write 30/3/2021.",
    ),
    "problem_empty": ("{field}: không được để trống.", "{field} can't be empty."),
    "problem_form": ("Biểu mẫu thiếu thông tin hoặc bị hỏng.", "The form is incomplete or damaged."),
    "no_such_place": ("Không còn tìm thấy chỗ cần sửa.", "The place to be changed is not there."),
    "calendar": ("Lịch thời hạn", "Deadlines"),
    "queue": ("Việc cần duyệt", "To review"),
    "acceptance": ("Nghiệm thu", "Acceptance"),
    "intake": ("Nhập tài liệu", "Bring in"),
    "main_navigation": ("Các trang chính", "Main pages"),
    "reading_room_of": ("Phòng đọc văn bản", "Reading room"),
    "date_from": ("Từ ngày", "From"),
    "date_to": ("Đến ngày", "To"),
    "day_hint": ("ví dụ 30/3/2021, 3/2021, 2021", "such as 30/3/2021, 3/2021, 2021"),
    "q": ("Từ cần tìm", "Words"),
    "p": ("Trang kết quả", "Page of results"),
    "oldest": ("Cũ nhất trước", "Oldest first"),
    "newest": ("Mới nhất trước", "Newest first"),
    "by_number": ("Số, ký hiệu", "Number"),
    "sort_relevance": ("Độ liên quan", "Relevance"),
    "sort_date": ("Mới nhất trước", "Newest first"),
    "sort_oldest": ("Cũ nhất trước", "Oldest first"),
    "sort_number": ("Số, ký hiệu", "Number"),
    "help": ("Cách tìm", "How to search"),
    "your_search": ("Đang tìm", "Searching for"),
    "lead": ("chủ trì", "lead"),
    "coordinate": ("phối hợp", "coordinate"),
    "corpus_holds": ("Kho có {documents} văn bản, {pages} trang.", "The corpus holds {documents} documents, {pages} pages."),
    "recent": ("Văn bản mới nhất", "Newest documents"),
    "all_newest": ("Xem tất cả, mới nhất trước", "See all, newest first"),
    "deadlines_coming": ("Sắp đến hạn", "Falling due"),
    "none_coming": ("Không có thời hạn nào sắp tới.", "Nothing falls due from now on."),
    "by_issuer": ("Theo cơ quan ban hành", "By issuer"),
    "try_without_filters": ("Bỏ hết các bộ lọc", "Leave out all filters"),
    "try_without_quotes": ("Bỏ dấu ngoặc kép, tìm các từ rời nhau", "Leave out the quotation marks"),
    "try_any_word": ("Tìm văn bản có một trong các từ", "Find documents with any one of the words"),
    "try_unmarked": (
        "Gõ không dấu để tìm cả những chữ máy đọc sai dấu; gõ một phần của số văn bản.",
        "Type without marks, which finds words whose marks were misread; type a part of the number.",
    ),
    "take_list": ("Lấy danh sách", "Take the list"),
    "list_xlsx": ("Bảng Excel", "Excel table"),
    "list_docx": ("Bảng Word", "Word table"),
    "docx": ("Word", "Word"),
    "feed": ("Theo dõi (Atom)", "Follow (Atom)"),
    "save_hint": (
        "Địa chỉ của trang này giữ nguyên mọi điều kiện: lưu vào dấu trang để tìm lại, hoặc thêm liên kết “Theo dõi”"
        " vào trình đọc tin để biết khi có văn bản mới.",
        "The address of this page says the whole search: bookmark it to search again, or give the link “Follow” to a feed"
        " reader to learn of new documents.",
    ),
    "saved_searches": ("Lưu câu tìm", "Saving a search"),
    "value": ("Giá trị", "Value"),
    "value_max": ("Giá trị cao nhất", "Upper value"),
    "of": ("Trên tổng số", "Out of"),
    "kind": ("Phân loại", "Kind"),
    "comparator": ("So sánh", "Comparison"),
    "scope": ("Cấp, phạm vi", "Level"),
    "iso": ("Thời hạn", "Time"),
    "relation": ("Quan hệ", "Relation"),
    "role": ("Vai trò", "Role"),
    "task": ("Nhiệm vụ", "Task"),
    "output": ("Sản phẩm", "Output"),
    "time": ("Thời gian", "Time"),
    "due_from": ("Hạn từ", "Due from"),
    "due_hint": (
        "Hạn viết 2025, 6/2025 hoặc 30/6/2025; chỉ điền ô đầu để tìm đúng năm, tháng hoặc ngày đó.",
        "Write 2025, 6/2025 or 30/6/2025; the first field alone finds just that year, month or day.",
    ),
    "issued_from": ("Ban hành từ", "Issued from"),
    "reading_sure": ("đọc chữ {share}", "reading {share}"),
    "how_sure": ("Máy tin {share}.", "Confidence {share}."),
    "is_=": ("bằng (=)", "equal (=)"),
    "is_>=": ("ít nhất (≥)", "at least (≥)"),
    "is_>": ("trên (>)", "above (>)"),
    "is_<=": ("nhiều nhất (≤)", "at most (≤)"),
    "is_<": ("dưới (<)", "below (<)"),
    "is_~": ("khoảng (≈)", "about (≈)"),
    "is_increase": ("tăng", "increase"),
    "is_increase>=": ("tăng ít nhất", "increase of at least"),
    "is_decrease": ("giảm", "decrease"),
    "is_decrease>=": ("giảm ít nhất", "decrease of at least"),
    "is_before": ("trước", "before"),
    "is_by": ("chậm nhất", "by"),
    "is_in": ("trong", "in"),
    "is_from": ("từ", "from"),
    "is_every": ("định kỳ", "every"),
    "chart": ("Biểu đồ", "Chart"),
    "outcome": ("Kết quả so với chỉ tiêu", "Outcome"),
    "whole_group": ("Xem cả {count} số liệu của chỉ tiêu này", "See all {count} figures of this indicator"),
    "more_of_day": ("{count} việc khác", "{count} more"),
    "as_table": ("Xem dạng bảng", "As a table"),
    "a_reviewer": ("người duyệt", "a reviewer"),
    "undone": ("đã hoàn tác", "taken back"),
    "confirmed": ("được xác nhận là đúng", "confirmed"),
    "busy": (
        "Kho dữ liệu đang bận hoặc không ghi được; hãy thử lưu lại sau ít phút.",
        "The corpus is busy or can't be written; try to save again in a moment.",
    ),
    "acceptance_why": (
        "Máy rút thăm các trang, người đối chiếu chép lại những gì thấy trên ảnh, rồi tỷ lệ ký tự đúng của cả kho được ước"
        " lượng từ đó. Chỉ kết luận khi đã chép đủ trang.",
        "Pages are drawn at random, somebody types what the image shows, and the share of right characters in the whole"
        " corpus is estimated from that. There is no verdict before enough pages are typed.",
    ),
    "sample_size": ("Số trang rút thăm", "Pages to draw"),
    "draw_sample": ("Rút mẫu", "Draw a sample"),
    "drawn_at": ("Rút lúc", "Drawn"),
    "transcribed_pages": ("Đã chép", "Typed"),
    "transcribers": ("Người đối chiếu", "By"),
    "last_at": ("Lần cuối", "Last"),
    "bad_sample_size": ("Số trang rút thăm phải từ 1 đến 2.000.", "A sample has 1 to 2,000 pages."),
    "nothing_to_draw": ("Kho chưa có trang nào để rút thăm.", "There is nothing to draw from."),
    "transcribed_of": ("Đã đối chiếu {done} / {drawn} trang.", "{done} of {drawn} pages are typed."),
    "accuracy_is": (
        "Ước lượng {share} ký tự đúng (khoảng tin cậy 95 %: {low} – {high}).",
        "An estimated {share} of characters are right (95 % interval: {low} – {high}).",
    ),
    "next_to_transcribe": ("Chép trang tiếp theo", "Type the next page"),
    "stratum": ("Nhóm trang", "Stratum"),
    "stratum_low": ("tin cậy thấp", "low confidence"),
    "stratum_middling": ("tin cậy vừa", "middling confidence"),
    "stratum_high": ("tin cậy cao", "high confidence"),
    "queue_header": ("Thông tin đầu văn bản còn ngờ", "Doubtful header field"),
    "queue_failed": ("Trang không đọc được", "Page that could not be read"),
    "queue_fact": ("Dữ kiện chưa duyệt", "Fact not reviewed"),
    "queue_doubt": ("Dòng có chữ còn ngờ", "Line with a doubtful word"),
    "queue_progress": (
        "Hôm nay bạn đã duyệt {today} việc; đang để lại {passed} việc.",
        "Done today: {today}; passed over: {passed}.",
    ),
    "queue_empty": ("Không còn việc nào cần duyệt.", "Nothing is left to review."),
    "queue_keys": (
        "Phím tắt: a chấp nhận, c lưu phần sửa, r bác bỏ, s để lại, u hoàn tác. Esc ra khỏi ô đang gõ.",
        "Keys: a accept, c save the correction, r reject, s pass over, u undo. Esc leaves a field.",
    ),
    "take_up": ("Lấy lại các việc đã để lại", "Take up what was passed over"),
    "undo": ("Hoàn tác việc vừa làm", "Undo the last one"),
    "save_correction": ("Lưu phần đã sửa", "Save the correction"),
    "is_right": ("Lưu, nội dung trên là đúng", "Save, this is right"),
    "pass_over": ("Để lại", "Pass over"),
    "api": ("Dữ liệu cho chương trình", "Data for programs"),
    "api_about": (
        "Mọi trang tìm kiếm và bảng dữ kiện đều có bản JSON cùng điều kiện: thêm đuôi .json vào địa chỉ. Tên trường không"
        " đổi giữa các phiên bản. Lỗi được trả về bằng một câu trong trường error.",
        "Every search and every table of facts has a JSON twin under the same conditions: add .json to the address. Names of"
        " fields stay the same between versions. What is wrong is said in one sentence in the field error.",
    ),
    "api_search": ("kết quả tìm kiếm, kèm trang, dòng và đoạn trích", "what a search finds, with page, line and snippet"),
    "api_feed": ("văn bản mới của một câu tìm", "new documents of a search"),
    "api_facts": ("chỉ tiêu theo điều kiện, từng trang một", "targets under conditions, page by page"),
    "api_indicators": ("chỉ tiêu giống nhau của các tỉnh", "like targets of several provinces"),
    "api_reported": ("kết quả báo cáo cạnh chỉ tiêu", "reported results beside targets"),
    "api_export": ("mọi văn bản, mỗi dòng một bản ghi", "all documents, one record a line"),
    "api_package": ("toàn bộ dữ liệu kèm mô tả các trường", "all data with a description of the fields"),
    "gives": ("Trả về", "Gives"),
    "field_names": ("Tên trường", "Names of fields"),
    "field_names_about": (
        "Các trường của mỗi loại bản ghi, như trong mọi tệp tải về.",
        "The fields of each kind of record, as in all downloads.",
    ),
    "field_name": ("Trường", "Field"),
    "meaning": ("Ý nghĩa", "Meaning"),
    "example": ("Ví dụ", "Example"),
    "finds": ("Tìm được", "Finds"),
    "help_unmarked": ("trang có đủ các từ, có dấu hay không dấu", "pages with all the words, whatever their marks"),
    "help_marked": ("trang có đủ các từ với đúng dấu đã gõ", "pages with all the words, with just these marks"),
    "help_phrase": ("các từ đứng liền nhau", "the words side by side"),
    "help_number": (
        "văn bản mang số này và các trang nhắc đến số này",
        "the document of this number and pages that mention it",
    ),
    "help_number_loose": ("như trên, gõ thế nào cũng được", "the same, typed in any way"),
    "help_date": ("trang có ngày này, viết bằng số hay bằng chữ", "pages with this date, in figures or in words"),
    "help_or": ("trang có một trong hai từ (viết hoa OR)", "pages with either word (OR in capitals)"),
    "help_without": ("trang có từ đầu mà không có từ sau", "pages with the first word and without the second"),
    "help_prefix": ("mọi từ bắt đầu như vậy", "any word that begins so"),
    "help_brackets": (
        "ngoặc để gộp các điều kiện; không ghi gì giữa hai từ là phải có cả hai",
        "brackets group conditions; words side by side must all be there",
    ),
    "help_filters": (
        "Các ô lọc ở bên trái kết quả gợi ý những giá trị có trong kho. Ngày gõ 30/3/2021, 3/2021 hoặc 2021; văn bản chỉ đọc"
        " được năm vẫn được tìm thấy theo năm.",
        "The filters beside the results suggest values that the corpus has. Days are written 30/3/2021, 3/2021 or 2021; a"
        " document of which only the year is legible is found by its year.",
    ),
    "keys": ("Phím tắt", "Keys"),
    "help_keys": (
        "Trên trang văn bản: n chữ còn ngờ tiếp theo, p chữ trước đó, j và k dòng sau và dòng trước, / về ô tìm kiếm.",
        "On a document: n next doubtful word, p the one before, j and k next and previous line, / search.",
    ),
    "back_to_results": ("Về kết quả tìm kiếm", "Back to the results"),
    "go_to_page": ("Đến trang", "Go to page"),
    "go": ("Đến", "Go"),
    "hits_in_document": ("Trang có từ cần tìm", "Pages with the words"),
    "hit_on_page": ("trang {page}", "page {page}"),
    "zoom_in": ("Phóng to", "Larger"),
    "zoom_out": ("Thu nhỏ", "Smaller"),
    "zoom_fit": ("Vừa khung", "Fit"),
    "open_image": ("Mở riêng ảnh trang", "Open the image by itself"),
    "hit_word": ("từ cần tìm", "words sought"),
    "copy_text": ("Chép chữ của trang", "Copy the text of the page"),
    "copy_citation": ("Chép dẫn nguồn", "Copy"),
    "copied": ("Đã chép", "Copied"),
    "cite_type": ("Văn bản", "Văn bản"),
    "correct_header": ("Sửa thông tin đầu văn bản", "Correct the header"),
    "outline": ("Khoanh trên ảnh và chữ", "Outline"),
    "outline_none": ("không khoanh", "none"),
    "readings": ("Chữ đã sửa hoặc còn ngờ trên {count} dòng", "Readings on {count} lines"),
    "after": ("Nội dung", "Text"),
    "month_name": ("Tháng", "Month"),
    "draw_all": ("Đối chiếu toàn bộ (100 %)", "Take all of them (100 %)"),
    "by_field": ("Theo trường thông tin", "By field"),
    "by_field_why": (
        "Mở từng văn bản, so các trường với ảnh trang đầu và cho biết đúng hay sai.",
        "Open each document, compare its fields with the image of its first page and say which are right.",
    ),
    "judged": ("Đã xem", "Judged"),
    "right_ones": ("Đúng", "Right"),
    "interval": ("Khoảng tin cậy 95 %", "95 % interval"),
    "verdict": ("Kết luận", "Verdict"),
    "judge_why": ("So từng trường với ảnh trang đầu.", "Compare each field with the image of the first page."),
    "is_right_value": ("đúng", "right"),
    "is_wrong_value": ("sai hoặc thiếu", "wrong or missing"),
    "next_document": ("Văn bản tiếp theo", "Next document"),
    "parts": ("Tệp này có vẻ gồm {count} văn bản", "This file seems to hold {count} documents"),
    "pages_from_to": ("trang {first} – {last}", "pages {first} – {last}"),
    "intake_why": (
        "Chọn hoặc kéo thả các tệp PDF, ảnh quét hay văn bản. Tệp được giữ cạnh kho dữ liệu rồi được đọc lần lượt; tệp không"
        " đọc được vẫn được ghi lại cùng lý do.",
        "Choose or drop PDF files, scans or texts. They are kept beside the corpus and read one after the other; what"
        " can't be read is listed with the reason.",
    ),
    "choose_files": ("Các tệp", "Files"),
    "bring_in": ("Đưa vào kho", "Bring in"),
    "being_read": ("Đang đọc: {name}.", "Being read: {name}."),
    "in_waiting": ("Đang chờ: {count}.", "Waiting: {count}."),
    "look_again": ("Xem lại", "Look again"),
    "reading_failed": (
        "Không đọc hết được “{name}”; lý do nằm trong nhật ký của máy chủ.",
        "“{name}” could not be read to the end; the log of the server says why.",
    ),
    "runs": ("Các đợt nhập", "Runs"),
    "run": ("Đợt nhập", "Run"),
    "run_started": ("Bắt đầu", "Started"),
    "run_finished": ("Kết thúc", "Finished"),
    "not_finished": ("chưa xong", "not finished"),
    "outcome_stored": ("Đã đọc", "Stored"),
    "outcome_partial": ("Thiếu trang", "Pages missing"),
    "outcome_unchanged": ("Đã có sẵn", "Unchanged"),
    "outcome_quarantined": ("Không đọc được", "Could not be read"),
    "retry": ("Đọc lại", "Try again"),
    "no_files": ("Chưa chọn tệp nào, hoặc tệp trống.", "No files were chosen, or they are empty."),
    "upload_too_large": (
        "Các tệp quá lớn để gửi một lần; hãy chia nhỏ, hoặc dùng lệnh vanban ingest trên máy chủ.",
        "These files are too large to be sent at once; send fewer, or use vanban ingest on the server.",
    ),
    "upload_too_many": ("Quá nhiều tệp trong một lần gửi; hãy chia nhỏ.", "Too many files at once; send fewer."),
    "no_room_for_upload": (
        "Không ghi được tệp cạnh kho dữ liệu: ổ đĩa đầy hoặc không có quyền ghi.",
        "The files can't be written beside the corpus: the disk is full, or may not be written.",
    ),
    "file_has_moved": ("Tệp không còn ở chỗ cũ.", "The file is not where it was."),
    "tag": ("Nhãn", "Tag"),
    "tags": ("Nhãn", "Tags"),
    "tags_why": (
        "Nhãn gom các văn bản thành bộ sưu tập; bấm vào một nhãn để tìm trong đó.",
        "Tags gather documents into collections; follow one to search in it.",
    ),
    "new_tag": ("Gắn nhãn", "New tag"),
    "put_tag": ("Gắn nhãn", "Tag"),
    "take_tag": ("Gỡ nhãn", "Take off"),
    "tag_found": ("Gắn nhãn cho cả {count} văn bản tìm được", "Tag all {count} documents that were found"),
    "notes": ("Ghi chú", "Notes"),
    "new_note": ("Thêm ghi chú", "New note"),
    "bad_tag": ("Nhãn phải có chữ hoặc số và không quá 60 ký tự.", "A tag has letters or digits, 60 at most."),
    "bad_note": ("Ghi chú không được trống và không quá 4.000 ký tự.", "A note has 1 to 4,000 characters."),
    "too_many_to_tag": (
        "Mỗi lần chỉ gắn nhãn được tối đa 500 văn bản; hãy thêm điều kiện.",
        "At most 500 documents are tagged at once; add conditions.",
    ),
    "queue_unread": ("Chữ in chưa đọc được", "Print that nobody read"),
    "unread_here": ("Ở chỗ khoanh có chữ in mà máy không đọc được.", "There is print in the frame that could not be read."),
    "unread_places": (
        "Trên trang này có {count} chỗ có chữ in mà máy không đọc được (khung đỏ nét đứt trên ảnh).",
        "In {count} places of this page there is print that could not be read (dashed red frames on the image).",
    ),
    "write_down": ("Ghi lại những gì thấy ở đó thành ghi chú", "Write down what you see there, as a note"),
    "note_about_page": ("Trang {page}: ", "Page {page}: "),
    "problem_range": (
        "Các điều kiện mâu thuẫn nhau: giá trị hoặc thời hạn bắt đầu lớn hơn kết thúc.",
        "The conditions contradict each other: a value or time begins after it ends.",
    ),
    "earlier_facts": ("Các dữ kiện trước", "Facts before"),
    "later_facts": ("Các dữ kiện sau", "Facts after"),
    "page_unit": ("trang", "page"),
    **ARCHIVE_WORDS,
}


HERE = timezone(timedelta(hours=7))
"""The time of Viet Nam, which has no summer time."""


class Words:
    """The words of one language, and how numbers, shares, days and times are written in it.

    ``words["page"]``, ``words.say("page_of", page=1, pages=3)``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = LANGUAGES.index(language)

    def __getitem__(self, name: str) -> str:
        return WORDS[name][self._at]

    def __contains__(self, name: str) -> bool:
        return name in WORDS

    def get(self, name: str) -> str:
        """The word, or the name itself for values that have none: those that come out of documents."""
        return WORDS[name][self._at] if name in WORDS else name

    def say(self, name: str, /, **values: object) -> str:
        return self[name].format(**values)

    def number(self, value: float) -> str:
        """All digits, no exponent, thousands parted.

        >>> Words("vi").number(1234567.5), Words("en").number(1234567.5), Words("vi").number(1e-05), Words("vi").number(2020)
        ('1.234.567,5', '1,234,567.5', '0,00001', '2.020')
        """
        whole, _, rest = format(Decimal(repr(value)), ",f").partition(".")
        rest = rest.rstrip("0")
        if self.language == "vi":
            whole = whole.replace(",", ".")
        return f"{whole}{',' if self.language == 'vi' else '.'}{rest}" if rest else whole

    def percent(self, share: float, digits: int = 0) -> str:
        """A share of one, rounded down so that "100 %" says all.

        >>> Words("vi").percent(0.9996), Words("vi").percent(0.98765, 2)
        ('99 %', '98,76 %')
        """
        shift = 10**digits
        return f"{self.number(math.floor(share * 100 * shift + 1e-9) / shift)} %"

    def day(self, iso: str | None) -> str:
        """A stored day, month or year as it is written in this language.

        >>> Words("vi").day("2021-03-30"), Words("en").day("2021-03-30"), Words("vi").day(None)
        ('30/3/2021', '30 March 2021', '')
        """
        if not iso or self.language == "vi" or not _MONTH_OR_DAY.fullmatch(iso):
            return day_typed(iso or "")
        year, month, *day = iso.split("-")
        name = calendar.month_name[int(month)] if 1 <= int(month) <= 12 else month
        return " ".join([*(str(int(one)) for one in day), name, year])

    def vi_day(self, iso: str | None) -> str:
        """A stored day as it is typed here, whatever the language: in fields, and in citations, which are Vietnamese."""
        return day_typed(iso or "")

    def stratum(self, name: str) -> str:
        """What pages of an acceptance sample have in common ("ocr, high confidence").

        >>> Words("vi").stratum("ocr, high confidence")
        'nhận dạng ảnh, tin cậy cao'
        """
        source, _, step = name.partition(", ")
        return f"{self.get(source)}, {self.get('stratum_' + step.removesuffix(' confidence'))}"

    def moment(self, iso: str) -> str:
        """A stored time (UTC) as the clock here shows it.

        >>> Words("vi").moment("2026-11-30T20:05:00+00:00")
        '03:05 ngày 1/12/2026'
        """
        here = datetime.fromisoformat(iso).astimezone(HERE)
        return self.say("at_time", time=f"{here:%H:%M}", day=self.day(f"{here:%Y-%m-%d}"))


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
