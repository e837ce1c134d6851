//! Which file of a crate imports which, read from its sources with `syn`: `use`
//! declarations, qualified paths and paths inside macros, each followed through
//! re-exports, globs, `self` and `super` to the file that defines the name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// Why one file imports another: the line and the path that stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The line in the importing file, from 1.
    pub line: usize,
    /// The path as it is written.
    pub path: String,
}

/// For each importing file, the files it imports and the first reason for each.
pub type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, Reason>>;

/// A file tree as the reader of a crate sees it: the text of a file, or none.
pub trait Sources {
    /// The text of the file at `path`, if there is such a file.
    fn text(&self, path: &Path) -> Option<String>;
}

/// The files below a folder on disk.
pub struct OnDisk<'a>(pub &'a Path);

impl Sources for OnDisk<'_> {
    fn text(&self, path: &Path) -> Option<String> {
        fs::read_to_string(self.0.join(path)).ok()
    }
}

/// Reads the crate whose root is the file `root`.
///
/// # Panics
///
/// Panics where a source does not parse or a declared module has no file.
pub fn imports(sources: &dyn Sources, root: &Path) -> Imports {
    let mut tree = Tree::default();
    let folder = root.parent().unwrap_or(Path::new("")).to_owned();
    tree.add_file(sources, root, &folder, None);
    tree.imports()
}

type Id = usize;

/// A module: a file, or a part of one.
#[derive(Default)]
struct Module {
    file: PathBuf,
    parent: Option<Id>,
    children: HashMap<String, Id>,
    items: BTreeSet<String>,
    /// A name that a `use` brings, and the path it stands for.
    used: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    /// Every path of the module, in `use` or not, with its line.
    paths: Vec<(Vec<String>, usize)>,
}

#[derive(Default)]
struct Tree {
    modules: Vec<Module>,
    /// Files of `macro_rules!`, which are visible beyond their module.
    macros: HashMap<String, PathBuf>,
}

impl Tree {
    fn add_file(
        &mut self,
        sources: &dyn Sources,
        file: &Path,
        folder: &Path,
        parent: Option<Id>,
    ) -> Id {
        let text = sources
            .text(file)
            .unwrap_or_else(|| panic!("{} does not exist", file.display()));
        let parsed = syn::parse_file(&text)
            .unwrap_or_else(|error| panic!("{} does not parse: {error}", file.display()));
        self.add_module(sources, file, folder, parent, &parsed.items)
    }

