"""When two names mean the same body: marks, levels, offices and the order of classes do not tell bodies apart."""

from __future__ import annotations

from functools import lru_cache

import regex

from normalizers.forms import fold

_FOLDED = (
    (r"uy ban nhan dan", "ubnd"),
    (r"hoi dong nhan dan", "hdnd"),
    (r"(ubmttqvn|(uy ban )?mat tran to quoc( viet nam)?)", "mttq"),
    (r"^(thu truong|giam doc|chu tich|nguoi dung dau|chanh|lanh dao|truong( ban)?|cuc truong|dong chi)\s+(?=\S)", ""),
    (r"\b(cac|cap) ", ""),
    (r"\b(so|bo|phong)(,| -)? ban(,| -)? nganh", r"\1 nganh"),
    (r"(quan|huyen|thi xa|thanh pho)((,| -|,? va) *(quan|huyen|thi xa|thanh pho))+", "huyen"),
    (r"(phuong|xa|thi tran|dac khu)((,| -|,? va) *(phuong|xa|thi tran|dac khu))+", "xa"),
    (r"\b(tinh|thanh pho)\b", ""),
    (r"[,;&()]| - |\bva\b", " "),
)


@lru_cache(maxsize=8192)
def body_key(name: str) -> tuple[str, ...]:
    """The words by which bodies are compared.

    >>> body_key("Giám đốc các Sở, ngành thành phố") == body_key("Sở, ban, ngành tỉnh")
    True
    >>> body_key("Sở Nội vụ") == body_key("Sở Tài chính")
    False
    """
    folded = fold(name.lower())
    for pattern, short in _FOLDED:
        folded = regex.sub(pattern, short, folded)
    return tuple(sorted(folded.split()))
