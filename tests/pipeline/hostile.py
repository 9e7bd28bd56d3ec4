"""Files made to do harm, a few kilobytes each: claims of size, rings, depths, bombs, and PDFs that want to act."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

SIDE = 100_000
ZEROS = 2 * 1024**3
DEPTH = 100_000
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> %s >>"


def pdf(objects: dict[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of these objects with a right cross-reference table: only what is meant to be wrong is wrong."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def stream(data: bytes, about: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), about, data)


def one_page(extra: dict[int, bytes] | None = None, *, page: bytes = b"", catalog: bytes = b"", drawn: bytes = b"") -> bytes:
    """One page that draws ``drawn``; ``page`` and ``catalog`` are further entries of their dictionaries."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE.replace(b"%s", page).replace(b"/Resources << >>", b"" if b"/Resources" in page else b"/Resources << >>"),
        4: stream(drawn),
    }
    return pdf(objects | (extra or {}))


def zeros_deflated(length: int) -> bytes:
    """A valid zlib stream of ``length`` zero bytes, made without compressing them all: one block, repeated."""
    block = 1 << 20
    packer = zlib.compressobj(9)
    packer.compress(bytes(block))
    packer.flush(zlib.Z_FULL_FLUSH)  # header and first block; the second does not look back and can be repeated
    repeated = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = (length % 65521) << 16 | 1
    return b"\x78\xda" + repeated * (length // block) + b"\x03\x00" + struct.pack(">I", adler)


def bomb(about: bytes = b"") -> bytes:
    """A stream of some kilobytes that unpacks, twice, to two gigabytes."""
    return stream(zlib.compress(zeros_deflated(ZEROS), 9), b"/Filter [/FlateDecode /FlateDecode] " + about)


# --- claims -----------------------------------------------------------------------------------------------------------


def png(width: int, height: int, data: bytes, *, colour: int = 0, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claim() -> bytes:
    return png(SIDE, SIDE, zlib.compress(bytes(1000)), colour=2)


def thin_image() -> bytes:
    """A column of pixels, a kilometre high."""
    return png(1, 5_000_000, zeros_deflated(10_000_000 >> 20 << 20))


def profile_bomb() -> bytes:
    return png(9, 9, zlib.compress(bytes(90)), extra=chunk(b"iCCP", b"a\0\0" + zeros_deflated(ZEROS // 4)))


def pixels_bomb() -> bytes:
    """Pixels that unpack to a half gigabyte, for an image of a hundred."""
    return png(10, 10, zeros_deflated(ZEROS // 4))


def tiff_count() -> bytes:
    """A tag with four thousand million values."""
    data = bytearray(tiff_claim())
    struct.pack_into("<I", data, 1008 + 2 + 4, 0xFFFFFFF0)
    return bytes(data)


def huge_length() -> bytes:
    return one_page({4: b"<< /Length 99999999999999 >>\nstream\nq Q\nendstream"})


def filters() -> bytes:
    """A stream packed a hundred thousand times."""
    return one_page({4: stream(b"x", b"/Filter [%s]" % (b"/ASCIIHexDecode " * DEPTH))})


def tiff_claim() -> bytes:
    tags = ((256, SIDE), (257, SIDE), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, SIDE), (279, 1000))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 1008) + bytes(1000) + struct.pack("<H", len(tags)) + entries + bytes(4)


def tiff_ring() -> bytes:
    """Two directories that name each other as the next: pages without end."""
    stream = io.BytesIO()
    Image.new("L", (8, 8), 255).save(stream, "TIFF")
    data = bytearray(stream.getvalue())
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    return bytes(data)


def jpeg_claim() -> bytes:
    """As large as the format can say: 65,500 x 65,500."""
    stream = io.BytesIO()
    Image.new("L", (16, 16), 255).save(stream, "JPEG")
    data = bytearray(stream.getvalue())
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, 65_500, 65_500)
    return bytes(data)


def image_claim(width: int = SIDE, height: int = SIDE) -> bytes:
    about = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (
        width,
        height,
    )
    resources = b"/Resources << /XObject << /I 5 0 R >> >>"
    return one_page({5: stream(bytes(100), about)}, page=resources, drawn=b"595 0 0 842 0 0 cm /I Do")


def huge_page() -> bytes:
    return one_page(drawn=b"0 0 100 100 re f").replace(b"[0 0 595 842]", b"[0 0 1000000000 1000000000]")


def thin_page() -> bytes:
    return one_page(drawn=b"0 0 100 100 re f").replace(b"[0 0 595 842]", b"[0 0 1000000000 0.0001]")


def pages_claimed() -> bytes:
    return one_page().replace(b"/Count 1", b"/Count 50000")


def pages_repeated() -> bytes:
    """50,000 pages that are one and the same object."""
    kids = b"3 0 R " * 500
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count 50000 >>" % (b"5 0 R " * 100),
            3: PAGE.replace(b"%s", b"").replace(b"/Parent 2", b"/Parent 5"),
            4: stream(b""),
            5: b"<< /Type /Pages /Parent 2 0 R /Kids [%s] /Count 500 >>" % kids,
        }
    )


# --- rings and depths -------------------------------------------------------------------------------------------------


def page_tree_ring() -> bytes:
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [5 0 R] /Count 9 /Parent 5 0 R >>",
        5: b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>",
    }
    return pdf(objects)


def nested_arrays() -> bytes:
    return one_page({5: b"[" * DEPTH + b"]" * DEPTH}, page=b"/Annots 5 0 R", catalog=b"/Names 5 0 R")


def nested_content() -> bytes:
    return one_page(drawn=b"[" * DEPTH + b"]" * DEPTH + b" TJ " + b"q " * DEPTH + b"0 0 9 9 re f")


def nested_dictionaries() -> bytes:
    return one_page(page=b"/Resources " + b"<< /A " * DEPTH + b"null" + b" >>" * DEPTH)


def nested_page_tree() -> bytes:
    """Each node of the page tree has one child, 10,000 deep."""
    last = 10_000
    objects = {n: b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (n - 1, n + 1) for n in range(5, last)}
    objects[1] = b"<< /Type /Catalog /Pages 5 0 R >>"
    objects[last] = PAGE.replace(b"%s", b"").replace(b"/Parent 2", b"/Parent %d" % (last - 1))
    return pdf(objects | {4: stream(b"")})


def object_streams_ring() -> bytes:
    """Object streams that extend each other, and lengths and cross-references that lead back to themselves."""
    about = b"/Type /ObjStm /N 1 /First 4 /Extends %d 0 R"
    made = one_page(
        {
            5: stream(b"7 0 6 0 R", about % 6),
            6: stream(b"8 0 5 0 R", about % 5),
            9: b"<< /Length 9 0 R >>\nstream\nq\nendstream",
        },
        page=b"/Annots 7 0 R /Metadata 9 0 R",
    )
    start = made.rindex(b"startxref")
    offset = made[start:].split()[1]
    return made.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev " + offset)


def reference_ring() -> bytes:
    return one_page(
        {5: b"6 0 R", 6: b"7 0 R", 7: b"5 0 R"}, page=b"/Resources 5 0 R /Annots 6 0 R", catalog=b"/AcroForm 5 0 R"
    )


def form_ring() -> bytes:
    """A drawing that draws itself."""
    about = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    return one_page({5: stream(b"/F Do /F Do", about)}, page=b"/Resources << /XObject << /F 5 0 R >> >>", drawn=b"/F Do")


def form_avalanche() -> bytes:
    """Twelve drawings, each drawing the next ten times: a million million boxes."""
    extra = {}
    for n in range(5, 17):
        about = b"/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /F %d 0 R >> >>" % (n + 1)
        extra[n] = stream(b"/F Do " * 10, about)
    extra[17] = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return one_page(extra, page=b"/Resources << /XObject << /F 5 0 R >> >>", drawn=b"/F Do")


# --- bombs ------------------------------------------------------------------------------------------------------------


def content_bomb() -> bytes:
    return one_page({4: bomb()})


def image_bomb() -> bytes:
    """A small image whose data unpack to two gigabytes."""
    about = b"/Type /XObject /Subtype /Image /Width 2480 /Height 3508 /ColorSpace /DeviceGray /BitsPerComponent 8"
    resources = b"/Resources << /XObject << /I 5 0 R >> >>"
    return one_page({5: bomb(about)}, page=resources, drawn=b"595 0 0 842 0 0 cm /I Do")


def object_stream_bomb() -> bytes:
    made = one_page({5: bomb(b"/Type /ObjStm /N 1000000 /First 20000000")}, page=b"/Annots 7 0 R")
    return made.replace(b"startxref", b"startxrex")  # no table: the file is mended, and every object stream opened


def text_bomb() -> bytes:
    """Some kilobytes that print ten million letters."""
    text = zlib.compress(zlib.compress(b"BT /F 9 Tf 9 9 Td " + b"(" + b"a" * 10_000_000 + b") Tj ET", 9), 9)
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    return one_page({4: stream(text, b"/Filter [/FlateDecode /FlateDecode]")}, page=font)


# --- wanting to act ---------------------------------------------------------------------------------------------------

PRINTED = b"BT /F 12 Tf 70 700 Td (Uy ban nhan dan tinh) Tj ET"
_FONT = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def acting(port: int, mark: str) -> bytes:
    """Everything by which a PDF reaches out: to a server on ``port`` of this machine, and to programs that make ``mark``."""
    url = b"http://127.0.0.1:%d/" % port
    script = b"<< /S /JavaScript /JS (app.launchURL\\('%s'\\); this.submitForm\\('%s'\\);) >>" % (url, url)
    launch = b"<< /S /Launch /F (/bin/touch) /Unix << /F (/bin/touch) /P (%s) >> >>" % mark.encode()
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (%s) >> /AA << /PV %s >> >>" % (
        url,
        launch,
    )
    media = b"<< /Type /Annot /Subtype /Movie /Rect [0 0 9 9] /Movie << /F << /FS /URL /F (%s) >> >> >>" % url
    form = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [9 9 99 29] /AA << /F %s >> >>" % script
    attached = b"<< /Type /Filespec /F (../../../%s) /UF (../../../%s) /EF << /F 8 0 R >> >>" % (
        mark.encode(),
        mark.encode(),
    )
    return one_page(
        {
            5: b"<< /Fields [6 0 R] /XFA 9 0 R /NeedAppearances true >>",
            6: form,
            7: attached,
            8: stream(b"#!/bin/sh\ntouch " + mark.encode(), b"/Type /EmbeddedFile"),
            9: stream(b'<!DOCTYPE x [<!ENTITY e SYSTEM "%s">]><x>&e;</x>' % url, b"/Type /Metadata /Subtype /XML"),
            10: b"<< /Length 0 /F << /FS /URL /F (%s) >> >>\nstream\n\nendstream" % url,
        },
        page=_FONT + b" /Annots [6 0 R " + link + media + b"] /AA << /O %s >> /Thumb 10 0 R" % launch,
        catalog=b"/OpenAction %s /AA << /WC %s >> /AcroForm 5 0 R /Metadata 9 0 R"
        b" /Names << /JavaScript << /Names [(a) %s] >> /EmbeddedFiles << /Names [(../../a) 7 0 R] >> >>"
        b" /AF [7 0 R] /URI << /Base (%s) >>" % (script, launch, script, url),
        drawn=PRINTED,
    )