    /// `folder` is where the files of the module's own `mod x;` are.
    fn add_module(
        &mut self,
        sources: &dyn Sources,
        file: &Path,
        folder: &Path,
        parent: Option<Id>,
        items: &[Item],
    ) -> Id {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        let mut collected = Module::default();
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let child = match &module.content {
                        Some((_, items)) => {
                            self.add_module(sources, file, &folder.join(&name), Some(id), items)
                        }
                        None => {
                            let (child, below) =
                                file_of(sources, file, folder, &name, &module.attrs);
                            self.add_file(sources, &child, &below, Some(id))
                        }
                    };
                    self.modules[id].children.insert(name, child);
                }
                Item::Use(declaration) => {
                    let line = declaration.span().start().line;
                    let mut prefix = Vec::new();
                    if declaration.leading_colon.is_none() {
                        collect_use(&declaration.tree, &mut prefix, line, &mut collected);
                    }
                }
                Item::Macro(definition) if definition.ident.is_some() => {
                    let name = definition
                        .ident
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default();
                    self.macros.insert(name.clone(), file.to_owned());
                    collected.items.insert(name);
                    collect_tokens(&definition.mac.tokens, &mut collected.paths);
                }
                other => {
                    if let Some(name) = name_of(other) {
                        collected.items.insert(name);
                    }
                    PathsOf(&mut collected).visit_item(other);
                }
            }
        }
        let module = &mut self.modules[id];
        module.items = collected.items;
        module.used = collected.used;
        module.globs = collected.globs;
        module.paths = collected.paths;
        id
    }

    fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (id, module) in self.modules.iter().enumerate() {
            let entry = imports.entry(module.file.clone()).or_default();
            let globs = module.globs.iter().map(|path| (path, 0, true));
            let paths = module.paths.iter().map(|(path, line)| (path, *line, false));
            for (path, line, glob) in paths.chain(globs) {
                let mut passed = BTreeSet::new();
                let called = path.last().and_then(|last| last.strip_suffix('!'));
                let path = &match called {
                    Some(name) => with_last(path, name),
                    None => path.clone(),
                };
                let end = self.resolve(id, path, &mut passed, &mut Vec::new());
                if let Some(end) = end {
                    passed.insert(self.modules[end].file.clone());
                }
                if let (Some(name), true, [_]) = (called, passed.is_empty(), path.as_slice()) {
                    passed.extend(self.macros.get(name).cloned());
                }
                for file in passed {
                    if file != module.file {
                        let written = if glob {
                            format!("{}::*", path.join("::"))
                        } else {
                            path.join("::")
                        };
                        entry.entry(file).or_insert(Reason {
                            line,
                            path: written,
                        });
                    }
                }
            }
        }
        imports
    }

    /// Follows `path` from the scope of `module`. Adds the file of each name on
    /// the way that is defined or re-exported; gives the module at its end, if
    /// it is one.
    fn resolve(
        &self,
        module: Id,
        path: &[String],
        passed: &mut BTreeSet<PathBuf>,
        seen: &mut Vec<(Id, String)>,
    ) -> Option<Id> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" | "$crate" => self.descend(0, rest, passed, seen),
            "self" => self.descend(module, rest, passed, seen),
            "super" => self.descend(self.modules[module].parent?, rest, passed, seen),
            _ => {
                let scope = &self.modules[module];
                let known = scope.children.contains_key(first)
                    || scope.items.contains(first)
                    || scope.used.contains_key(first);
                if known
                    || scope
                        .globs
                        .iter()
                        .any(|glob| self.glob_has(module, glob, first, &mut Vec::new()))
                {
                    return self.descend(module, path, passed, seen);
                }
                None
            }
        }
    }

    /// Follows `path` inside of `module`.
    fn descend(
        &self,
        module: Id,
        path: &[String],
        passed: &mut BTreeSet<PathBuf>,
        seen: &mut Vec<(Id, String)>,
    ) -> Option<Id> {
        let Some((first, rest)) = path.split_first() else {
            return Some(module);
        };
        if first == "super" {
            return self.descend(self.modules[module].parent?, rest, passed, seen);
        }
        if first == "self" {
            return self.descend(module, rest, passed, seen);
        }
        let scope = &self.modules[module];
        if seen.contains(&(module, first.clone())) {
            return None;
        }
        seen.push((module, first.clone()));
        // A name may be a module and an item at once.
        let item = scope.items.contains(first);
        if item {
            passed.insert(scope.file.clone());
        }
        if let Some(child) = scope.children.get(first) {
            if rest.is_empty() && item {
                return None;
            }
            return self.descend(*child, rest, passed, seen);
        }
        if item {
            return None;
        }
        if let Some(target) = scope.used.get(first) {
            passed.insert(scope.file.clone());
            let whole: Vec<String> = target.iter().chain(rest).cloned().collect();
            return self.resolve(module, &whole, passed, seen);
        }
        for glob in &scope.globs {
            if self.glob_has(module, glob, first, &mut Vec::new()) {
                passed.insert(scope.file.clone());
                let whole: Vec<String> = glob.iter().chain(path).cloned().collect();
                return self.resolve(module, &whole, passed, seen);
            }
        }
        // Exported macros are in the root, whatever module they stand in.
        if let (0, [], Some(file)) = (module, rest, self.macros.get(first)) {
            passed.insert(file.clone());
        }
        None
    }

    /// Whether the module that `glob` names has the name `name`.
    fn glob_has(&self, module: Id, glob: &[String], name: &str, seen: &mut Vec<Id>) -> bool {
        let Some(target) = self.resolve_module(module, glob) else {
            return false;
        };
        if seen.contains(&target) {
            return false;
        }
        seen.push(target);
        let scope = &self.modules[target];
        scope.items.contains(name)
            || scope.children.contains_key(name)
            || scope.used.contains_key(name)
            || scope
                .globs
                .iter()
                .any(|glob| self.glob_has(target, glob, name, seen))
    }

    /// The module at the end of a path of modules only.
    fn resolve_module(&self, module: Id, path: &[String]) -> Option<Id> {
        let mut at = module;
        for (index, segment) in path.iter().enumerate() {
            at = match segment.as_str() {
                "crate" | "$crate" if index == 0 => 0,
                "self" => at,
                "super" => self.modules[at].parent?,
                name => match self.modules[at].children.get(name) {
                    Some(child) => *child,
                    None => {
                        let target = self.modules[at].used.get(name)?;
                        if target.first().is_some_and(|first| first == name) {
                            return None;
                        }
                        self.resolve_module(at, target)?
                    }
                },
            };
        }
        Some(at)
    }
}

