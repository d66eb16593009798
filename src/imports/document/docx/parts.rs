//! The parts of a Word document, found by their relationships.

use super::super::DocumentFault;
use super::super::package::Package;
use super::super::xml::Element;

/// The relationships of a part: the last word of the type, and the name of the other part.
struct Relationships(Vec<(String, String)>);

/// The parts that are read.
pub(super) struct Parts {
    pub(super) document: Element,
    pub(super) styles: Option<Element>,
    pub(super) numbering: Option<Element>,
    pub(super) footnotes: Option<Element>,
    pub(super) endnotes: Option<Element>,
    pub(super) comments: Option<Element>,
    pub(super) headers_and_footers: Vec<Element>,
}

/// The most headers and footers that are read.
const MAX_HEADERS: usize = 30;

impl Relationships {
    /// Reads the relationships of the part with this name, which is empty for the package.
    fn read(package: &mut Package<'_>, part: &str) -> Result<Self, DocumentFault> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let Some(list) = package.read_xml(&name)? else { return Ok(Self(Vec::new())) };
        let internal = list.all("rel:Relationship").filter(|one| one.attribute("TargetMode") != Some("External"));
        let found = internal.filter_map(|one| {
            let kind = one.attribute("Type")?.rsplit('/').next()?;
            let target = one.attribute("Target")?;
            let target = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None if folder.is_empty() => target.to_owned(),
                None => format!("{folder}/{target}"),
            };
            Some((kind.to_owned(), target))
        });
        Ok(Self(found.collect()))
    }

    /// Returns the names of the parts of a kind.
    fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(of, _)| of == kind).map(|(_, name)| name.as_str())
    }

    /// Reads the part of a kind.
    fn part(&self, package: &mut Package<'_>, kind: &str) -> Result<Option<Element>, DocumentFault> {
        self.all(kind).next().map_or(Ok(None), |name| package.read_xml(name))
    }
}

impl Parts {
    /// Reads the parts of a package.
    pub(super) fn read(package: &mut Package<'_>) -> Result<Self, DocumentFault> {
        let of_package = Relationships::read(package, "")?;
        let name = of_package.all("officeDocument").next().unwrap_or("word/document.xml").to_owned();
        let related = Relationships::read(package, &name)?;
        let mut headers_and_footers = Vec::new();
        for name in related.all("header").chain(related.all("footer")).take(MAX_HEADERS) {
            headers_and_footers.extend(package.read_xml(name)?);
        }
        Ok(Self {
            document: package.read_required_xml(&name)?,
            styles: related.part(package, "styles")?,
            numbering: related.part(package, "numbering")?,
            footnotes: related.part(package, "footnotes")?,
            endnotes: related.part(package, "endnotes")?,
            comments: related.part(package, "comments")?,
            headers_and_footers,
        })
    }
}
