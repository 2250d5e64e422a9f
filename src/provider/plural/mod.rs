//! Plural data sources, such as `mlflow_registered_models`: all objects of a kind, or those that a filter
//! by name and tags lets pass.

mod filter;

pub(in crate::provider) use filter::{Filter, Wanted, arguments, regex_check, regex_in};

use std::marker::PhantomData;

use crate::{
    api::{Object, tags::Tags},
    framework::{
        Context, DataSource, Diagnostics, Field, Joined, Mismatch, Type, Value,
        schema::{Attribute, Nesting, Schema},
    },
    provider::{Configured, explain::explain, managed::workspace},
};

/// A kind of object that a plural data source lists.
pub(in crate::provider) trait Plural: Send + Sync + 'static {
    /// What is listed.
    type Object: Object;
    /// One of them, as the data source gives it.
    type Row: Field + Clone + Send + Sync;

    /// The name that the data source has in configurations.
    const TYPE_NAME: &'static str;
    /// What it gives, in Markdown.
    const DESCRIPTION: &'static str;
    /// The attribute that holds what is found, and what that is.
    const FOUND: (&'static str, &'static str);
    /// The attribute that holds their keys, and what these are.
    const KEYS: (&'static str, &'static str);

    /// The attributes of one of them, all computed.
    fn attributes() -> Vec<Attribute>;

    /// One as the data source gives it; none of another kind that shares the list.
    fn shown(remote: &Remote<Self>) -> Option<Self::Row>;

    /// By what it is ordered, and what a filter by name looks at.
    fn name(remote: &Remote<Self>) -> &str;

    /// Its tags.
    fn tags(remote: &Remote<Self>) -> &Tags;

    /// What configurations refer to it by.
    fn key(remote: &Remote<Self>) -> &str {
        Self::name(remote)
    }
}

type Remote<P> = <<P as Plural>::Object as Object>::Remote;

/// A [`Plural`] as a data source.
#[derive(Debug)]
pub(in crate::provider) struct All<P>(PhantomData<fn(P)>);

impl<P> All<P> {
    pub(in crate::provider) const NEW: Self = Self(PhantomData);
}

impl<P: Plural> DataSource<Configured> for All<P> {
    type Model = Joined<Wanted, Found<P>>;

    const TYPE_NAME: &'static str = P::TYPE_NAME;

    fn schema() -> Schema {
        schema::<P>()
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(wanted, _): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let found = find::<P>(cx, &wanted, |_| true).await?;
        Ok(Joined(wanted, found))
    }
}

/// The schema of such a data source.
pub(in crate::provider) fn schema<P: Plural>() -> Schema {
    let (found, what) = P::FOUND;
    let (keys, which) = P::KEYS;
    let found = Attribute::nested(found, what, Nesting::List, P::attributes());
    let keys = Attribute::plain(keys, which, Type::list(Type::String));
    arguments()
        .into_iter()
        .chain([found.computed(), keys.computed()])
        .fold(Schema::new(P::DESCRIPTION), Schema::attribute)
}

/// What such a data source finds. `passes`: what must hold beside the filter.
///
/// # Errors
/// When the filter is none, or the list cannot be read.
pub(in crate::provider) async fn find<P: Plural>(
    cx: &Context<Configured>,
    wanted: &Wanted,
    passes: impl Fn(&Remote<P>) -> bool,
) -> Result<Found<P>, Diagnostics> {
    let filter = Filter::new(wanted)?;
    let server = workspace::server(cx, wanted.workspace()).await?;
    let all = server.list::<P::Object>(cx.stop()).await;
    let mut all = all.map_err(|error| explain(&error))?;
    all.retain(|it| filter.passes(P::name(it), P::tags(it)) && passes(it));
    all.sort_by(|a, b| (P::name(a), P::key(a)).cmp(&(P::name(b), P::key(b))));
    Ok(Found::new(&all))
}

/// What is found: the objects, and their keys in the same order.
pub(in crate::provider) struct Found<P: Plural> {
    rows: Vec<P::Row>,
    keys: Vec<String>,
}

impl<P: Plural> Found<P> {
    fn new(all: &[Remote<P>]) -> Self {
        let shown = all
            .iter()
            .filter_map(|it| Some((P::shown(it)?, P::key(it).to_owned())));
        let (rows, keys) = shown.unzip();
        Self { rows, keys }
    }
}

/// Nothing of it is configured.
impl<P: Plural> Field for Found<P> {
    fn from_value(_: Value) -> Result<Self, Mismatch> {
        Ok(Self::new(&[]))
    }

    fn into_value(self) -> Value {
        Value::object([
            (P::FOUND.0, self.rows.into_value()),
            (P::KEYS.0, self.keys.into_value()),
        ])
    }
}