fn with_last(path: &[String], name: &str) -> Vec<String> {
    let before = path.iter().take(path.len().saturating_sub(1)).cloned();
    before.chain([name.to_owned()]).collect()
}

/// The file of `mod name;`, and the folder of its own modules.
fn file_of(
    sources: &dyn Sources,
    file: &Path,
    folder: &Path,
    name: &str,
    attributes: &[Attribute],
) -> (PathBuf, PathBuf) {
    let given = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("path"))
        .map(|attribute| {
            let syn::Meta::NameValue(pair) = &attribute.meta else {
                panic!("`path` has no value")
            };
            let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &pair.value
            else {
                panic!("`path` is not a text")
            };
            text.value()
        });
    if let Some(given) = given {
        let child = normal(&file.parent().unwrap_or(Path::new("")).join(given));
        let below = child.parent().unwrap_or(Path::new("")).to_owned();
        return (child, below);
    }
    let below = folder.join(name);
    let flat = folder.join(format!("{name}.rs"));
    if sources.text(&flat).is_some() {
        return (flat, below);
    }
    (below.join("mod.rs"), below)
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::TraitAlias(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn collect_use(tree: &UseTree, prefix: &mut Vec<String>, line: usize, module: &mut Module) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            collect_use(&path.tree, prefix, line, module);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let mut path = prefix.clone();
            let last = name.ident.to_string();
            let brought = if last == "self" {
                prefix.last().cloned().unwrap_or_default()
            } else {
                last.clone()
            };
            if last != "self" {
                path.push(last);
            }
            module.paths.push((path.clone(), line));
            module.used.insert(brought, path);
        }
        UseTree::Rename(rename) => {
            let mut path = prefix.clone();
            if rename.ident != "self" {
                path.push(rename.ident.to_string());
            }
            module.paths.push((path.clone(), line));
            module.used.insert(rename.rename.to_string(), path);
        }
        UseTree::Glob(_) => module.globs.push(prefix.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_use(tree, prefix, line, module);
            }
        }
    }
}

/// Collects the paths of an item, those in the tokens of macros and attributes too.
struct PathsOf<'a>(&'a mut Module);

impl<'ast> Visit<'ast> for PathsOf<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let segments = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            self.0.paths.push((segments, path.span().start().line));
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, declaration: &'ast syn::ItemUse) {
        // A `use` inside of a function: its names are taken as the module's.
        if declaration.leading_colon.is_none() {
            let line = declaration.span().start().line;
            collect_use(&declaration.tree, &mut Vec::new(), line, self.0);
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {
        // `pub(in crate::a)` says who may see, and imports nothing.
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        if called.path.leading_colon.is_none() {
            let segments = called.path.segments.iter();
            let mut segments: Vec<String> = segments.map(|part| part.ident.to_string()).collect();
            if let Some(last) = segments.last_mut() {
                last.push('!');
            }
            let line = called.path.span().start().line;
            self.0.paths.push((segments, line));
        }
        collect_tokens(&called.tokens, &mut self.0.paths);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        collect_tokens(&list.tokens, &mut self.0.paths);
    }
}

/// The paths among tokens, as `a::b::c`; of one segment only where it is called
/// as a macro.
fn collect_tokens(tokens: &TokenStream, paths: &mut Vec<(Vec<String>, usize)>) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        match tree {
            TokenTree::Group(group) => collect_tokens(&group.stream(), paths),
            TokenTree::Ident(ident) if !after_separator(&trees, at) => {
                let line = ident.span().start().line;
                let mut segments = vec![ident.to_string()];
                while is_colon(trees.get(at + 1)) && is_colon(trees.get(at + 2)) {
                    let Some(TokenTree::Ident(next)) = trees.get(at + 3) else {
                        break;
                    };
                    segments.push(next.to_string());
                    at += 3;
                }
                let called = matches!(trees.get(at + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if called && let Some(last) = segments.last_mut() {
                    last.push('!');
                }
                if segments.len() > 1 || called || segments[0].starts_with(char::is_uppercase) {
                    paths.push((segments, line));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn after_separator(trees: &[TokenTree], at: usize) -> bool {
    let dot = at > 0
        && matches!(trees.get(at - 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
    dot || (at > 1 && is_colon(trees.get(at - 1)) && is_colon(trees.get(at - 2)))
}

fn is_colon(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}