# What each file must end as: outcome, and the reason where there is one. Seen with PyMuPDF 1.27; what MuPDF mends, reads
# or refuses may move between its versions, so several ends are right for most, and a missing reason never is.
READ = ("stored", "")
DAMAGED, TOO_LARGE, TOO_LONG = ("quarantined", "damaged"), ("quarantined", "too_large"), ("quarantined", "time_limit")
TRUNCATED, NO_PAGE = ("quarantined", "truncated"), ("quarantined", "not_a_document")
TOO_MANY, TOO_MUCH = ("quarantined", "too_many_pages"), ("quarantined", "memory_limit")
Ends = tuple[tuple[str, str], ...]

FILES: dict[str, tuple[Callable[[], bytes], Ends]] = {
    "png_claim.png": (png_claim, (TOO_LARGE,)),
    "thin_image.png": (thin_image, (NO_PAGE,)),
    "profile_bomb.png": (profile_bomb, (DAMAGED, TRUNCATED)),
    "pixels_bomb.png": (pixels_bomb, (READ, DAMAGED, TOO_LONG)),
    "huge_length.pdf": (huge_length, (READ, DAMAGED)),
    "filters.pdf": (filters, (READ, DAMAGED)),
    "tiff_claim.tif": (tiff_claim, (TOO_LARGE,)),
    "tiff_count.tif": (tiff_count, (DAMAGED, TRUNCATED, TOO_LARGE)),
    "jpeg_claim.jpg": (jpeg_claim, (TOO_LARGE,)),
    "image_claim.pdf": (image_claim, (TOO_LARGE,)),
    "tiff_ring.tif": (tiff_ring, (READ, DAMAGED, TOO_MANY)),
    "huge_page.pdf": (huge_page, (TOO_LARGE,)),
    "thin_page.pdf": (thin_page, (READ, TOO_LARGE)),
    "pages_claimed.pdf": (pages_claimed, (DAMAGED, TOO_MANY)),
    "pages_repeated.pdf": (pages_repeated, (DAMAGED, TOO_MANY)),
    "page_tree_ring.pdf": (page_tree_ring, (DAMAGED,)),
    "nested_arrays.pdf": (nested_arrays, (READ, DAMAGED)),
    "nested_content.pdf": (nested_content, (READ, DAMAGED)),
    "nested_dictionaries.pdf": (nested_dictionaries, (READ, DAMAGED)),
    "nested_page_tree.pdf": (nested_page_tree, (READ, DAMAGED)),
    "object_streams_ring.pdf": (object_streams_ring, (READ, DAMAGED)),
    "reference_ring.pdf": (reference_ring, (READ, DAMAGED)),
    "form_ring.pdf": (form_ring, (READ, DAMAGED)),
    "image_bomb.pdf": (image_bomb, (READ, DAMAGED, TOO_LONG, TOO_MUCH)),
    "text_bomb.pdf": (text_bomb, (TOO_LONG, TOO_MUCH)),
    "content_bomb.pdf": (content_bomb, (DAMAGED, TOO_LONG)),
    "object_stream_bomb.pdf": (object_stream_bomb, (DAMAGED, TOO_LONG)),
    "form_avalanche.pdf": (form_avalanche, (DAMAGED, TOO_LONG)),
}
