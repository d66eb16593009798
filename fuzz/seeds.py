#!/usr/bin/env python3
"""Writes small valid inputs for each fuzz target into corpus/, from the examples and test documents of the repository."""

import io
import pathlib
import zipfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def write(target, name, content):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def archive(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in entries:
            stored = name == "mimetype"
            file.writestr(name, text, zipfile.ZIP_STORED if stored else method)
    return out.getvalue()


def types(main):
    return f'<Types><Override PartName="/m.xml" ContentType="{OFFICE}{main}.main+xml"/></Types>'


def relations(*rows):
    ids = enumerate(rows)
    inside = "".join(f'<Relationship Id="r{n}" Type="{RELATION}{k}" Target="{t}"/>' for n, (k, t) in ids)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def docx(method=zipfile.ZIP_DEFLATED):
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    cell = "<w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc>"
    body = (
        "<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>Recommendation 1</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>Item</w:t></w:r></w:p>"
        "<w:p><w:fldChar w:fldCharType='begin'/><w:instrText> PAGE </w:instrText><w:fldChar w:fldCharType='end'/></w:p>"
        f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl><w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"
    )
    level = "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>"
    numbering = f"<w:abstractNum w:abstractNumId='0'>{level}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    return archive([
        ("[Content_Types].xml", types("wordprocessingml.document")),
        ("_rels/.rels", relations(("officeDocument", "word/document.xml"))),
        ("word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>"),
        ("word/_rels/document.xml.rels", relations(("numbering", "numbering.xml"), ("hyperlink", "https://a.example"))),
        ("word/numbering.xml", f"<w:numbering {w}>{numbering}</w:numbering>"),
    ], method)


def xlsx(method=zipfile.ZIP_DEFLATED):
    m = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = "<row r='1'><c r='A1' t='inlineStr'><is><t>reference</t></is></c><c r='B1'><v>2.5</v></c></row>"
    rows = row + row.replace("1'", "2'")
    sheet = "<sheet name='S' sheetId='1' r:id='r0'/>"
    return archive([
        ("[Content_Types].xml", types("spreadsheetml.sheet")),
        ("_rels/.rels", relations(("officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", f"<workbook {m} xmlns:r='{RELATION[:-1]}'><sheets>{sheet}</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", relations(("worksheet", "worksheets/sheet1.xml"))),
        ("xl/worksheets/sheet1.xml", f"<worksheet {m}><sheetData>{rows}</sheetData></worksheet>"),
    ], method)


def open_document(kind, body, method=zipfile.ZIP_DEFLATED):
    names = ("office", "text", "table", "style")
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    content = f"<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    return archive([
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("content.xml", content),
        ("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'),
    ], method)


def pdf(compressed):
    text = b"BT /F1 12 Tf 50 700 Td (Recommendation 1) Tj ET"
    content = zlib.compress(text) if compressed else text
    kind = b"/Filter/FlateDecode" if compressed else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[6 0 R]>>",
        b"<<" + kind + b"/Length %d>>stream\n" % len(content) + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://a.example)>>>>",
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    start, count = len(out), len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + (
        b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    )


EMAIL = b"""From: A <a@force.example>\r\nTo: b@force.example\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r
Subject: =?utf-8?q?x?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r
Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>a=20b</p>\r\n--b\r
Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=UTF-8''a%2Etxt\r
Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a\r\nTo: b\r\n\r\nx\r\n--b--\r\n"""
FORM = (
    b"\x10multipart/form-data; boundary=b\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"; "
    b"filename*=UTF-8''%e2%82%ac\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n"
)
PAGE = b"<!doctype html><html><body><h1>Response</h1><ul><li>One</li></ul><table><tr><td>a<td>b</table></body></html>"


def main():
    stored = zipfile.ZIP_STORED
    table = "<table:table table:name='S'><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>"
    files = {
        "docx": docx(), "docx-stored": docx(stored), "xlsx": xlsx(), "xlsx-stored": xlsx(stored),
        "odt": open_document("text", "<text:h>Heading</text:h><text:p>One</text:p>" + table, stored),
        "ods": open_document("spreadsheet", table, stored),
        "pdf": pdf(False), "pdf-compressed": pdf(True), "html": PAGE, "email": EMAIL,
        "letter": (ROOT / "examples/response-letter.docx").read_bytes(),
        "csv": (ROOT / "examples/recommendations.csv").read_bytes(),
        "text": (ROOT / "examples/response-document.txt").read_bytes(),
    }
    for target in ("active_content", "documents", "media_types"):
        for name, content in files.items():
            write(target, name, content)
    for path in sorted((ROOT / "tests/documents/imports").glob("*.txt")):
        if path.stat().st_size < 16_384:
            write("documents", path.stem, path.read_bytes())
            write("tables", path.stem, b"\0" + path.read_bytes())
    for name in ("csv", "xlsx", "xlsx-stored", "ods"):
        write("tables", name, b"\0" + files[name])
        write("tables", name + "-rows", b"\1" + files[name])
    write("rows", "csv", b"\0" + files["csv"])
    registration = b'{"reference": "1", "title": "T", "kind": "thematic", "published_on": "2022-02-25", "scope": "national"}'
    write("rows", "json", b'\1{"inspection": ' + registration + b', "rows": [{"reference": "1", "text": "x", "addressees": []}]}')
    write("json", "registration", registration)
    write("json", "all", b'{"a": [1, -2.5e3, true, false, null, "\\u00e9\\n"], "b": {"c": {}}}')
    write("forms", "form", FORM)
    claims = b'{"iss":"https://issuer.example","aud":["section55"],"exp":1800000000,"sub":"a","roles":["opcc"],"areas":["cumbria"]}'
    write("tokens", "claims", b"\1" + claims)
    write("tokens", "header", b'\2{"alg":"ES256","typ":"at+jwt","kid":"1"}')
    write("tokens", "text", b"\0eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.AA")
    write("tokens", "keys", b'\3{"keys":[{"kty":"EC","crv":"P-256","kid":"1","use":"sig","alg":"ES256","x":"AA","y":"AA"},{"kty":"RSA","n":"AQAB","e":"AQAB"}]}')
    for number, text in enumerate((b"WyJhIl0", b'["a","b"]', b"AAAA", bytes(28), b"bytes=0-1")):
        write("cursors", str(number), bytes([number]) + text)
    note = b"section55.example/log\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 section55.example AAAAAAAA\n"
    write("bundles", "checkpoint", b"\1" + note)
    head = (
        b'{"at":"2026-01-01T00:00:00.000000Z","epoch":1,"id":"01a22b1e-8244-7307-94e6-aed6b4c78ce8","key":"a+00000000+AAAA",'
        b'"log":"cumbria","since":null,"type":"bundle","until":null,"v":1}\n{"note":"x","type":"checkpoint"}\n'
    )
    write("bundles", "lines", b"\0" + head + b'{"type":"entry","index":0,"entry":{"id":"x"}}\n')
    write("bundles", "canonical", b'\2{"b":[1,2.5,"\\u00e9"],"a":null}')


main()
