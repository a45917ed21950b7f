"""Documents that mean harm, by name: bombs, rings, depths, cuts. Each small to send and large to read."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pypdf

PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Hostile = Callable[[], tuple[bytes, str]]


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def stream(content: bytes, *, layers: int = 1) -> bytes:
    """A stream that is deflated so many times over."""
    for _ in range(layers):
        content = zlib.compress(content, 9)
    filters = b"/FlateDecode " * layers
    return b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), filters, content)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def one_page(content: bytes, box: bytes = b"0 0 200 200") -> bytes:
    """A PDF of one page that draws this stream."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>" % box
    return pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content, FONT)


def tree(kids: bytes, *more: bytes) -> bytes:
    """A PDF whose page tree has these kids."""
    return pdf(CATALOGUE, b"<</Type/Pages/Count 1000000/Kids[%s]>>" % kids, *more)


def word(body: str, **parts: bytes) -> bytes:
    """A Word file with this body."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        document = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", parts.get("document", document.encode()))
        for name, content in parts.items():
            if name != "document":
                archive.writestr(f"word/{name}.xml", content)
    return packed.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes], pixels: bytes = b"") -> bytes:
    """A PNG that says it is so large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"".join(chunk(*each) for each in chunks)
    data = chunk(b"IDAT", zlib.compress(pixels or b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + data + chunk(b"IEND", b"")


def _million_kids() -> bytes:
    return tree(b"3 0 R " * 1_000_000, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")


def _many_pages() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>"
    text = stream(b"BT (a page with some words of text on it) Tj ET")
    return tree(b" ".join(b"%d 0 R" % number for number in range(4, 60_000)), text, *[page] * 59_996)


def _deep_tree() -> bytes:
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1) for number in range(3, 20_000)]
    return tree(b"3 0 R", *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>")


def _lying_zip() -> bytes:
    content = word("<w:p/>" * 2_000_000)
    size = struct.pack("<I", len(f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body></w:body></w:document>'))
    honest = struct.pack("<I", 6 * 2_000_000 + struct.unpack("<I", size)[0])
    return content.replace(honest, struct.pack("<I", 100))


def _locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(one_page(stream(b"BT (secret) Tj ET"))))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


LAUGHS = f"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 99}"><!ENTITY c "{"&b;" * 99}">
<!ENTITY d "{"&c;" * 99}"><!ENTITY e "{"&d;" * 99}">]><w:document xmlns:w="{W}"><w:body><w:p><w:r>
<w:t>&e;</w:t></w:r></w:p></w:body></w:document>"""
RING = f'<w:styles xmlns:w="{W}">' + "".join(
    f'<w:style w:styleId="{one}"><w:name w:val="{one}"/><w:basedOn w:val="{other}"/></w:style>'
    for one, other in ("ab", "ba")
)

HOSTILE: dict[str, Hostile] = {
    "a page tree of a million kids": lambda: (_million_kids(), PDF),
    "sixty thousand pages": lambda: (_many_pages(), PDF),
    "a page tree that is its own kid": lambda: (tree(b"2 0 R 2 0 R"), PDF),
    "a page tree twenty thousand deep": lambda: (_deep_tree(), PDF),
    "a page of two hundred megabytes": lambda: (one_page(stream(b" " * 200_000_000, layers=2)), PDF),
    "a page of ten million operators": lambda: (one_page(stream(b"q Q BT ET " * 7_000_000)), PDF),
    "a page of three million words": lambda: (one_page(stream(b"BT /F 9 Tf (x) Tj ET " * 3_000_000)), PDF),
    "a page as large as a field": lambda: (one_page(stream(b" "), b"0 0 1000000 1000000"), PDF),
    "a page with a box of nonsense": lambda: (one_page(stream(b" "), b"9 /x (y) -1e99"), PDF),
    "arrays nested without end": lambda: (pdf(CATALOGUE, b"[" * 500_000), PDF),
    "a PDF without pages": lambda: (tree(b""), PDF),
    "a PDF that is only a header": lambda: (b"%PDF-1.7\n", PDF),
    "a locked PDF": lambda: (_locked(), PDF),
    "a Word file of three hundred megabytes": lambda: (word("", document=b"0" * 300_000_000), DOCX),
    "a Word file of many paragraphs": lambda: (word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 900_000), DOCX),
    "a Word file that lies about its size": lambda: (_lying_zip(), DOCX),
    "tables in tables": lambda: (word("<w:tbl><w:tr><w:tc>" * 80_000), DOCX),
    "well-made tables in tables": lambda: (word("<w:tbl><w:tr><w:tc>" * 80 + "</w:tc></w:tr></w:tbl>" * 80), DOCX),
    "entities of entities": lambda: (word("", document=LAUGHS.encode()), DOCX),
    "styles in a ring": lambda: (word("<w:p/>", styles=(RING + "</w:styles>").encode()), DOCX),
    "a Word file without a body": lambda: (word("", document=b"<a/>"), DOCX),
    "a zip with nothing of Word": lambda: (b"PK\x03\x04" + b"\0" * 100, DOCX),
    "one line of twenty megabytes": lambda: (b"x" * 20_000_000, TEXT),
    "half a surrogate": lambda: (b"\xff\xfe" + b"\x00\xd8" * 50_000, TEXT),
    "nothing but zeros": lambda: (b"\0" * 1_000_000, TEXT),
    "a picture of ten gigapixels": lambda: (png(100_000, 100_000), PNG),
    "a picture with a bomb in its margin": lambda: (png(9, 9, (b"zTXt", b"a\0\0" + zlib.compress(b"0" * 10**8))), PNG),
    "a picture that ends too early": lambda: (png(5_000, 5_000), PNG),
    "a picture that is only a header": lambda: (b"\xff\xd8\xff", JPEG),
}  # fmt: skip
