"""The structure of administrative prose: letterhead, title, numbered blocks, sign-off, appendices, sentences.

Lines of a page become *blocks* (a heading, a paragraph, a numbered or dashed item) whose text is joined over line
and page ends, with an exact way back to the text they came from. Blocks form a tree after their numbering
(Phần, Chương, Điều, I., 1., 1.1., a), -, +), and lead-ins ("... như sau:") govern the items below them.

The numbering and the parts of a document are those of Nghị định 30/2020/NĐ-CP (annex I) and, for older documents,
Thông tư 01/2011/TT-BNV. Nothing here looks at what the text means; that is the business of the extractors.
"""
