"""Writes PDFs object by object: scans with a hidden text layer, and text in the old TCVN3 encoding.

``scan_to_pdf``   page images, with the words of an OCR layer printed invisibly over them if there are any
``tcvn3_to_pdf``  the lines of drawn pages as text in fonts called .VnTime, whose codes are TCVN3 bytes
"""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, TiffImagePlugin

from samples.draw import DrawnLine, DrawnPage, font_file
from samples.scanner import Pixels

# TCVN 5712:1993, VN3 ("ABC"): one Latin-1 code for each letter, no toned capitals.
_TCVN3_LETTERS = (
    "ă â ê ô ơ ư đ à ả ã á ạ ằ ẳ ẵ ắ ặ ầ ẩ ẫ ấ ậ è ẻ ẽ é ẹ ề ể ễ ế ệ ì ỉ ĩ í ị "
    "ò ỏ õ ó ọ ồ ổ ỗ ố ộ ờ ở ỡ ớ ợ ù ủ ũ ú ụ ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ Ă Â Ê Ô Ơ Ư Đ"
)
_TCVN3_CODES = bytes.fromhex(
    "A8 A9 AA AB AC AD AE B5 B6 B7 B8 B9 BB BC BD BE C6 C7 C8 C9 CA CB CC CE CF D0 D1 D2 D3 D4 D5 D6 D7 D8 DC DD DE "
    "DF E1 E2 E3 E4 E5 E6 E7 E8 E9 EA EB EC ED EE EF F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FD FE A1 A2 A3 A4 A5 A6 A7"
)
TCVN3 = {chr(code): code for code in range(32, 127)} | dict(zip(_TCVN3_LETTERS.split(), _TCVN3_CODES, strict=True))
TCVN3 |= {"–": 0x96, "“": 0x93, "”": 0x94, "’": 0x92}


def scan_to_pdf(
    path: Path, pages: Sequence[DrawnPage], hidden: Sequence[Sequence[str]] | None = None, quality: int = 60
) -> None:
    """Writes page images (bilevel as CCITT G4, others as JPEG of ``quality``) into a PDF.

    ``hidden[i][j]`` is what an OCR program printed for line ``j`` of page ``i``, to lie invisibly over it; an empty string
    leaves the line out.
    """
    writer = _Writer()
    for number, page in enumerate(pages):
        height, width = page.pixels.shape[:2]
        scale = 72 / page.dpi
        size = f"{width * scale:.2f} {height * scale:.2f}"
        content = f"q {width * scale:.2f} 0 0 {height * scale:.2f} 0 0 cm /Im0 Do Q\n".encode("ascii")
        resources = f"/XObject << /Im0 {_image(writer, page, quality)} 0 R >>"
        if hidden is not None:
            layer, font = _hidden_layer(writer, page, hidden[number])
            content += layer
            resources += f" /Font << /F1 {font} 0 R >>"
        writer.page(size, resources, content)
    path.write_bytes(writer.finish())


def tcvn3_to_pdf(path: Path, pages: Sequence[DrawnPage], name: str = ".VnTime") -> None:
    """Writes the lines of ``pages`` as text whose codes are TCVN3, in embedded fonts ``name`` and, for capitals, ``name``H.

    The pages look as drawn; programs that copy their text get Latin-1 letters. Raises ``ValueError`` for a letter that TCVN3
    lacks. Needs fontTools.
    """
    writer = _Writer()
    runs = [[(line, word.box[0], _runs(word.text, line)) for line in page.lines for word in line.words] for page in pages]
    fonts: dict[tuple[bool, bool, bool], set[int]] = {}
    for words in runs:
        for line, _, parts in words:
            for capital, codes in parts:
                fonts.setdefault((line.bold, line.italic, capital), {32}).update(codes)
    names = {style: f"F{i}" for i, style in enumerate(sorted(fonts))}
    objects = {style: _legacy_font(writer, name, style, codes) for style, codes in fonts.items()}
    listed = " ".join(f"/{names[style]} {number} 0 R" for style, number in objects.items())
    for page in pages:
        content = b"".join(_legacy_line(line, page, names) for line in page.lines)
        content += b"".join(_outline(page, cell.box) for table in page.tables for cell in table.cells)
        height, width = page.pixels.shape[:2]
        writer.page(f"{width * 72 / page.dpi:.2f} {height * 72 / page.dpi:.2f}", f"/Font << {listed} >>", content)
    path.write_bytes(writer.finish())


def scan_to_tiff(path: Path, pages: Sequence[DrawnPage]) -> None:
    """Writes a multi-page TIFF: bilevel pages as CCITT G4, others as deflated."""
    images = [page.image.convert("1") if page.mode == "bilevel" else page.image for page in pages]
    compression = "group4" if pages[0].mode == "bilevel" else "tiff_deflate"
    dpi = (pages[0].dpi, pages[0].dpi)
    images[0].save(path, save_all=True, append_images=images[1:], compression=compression, dpi=dpi)


