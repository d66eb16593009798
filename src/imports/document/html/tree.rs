//! The tree of a web page, which html5ever builds as browsers do.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, local_name, ns, parse_document};

/// The place of the document among the nodes.
const DOCUMENT: usize = 0;

/// A page as nodes, each of which names its neighbours by their places.
pub(super) struct Tree(Vec<Node>);

struct Node {
    name: QualName,
    attributes: Vec<(String, String)>,
    /// The text of a text, and none of an element.
    text: Option<String>,
    parent: Option<usize>,
    previous: Option<usize>,
    next: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
}

/// An element of a page.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    tree: &'a Tree,
    place: usize,
}

/// A part of an element's content.
pub(super) enum Child<'a> {
    /// An element.
    Element(Element<'a>),
    /// Text.
    Text(&'a str),
}

/// Parses a page.
pub(super) fn parse(text: &str) -> Tree {
    let mut tree = Tree(Vec::new());
    tree.add(no_name(), Vec::new(), None);
    parse_document(Builder(RefCell::new(tree)), ParseOpts::default()).one(text)
}

impl Tree {
    /// Returns the document, whose content is the page.
    pub(super) fn document(&self) -> Element<'_> {
        Element { tree: self, place: DOCUMENT }
    }

    fn add(&mut self, name: QualName, attributes: Vec<(String, String)>, text: Option<String>) -> usize {
        let node = Node { name, attributes, text, parent: None, previous: None, next: None, first: None, last: None };
        self.0.push(node);
        self.0.len() - 1
    }

    /// Inserts a node before a child of the parent, or as its last child. The node must have no parent.
    fn insert(&mut self, node: usize, parent: usize, before: Option<usize>) {
        let previous = match before {
            Some(next) => self.0[next].previous.replace(node),
            None => self.0[parent].last.replace(node),
        };
        match previous {
            Some(previous) => self.0[previous].next = Some(node),
            None => self.0[parent].first = Some(node),
        }
        self.0[node].parent = Some(parent);
        self.0[node].previous = previous;
        self.0[node].next = before;
    }

    /// Inserts a node or text. Text that follows text is joined with it.
    fn insert_content(&mut self, content: NodeOrText<usize>, parent: usize, before: Option<usize>) {
        match content {
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                self.insert(node, parent, before);
            }
            NodeOrText::AppendText(text) => {
                let previous = before.map_or(self.0[parent].last, |next| self.0[next].previous);
                match previous.and_then(|previous| self.0[previous].text.as_mut()) {
                    Some(earlier) => earlier.push_str(&text),
                    None => {
                        let node = self.add(no_name(), Vec::new(), Some(text.to_string()));
                        self.insert(node, parent, before);
                    }
                }
            }
        }
    }

    fn detach(&mut self, node: usize) {
        let Some(parent) = self.0[node].parent.take() else { return };
        let (previous, next) = (self.0[node].previous.take(), self.0[node].next.take());
        match previous {
            Some(previous) => self.0[previous].next = next,
            None => self.0[parent].first = next,
        }
        match next {
            Some(next) => self.0[next].previous = previous,
            None => self.0[parent].last = previous,
        }
    }
}

impl<'a> Element<'a> {
    fn node(self) -> &'a Node {
        &self.tree.0[self.place]
    }

    /// Returns the name in lower case.
    pub(super) fn name(self) -> &'a str {
        &self.node().name.local
    }

    /// Returns the value of an attribute.
    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        self.node().attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the elements and texts directly inside.
    pub(super) fn children(self) -> impl Iterator<Item = Child<'a>> {
        let places = std::iter::successors(self.node().first, move |place| self.tree.0[*place].next);
        places.map(move |place| match &self.tree.0[place].text {
            Some(text) => Child::Text(text),
            None => Child::Element(Element { tree: self.tree, place }),
        })
    }

    /// Returns the elements directly inside.
    pub(super) fn elements(self) -> impl Iterator<Item = Element<'a>> {
        self.children().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// Returns all elements and texts inside, at any depth, in the order of the page.
    pub(super) fn descendants(self) -> impl Iterator<Item = Child<'a>> {
        let nodes = &self.tree.0;
        let after = move |place: usize| {
            if let Some(first) = nodes[place].first {
                return Some(first);
            }
            // The next node follows this one, or the nearest element around it that has a next one.
            let around = std::iter::successors(Some(place), move |place| nodes[*place].parent);
            around.take_while(|place| *place != self.place).find_map(|place| nodes[place].next)
        };
        std::iter::successors(nodes[self.place].first, move |place| after(*place)).map(move |place| {
            match &nodes[place].text {
                Some(text) => Child::Text(text),
                None => Child::Element(Element { tree: self.tree, place }),
            }
        })
    }

    /// Returns all text inside.
    pub(super) fn text(self) -> String {
        let texts = self.descendants().filter_map(|child| match child {
            Child::Text(text) => Some(text),
            Child::Element(_) => None,
        });
        texts.collect()
    }
}

/// The name of nodes that are no elements.
fn no_name() -> QualName {
    QualName::new(None, ns!(), local_name!(""))
}

/// Receives the tree from the parser.
struct Builder(RefCell<Tree>);

impl TreeSink for Builder {
    type Handle = usize;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.0.into_inner()
    }

    fn get_document(&self) -> usize {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Ref<'a, QualName> {
        Ref::map(self.0.borrow(), |tree| &tree.0[*target].name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        let attributes = attributes.into_iter().map(|one| (one.name.local.to_string(), one.value.to_string()));
        self.0.borrow_mut().add(name, attributes.collect(), None)
    }

    /// Comments and instructions are elements without a name and content.
    fn create_comment(&self, _: StrTendril) -> usize {
        self.0.borrow_mut().add(no_name(), Vec::new(), None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.0.borrow_mut().add(no_name(), Vec::new(), None)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.0.borrow_mut().insert_content(child, *parent, None);
    }

    fn append_before_sibling(&self, sibling: &usize, new: NodeOrText<usize>) {
        let mut tree = self.0.borrow_mut();
        if let Some(parent) = tree.0[*sibling].parent {
            tree.insert_content(new, parent, Some(*sibling));
        }
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        if self.0.borrow().0[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.0.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut tree = self.0.borrow_mut();
        while let Some(child) = tree.0[*node].first {
            tree.detach(child);
            tree.insert(child, *new_parent, None);
        }
    }

    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        let known = &mut self.0.borrow_mut().0[*target].attributes;
        for one in attributes {
            let name = one.name.local.to_string();
            if known.iter().all(|(other, _)| *other != name) {
                known.push((name, one.value.to_string()));
            }
        }
    }

    /// The content of a template is not shown, so it has no document of its own.
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
}
