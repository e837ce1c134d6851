//! How the members of a `oneof` become one another's: Nushell joins those that one wider type
//! describes, and the text of a type shows what is left.

use std::cmp::Ordering;

use super::kind::{Columns, Type};

/// A value of any of these types, as Nushell keeps them: without repetitions, `oneof`s within,
/// and types that another one covers.
pub(super) fn one_of(types: impl IntoIterator<Item = Type>) -> Type {
    let mut members = Vec::new();
    types.into_iter().for_each(|ty| add(&mut members, ty));
    Type::OneOf(members)
}

fn add(members: &mut Vec<Type>, added: Type) {
    if let Type::OneOf(inner) = added {
        return inner.into_iter().for_each(|ty| add(members, ty));
    }
    for member in members.iter_mut() {
        if let Some(wider) = widen(member, &added) {
            *member = wider;
            return;
        }
    }
    members.push(added);
}

fn union(a: &Type, b: &Type) -> Type {
    if let Some(wider) = widen(a, b) {
        return wider;
    }
    let (mut members, added) = match (a, b) {
        (Type::OneOf(few), Type::OneOf(many)) if few.len() < many.len() => (many.clone(), a),
        (Type::OneOf(members), _) => (members.clone(), b),
        (_, Type::OneOf(members)) => (members.clone(), a),
        _ => (vec![a.clone()], b),
    };
    add(&mut members, added.clone());
    Type::OneOf(members)
}

/// The one type that describes values of both, other than a `oneof`.
fn widen(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (Type::Any, _) | (_, Type::Any) => Type::Any,
        (Type::Int, Type::Float) | (Type::Float, Type::Int) => Type::Number,
        // Some of these cover one another, but do not mean the same.
        (Type::Glob, Type::String)
        | (Type::String, Type::Glob)
        | (Type::String | Type::Int, Type::CellPath)
        | (Type::CellPath, Type::String | Type::Int)
        | (Type::List(_), Type::Table(_))
        | (Type::Table(_), Type::List(_)) => return None,
        (Type::Record(a), Type::Record(b)) => Type::Record(shared(a, b)),
        (Type::Table(a), Type::Table(b)) => Type::Table(shared(a, b)),
        _ => match relation(a, b)? {
            Ordering::Less => b.clone(),
            Ordering::Equal | Ordering::Greater => a.clone(),
        },
    })
}

/// The columns that both have.
fn shared(a: &Columns, b: &Columns) -> Columns {
    let (few, many) = if a.iter().len() <= b.iter().len() {
        (a, b)
    } else {
        (b, a)
    };
    let shared = few.iter().filter_map(|(name, column)| {
        let other = many.get(name)?;
        Some((name.clone(), union(column, other)))
    });
    shared.collect::<Vec<_>>().into()
}

/// Less where every value of `a` is one of `b` too; none where they are unrelated.
fn relation(a: &Type, b: &Type) -> Option<Ordering> {
    Some(match (a, b) {
        (_, Type::Any)
        | (Type::String | Type::Int, Type::CellPath)
        | (Type::Float | Type::Int, Type::Number)
        | (Type::String, Type::Glob) => Ordering::Less,
        (Type::Any, _)
        | (Type::CellPath, Type::String | Type::Int)
        | (Type::Number, Type::Float | Type::Int)
        | (Type::Glob, Type::String) => Ordering::Greater,
        (Type::List(a), Type::List(b)) => return relation(a, b),
        (Type::Record(a), Type::Record(b)) | (Type::Table(a), Type::Table(b)) => {
            return relation_of_columns(a, b);
        }
        (Type::Table(columns), Type::List(item)) => {
            return relation(&Type::Record(columns.clone()), item);
        }
        (Type::List(item), Type::Table(columns)) => {
            return relation(item, &Type::Record(columns.clone()));
        }
        (Type::OneOf(a), Type::OneOf(b)) => {
            let narrower = a.iter().all(|ty| some_covers(b, ty));
            return decide(narrower, b.iter().all(|ty| some_covers(a, ty)));
        }
        (Type::OneOf(a), b) => return decide(all_within(a, b), some_covers(a, b)),
        (a, Type::OneOf(b)) => return decide(some_covers(b, a), all_within(b, a)),
        (a, b) if a == b => Ordering::Equal,
        _ => return None,
    })
}

fn some_covers(members: &[Type], ty: &Type) -> bool {
    let mut relations = members.iter().map(|member| relation(member, ty));
    relations.any(|found| found.is_some_and(Ordering::is_ge))
}

fn all_within(members: &[Type], ty: &Type) -> bool {
    let mut relations = members.iter().map(|member| relation(member, ty));
    relations.all(|found| found.is_some_and(Ordering::is_le))
}

fn decide(narrower: bool, wider: bool) -> Option<Ordering> {
    match (narrower, wider) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

/// Each column asks something more of a record.
fn relation_of_columns(a: &Columns, b: &Columns) -> Option<Ordering> {
    let (mut columns, others) = (a.iter(), b.iter());
    let lengths = columns.len().cmp(&others.len());
    if columns.len() == 0 || others.len() == 0 {
        return Some(lengths.reverse());
    }
    if lengths.is_gt() {
        return relation_of_columns(b, a).map(Ordering::reverse);
    }
    columns.try_fold(lengths.reverse(), |so_far, (name, column)| {
        let found = match (column, b.get(name)?) {
            (Type::Any, _) | (_, Type::Any) => Ordering::Equal,
            (column, other) => relation(column, other)?,
        };
        match (so_far, found) {
            (so_far, Ordering::Equal) => Some(so_far),
            (Ordering::Equal, found) => Some(found),
            (so_far, found) => (so_far == found).then_some(so_far),
        }
    })
}
