//! OpenDocument: macros, event listeners, and links that load by themselves.

use super::samples::{PNG, compound, open_document};
use super::{assert_passes, assert_refused, program};

/// Makes a text with this content.
fn text(content: &str) -> Vec<u8> {
    let xml = format!(
        "<office:document-content xmlns:office='o' xmlns:draw='d' xmlns:text='t' xmlns:xlink='l' xmlns:script='s'>\
         {content}</office:document-content>"
    );
    open_document("text", &[("content.xml", xml.as_bytes())])
}

#[test]
fn macros_are_refused() {
    assert_refused(&open_document("text", &[("Basic/Standard/Module1.xml", b"x")]), "macros", "Basic/Standard");
    assert_refused(&open_document("spreadsheet", &[("Scripts/python/x.py", b"x")]), "macros", "Scripts");
    let listener = "<script:event-listener script:event-name='dom:load' xlink:href='vnd.sun.star.script:x'/>";
    assert_refused(&text(listener), "macros", "content.xml");
}

#[test]
fn embedded_objects_and_programs_are_refused() {
    let object = compound(0, &["/CONTENTS"]);
    assert_refused(&open_document("text", &[("Object 1", &object)]), "active_content", "an object of another program");
    assert_refused(&open_document("text", &[("Pictures/1.png", &program())]), "active_content", "a program");
    assert_refused(&text("<draw:plugin xlink:href='x'/>"), "active_content", "a plug-in");
    assert_refused(&text("<draw:applet/>"), "active_content", "a plug-in");
    assert_refused(&text("<text:dde-connection-decl office:dde-application='x'/>"), "active_content", "DDE link");
}

#[test]
fn what_loads_from_elsewhere_is_refused() {
    for (element, what) in [
        ("<draw:image xlink:href='http://host.example/a.png'/>", "a picture"),
        ("<draw:floating-frame xlink:href='file://server/a'/>", "a frame"),
        ("<draw:object xlink:href='https://host.example/a.ods'/>", "an object"),
        ("<text:section-source xlink:href='smb://server/a.odt'/>", "a section"),
        ("<d:image xmlns:d='d' l:href='http://host.example/a.png' xmlns:l='l'/>", "a picture"),
    ] {
        assert_refused(&text(element), "active_content", what);
    }
    let template = b"<office:meta><meta:template xlink:href='http://host.example/a.ott'/></office:meta>";
    assert_refused(&open_document("text", &[("meta.xml", template)]), "active_content", "its template");
}

#[test]
fn ordinary_documents_pass() {
    let ordinary = "<text:p><text:a xlink:href='https://www.example.org/'>A link</text:a><draw:frame><draw:image \
        xlink:href='Pictures/1.png'/></draw:frame><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></text:p>";
    assert_passes(&text(ordinary), "a hyperlink, a picture and a chart");
    let manifest =
        b"<?xml version='1.0'?><!DOCTYPE manifest:manifest PUBLIC '-//OpenOffice.org//DTD Manifest 1.0//EN' \
        'Manifest.dtd'><manifest:manifest/>";
    assert_passes(
        &open_document("text", &[("Pictures/1.png", PNG), ("META-INF/old.xml", manifest)]),
        "an old manifest",
    );
}