class _Writer:
    """Objects, pages, cross-reference table: as much of a PDF as scans need."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b"", b""]  # catalogue and page tree are known last
        self.kids: list[int] = []

    def add(self, body: bytes) -> int:
        """The number of the new object."""
        self.objects.append(body)
        return len(self.objects)

    def stream(self, entries: str, data: bytes) -> int:
        return self.add(f"<< {entries} /Length {len(data)} >>\nstream\n".encode("latin-1") + data + b"\nendstream")

    def flate(self, entries: str, data: bytes) -> int:
        return self.stream(f"{entries} /Filter /FlateDecode", zlib.compress(data, 9))

    def page(self, size: str, resources: str, content: bytes) -> None:
        stream = self.flate("", content)
        body = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size}] /Resources << {resources} >> /Contents {stream} 0 R >>"
        self.kids.append(self.add(body.encode("ascii")))

    def finish(self) -> bytes:
        kids = " ".join(f"{number} 0 R" for number in self.kids)
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        self.objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(self.kids)} >>".encode("ascii")
        out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        starts = []
        for number, body in enumerate(self.objects, 1):
            starts.append(len(out))
            out += f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
        table = len(out)
        out += f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n".encode("ascii")
        out += b"".join(f"{start:010d} 00000 n \n".encode("ascii") for start in starts)
        out += f"trailer\n<< /Size {len(starts) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode("ascii")
        return bytes(out)


def _image(writer: _Writer, page: DrawnPage, quality: int) -> int:
    height, width = page.pixels.shape[:2]
    entries = f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
    if page.mode == "bilevel":
        entries += (
            f" /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {width} >>"
        )
        return writer.stream(entries, _group4(page.pixels))
    packed = io.BytesIO()
    page.image.save(packed, "JPEG", quality=quality, optimize=True)
    space = "/DeviceRGB" if page.pixels.ndim == 3 else "/DeviceGray"
    return writer.stream(f"{entries} /ColorSpace {space} /BitsPerComponent 8 /Filter /DCTDecode", packed.getvalue())


def _group4(pixels: Pixels) -> bytes:
    """CCITT group 4 data of a bilevel page, white as 0 as fax machines have it, in one strip."""
    packed = io.BytesIO()
    strip = TiffImagePlugin.ImageFileDirectory_v2()
    strip[TiffImagePlugin.ROWSPERSTRIP] = pixels.shape[0]
    strip[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = 0
    Image.fromarray(pixels).convert("1").save(packed, "TIFF", compression="group4", tiffinfo=strip)
    with Image.open(packed) as tiff:
        offsets, counts = tiff.tag_v2[TiffImagePlugin.STRIPOFFSETS], tiff.tag_v2[TiffImagePlugin.STRIPBYTECOUNTS]  # type: ignore[attr-defined]
        if len(offsets) != 1:
            raise ValueError("the TIFF has more than one strip")
        return packed.getvalue()[offsets[0] : offsets[0] + counts[0]]


def _hidden_layer(writer: _Writer, page: DrawnPage, texts: Sequence[str]) -> tuple[bytes, int]:
    """The invisible words over the lines of a page, and the number of their font, whose codes are told by ToUnicode only."""
    letters = sorted({c for text in texts for c in text if c != " "})
    if len(letters) > 220:
        raise ValueError(f"{len(letters)} different letters on one page do not fit into one font")
    codes = {" ": 32} | {letter: 33 + i for i, letter in enumerate(letters)}
    scale, bottom = 72 / page.dpi, page.pixels.shape[0]
    out = ["BT 3 Tr\n"]
    for line, text in zip(page.lines, texts, strict=True):
        if not text.strip():
            continue
        left, _, right, low = line.box
        size = max(4.0, line.size)
        stretch = 100 * (right - left) * scale / (0.5 * size * len(text))
        coded = bytes(codes[c] for c in text).hex()
        at = f"1 0 0 1 {left * scale:.2f} {(bottom - low) * scale + 2:.2f} Tm"
        out.append(f"/F1 {size:.1f} Tf {stretch:.1f} Tz {at} <{coded}> Tj\n")
    out.append("ET\n")
    unicode_map = writer.flate("", _to_unicode({code: letter for letter, code in codes.items()}))
    widths = " ".join(["500"] * 224)
    body = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 32 /LastChar 255 "
        f"/Widths [{widths}] /ToUnicode {unicode_map} 0 R >>"
    )
    return "".join(out).encode("ascii"), writer.add(body.encode("ascii"))


def _to_unicode(letters: dict[int, str]) -> bytes:
    """A ToUnicode map (PDF 32000-1, 9.10.3) of one-byte codes, in groups of a hundred as the format asks."""
    pairs = [f"<{code:02X}> <{letter.encode('utf-16-be').hex().upper()}>" for code, letter in sorted(letters.items())]
    groups = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CMapName /Codes def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _runs(word: str, line: DrawnLine) -> list[tuple[bool, bytes]]:
    """A word as pieces (in the font of capitals?, codes).

    TCVN3 has toned capitals only as small letters of a capital font: headings are set in it as a whole, elsewhere it
    serves for the one letter.
    """
    pieces: list[tuple[bool, list[int]]] = []
    heading = line.text.isupper()
    for character in word:
        capital = heading or character not in TCVN3
        code = TCVN3.get(character.lower() if capital else character)
        if code is None:
            raise ValueError(f"TCVN3 has no code for {character!r}")
        if pieces and pieces[-1][0] == capital:
            pieces[-1][1].append(code)
        else:
            pieces.append((capital, [code]))
    return [(capital, bytes(codes)) for capital, codes in pieces]


def _legacy_line(line: DrawnLine, page: DrawnPage, names: dict[tuple[bool, bool, bool], str]) -> bytes:
    """One line of print: word by word at its place, each but the last followed by a space."""
    scale, height = 72 / page.dpi, page.pixels.shape[0]
    out = []
    for i, word in enumerate(line.words):
        at = f"1 0 0 1 {word.box[0] * scale:.2f} {(height - line.origin[1]) * scale:.2f} Tm"
        shows = []
        pieces = _runs(word.text, line)
        for j, (capital, codes) in enumerate(pieces):
            space = b" " if j == len(pieces) - 1 and i < len(line.words) - 1 else b""
            shows.append(f"/{names[line.bold, line.italic, capital]} {line.size:.1f} Tf <{(codes + space).hex()}> Tj")
        out.append(f"BT {at} {' '.join(shows)} ET\n")
    return "".join(out).encode("ascii")


def _outline(page: DrawnPage, box: tuple[int, int, int, int]) -> bytes:
    scale, height = 72 / page.dpi, page.pixels.shape[0]
    left, top, right, bottom = box
    corner = f"{left * scale:.2f} {(height - bottom) * scale:.2f}"
    return f"0.6 w {corner} {(right - left) * scale:.2f} {(bottom - top) * scale:.2f} re S\n".encode("ascii")


def _legacy_font(writer: _Writer, name: str, style: tuple[bool, bool, bool], codes: set[int]) -> int:
    """A face cut down to ``codes``, each of which shows the Vietnamese letter that TCVN3 means by it."""
    from fontTools import subset, ttLib  # type: ignore[import-untyped]
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable  # type: ignore[import-untyped]

    bold, italic, capital = style
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    letters = {code: letter.upper() if capital else letter for letter, code in TCVN3.items() if code in codes}
    face: Any = ttLib.TTFont(font_file("liberation", bold, italic))
    glyphs = {code: face.getBestCmap()[ord(letter)] for code, letter in letters.items()}
    cutter = subset.Subsetter(subset.Options(layout_features=[], hinting=False, notdef_outline=True, glyph_names=False))
    cutter.populate(unicodes=[ord(letter) for letter in letters.values()])
    cutter.subset(face)
    table: Any = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 0, 0  # symbol
    table.cmap = {0xF000 + code: glyph for code, glyph in glyphs.items()}
    face["cmap"].tables = [table]
    for record in face["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = name
    face.recalcTimestamp = False
    packed = io.BytesIO()
    face.save(packed)
    data = packed.getvalue()
    per_em = 1000 / face["head"].unitsPerEm
    first, last = min(codes), max(codes)
    widths = " ".join(
        str(round(face["hmtx"][glyphs[c]][0] * per_em)) if c in glyphs else "0" for c in range(first, last + 1)
    )
    file = writer.flate(f"/Length1 {len(data)}", data)
    suffix = ("Bold" if bold else "") + ("Italic" if italic else "")
    called = f"{name}{'H' if capital else ''}{',' + suffix if suffix else ''}"
    box = " ".join(str(round(face["head"].__dict__[edge] * per_em)) for edge in ("xMin", "yMin", "xMax", "yMax"))
    descriptor = writer.add(
        (
            f"<< /Type /FontDescriptor /FontName /ABCDEF+{called} /Flags 4 /FontBBox [{box}] "
            f"/ItalicAngle {-12 if italic else 0} /Ascent 891 /Descent -216 /CapHeight 662 "
            f"/StemV {140 if bold else 80} /FontFile2 {file} 0 R >>"
        ).encode("ascii")
    )
    unicode_map = writer.flate("", _to_unicode({code: bytes([code]).decode("cp1252") for code in sorted(codes)}))
    return writer.add(
        (
            f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+{called} /FirstChar {first} /LastChar {last} "
            f"/Widths [{widths}] /FontDescriptor {descriptor} 0 R /ToUnicode {unicode_map} 0 R >>"
        ).encode("ascii")
    )
