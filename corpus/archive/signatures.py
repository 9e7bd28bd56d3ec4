"""Digital signatures in PDFs: do the signed bytes stand as they were signed, and was it the named key that signed them?

Each signature names the bytes it covers (ISO 32000-1, 12.8.1) and holds a CMS structure (RFC 5652) with their digest. Both
are checked here, the digest always, the key's own signature where ``cryptography`` is installed. Whether a certificate was
valid and issued by a trusted authority is **not**: that needs lists which change every day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import regex

_DIGESTS = {
    "2b0e03021a": "sha1",
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
"""Object identifiers (DER, hexadecimal) of the digests of RFC 5754 and SHA-1."""

_MESSAGE_DIGEST = "2a864886f70d010904"
_SIGNED_DATA = "2a864886f70d010702"
_BYTE_RANGE = regex.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_SEQUENCE, _SET, _OCTETS, _OID, _CONTEXT_0, _INTEGER = 0x30, 0x31, 0x04, 0x06, 0xA0, 0x02


@dataclass(frozen=True, slots=True)
class Signature:
    """``state``: "intact"; "extended" when something was appended after the last signature; "altered" when the signed bytes
    are others; "forged" when the key did not sign them; "unreadable" when there is nothing to check by."""

    state: str
    signer: str = ""
    detail: str = ""
    signed_at: datetime | None = None


class _Node(NamedTuple):
    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list[_Node]:
        return list(_nodes(self.content))


class _NoCms(ValueError):
    """The bytes are no CMS signature."""


_NOT_HEXADECIMAL = regex.compile(rb"[^0-9A-Fa-f]")


def signatures(pdf: bytes) -> list[Signature]:
    """The signatures of a PDF file, by where they end; none for a file that is not signed."""
    found = []
    ranges = sorted(
        {tuple(map(int, match.groups())) for match in _BYTE_RANGE.finditer(pdf)}, key=lambda one: one[2] + one[3]
    )
    covered = [one for one in ranges if any(one)]
    for at, (start, length, after, rest) in enumerate(covered):
        signed = pdf[start : start + length] + pdf[after : after + rest]
        if start or start + length > after or after + rest > len(pdf):
            found.append(Signature("altered", detail="tệp ngắn hơn phần đã ký"))
            continue
        contents = _NOT_HEXADECIMAL.sub(b"", pdf[start + length : after])
        checked = _check(bytes.fromhex(contents.decode()[: len(contents) // 2 * 2]), signed)
        is_last = at == len(covered) - 1
        if checked.state == "intact" and is_last and pdf[after + rest :].strip():
            appended = len(pdf) - after - rest
            checked = Signature("extended", checked.signer, f"{appended} byte được thêm vào sau khi ký")
        found.append(checked)
    return found


def _check(cms: bytes, signed: bytes) -> Signature:
    try:
        data = _signed_data(cms)
        info = data[-1].children()[0].children()
    except (_NoCms, IndexError):
        return Signature("unreadable", detail="không đọc được cấu trúc CMS")
    algorithm = next((_DIGESTS.get(c.content.hex()) for n in info if n.tag == _SEQUENCE for c in n.children()[:1]
                      if c.tag == _OID and c.content.hex() in _DIGESTS), None)  # fmt: skip
    attributes = next((node for node in info if node.tag == _CONTEXT_0), None)
    signer = _signer(data, info)
    if algorithm is None:
        return Signature("unreadable", signer.name, "thuật toán băm không quen")
    digest = hashlib.new(algorithm, signed).digest()
    stated = _message_digest(attributes) if attributes else None
    if attributes is None:
        return Signature("intact" if signer.has_signed(signed, algorithm, info) else "forged", signer.name)
    if stated != digest:
        return Signature("altered", signer.name, f"{algorithm} của phần đã ký không khớp")
    to_be_signed = bytes([_SET]) + attributes.whole[1:]
    return Signature("intact" if signer.has_signed(to_be_signed, algorithm, info) else "forged", signer.name)


def _signed_data(cms: bytes) -> list[_Node]:
    content = [child for node in _nodes(cms) for child in node.children()]
    if not content or content[0].content.hex() != _SIGNED_DATA:
        raise _NoCms("its contents are no signed data of CMS")
    return content[1].children()[0].children()


def _message_digest(attributes: _Node) -> bytes | None:
    for attribute in attributes.children():
        parts = attribute.children()
        if len(parts) == 2 and parts[0].content.hex() == _MESSAGE_DIGEST:
            return parts[1].children()[0].content
    return None


class _Signer:
    """The certificate that a signature names, as far as it can be read here."""

    def __init__(self, certificate: Any | None) -> None:  # noqa: ANN401  # of ``cryptography``, which may be missing
        self.certificate = certificate

    @property
    def name(self) -> str:
        if self.certificate is None:
            return ""
        from cryptography.x509.oid import NameOID

        named = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(named[0].value) if named else ""

    def has_signed(self, content: bytes, algorithm: str, info: list[_Node]) -> bool:
        """Whether the key made this signature; true as well where that can't be told (no library, unknown kind of key)."""
        if self.certificate is None:
            return True
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

        value = next((node.content for node in info if node.tag == _OCTETS), b"")
        digest = getattr(hashes, algorithm.upper())()
        key = self.certificate.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(value, content, padding.PKCS1v15(), digest)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(value, content, ec.ECDSA(digest))
        except InvalidSignature:
            return False
        except UnsupportedAlgorithm:
            return True
        return True


def _signer(data: list[_Node], info: list[_Node]) -> _Signer:
    try:
        from cryptography import x509
    except ImportError:
        return _Signer(None)
    named = info[1].children() if len(info) > 1 and info[1].tag == _SEQUENCE else []
    serial = int.from_bytes(named[-1].content) if named and named[-1].tag == _INTEGER else None
    for node in (one for group in data if group.tag == _CONTEXT_0 for one in group.children()):
        try:
            certificate = x509.load_der_x509_certificate(node.whole)
        except ValueError:
            continue
        if serial is None or certificate.serial_number == serial:
            return _Signer(certificate)
    return _Signer(None)


def _nodes(data: bytes) -> Iterator[_Node]:
    """The DER values that follow each other (X.690, definite lengths; BER's indefinite ones by their end mark)."""
    at = 0
    while at + 2 <= len(data):
        tag, length, begin = data[at], data[at + 1], at + 2
        if length == 0x80:
            inner = at + 2
            while data[inner : inner + 2] not in (b"\0\0", b""):
                inner += len(next(_nodes(data[inner:])).whole)
            yield _Node(tag, data[begin:inner], data[at : inner + 2])
            at = inner + 2
            continue
        if length > 0x80:
            count = length & 0x7F
            length, begin = int.from_bytes(data[begin : begin + count]), begin + count
        end = begin + length
        if end > len(data) or tag == 0:
            return
        yield _Node(tag, data[begin:end], data[at:end])
        at = end
