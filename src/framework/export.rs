//! What a list resource finds, as configuration that takes it over: for tools that write files.

use super::{
    AnyListResource, AnyResource, Catalogue, Context, Diagnostic, Diagnostics, Found, Host, List,
    Listed, Offer, generation, is_composed,
    planning::{attribute, block, map_elements, map_object},
    schema::{Attribute, Body, Kind, Mode, Schema},
    validation,
};
use crate::wire::Value;

/// One object, as configuration.
#[derive(Clone, Debug)]
pub struct Exported {
    /// How a user knows it.
    pub display_name: String,
    /// The text that it is imported by.
    pub import_id: String,
    /// Its state, as a read after an import would give it.
    pub state: Value,
    /// A configuration that plans no change. Secrets that it cannot do without, and no server tells, are
    /// unknown.
    pub config: Value,
    /// Why it is not for a configuration, if it is not.
    pub left_out: Option<String>,
}

impl<C: Send + Sync + 'static> Catalogue<C> {
    /// The names of the types that can be exported, in the order of the catalogue.
    pub fn exportable(&self) -> impl Iterator<Item = &'static str> {
        self.list_resources.iter().map(Offer::type_name)
    }

    /// All objects of a type that its list resource finds with this configuration; what is missing in
    /// that is null.
    ///
    /// # Errors
    /// When there is no such list, or it cannot be read; a part is never passed off as the whole.
    pub async fn export(
        &self,
        cx: &Context<C>,
        type_name: &str,
        config: Value,
    ) -> Result<Vec<Exported>, Diagnostics> {
        let (Some(lister), Some(resource)) = (
            of_type(&self.list_resources, type_name),
            of_type(&self.resources, type_name),
        ) else {
            return Err(unknown(type_name).into());
        };
        let schema = resource.schema();
        let all = listed(cx, lister, config).await?;
        let all = all.into_iter().map(|it| exported(resource, &schema, it));
        all.collect()
    }
}

fn of_type<'a, T: ?Sized>(offers: &'a [Offer<T>], type_name: &str) -> Option<&'a Offer<T>> {
    offers.iter().find(|it| it.type_name == type_name)
}

fn unknown(type_name: &str) -> Diagnostic {
    let detail = format!("There is no list of {type_name}.");
    Diagnostic::error("Unknown Type", detail)
}

async fn listed<C: 'static>(
    cx: &Context<C>,
    lister: &Offer<dyn AnyListResource<C>>,
    config: Value,
) -> Result<Vec<Listed<Value>>, Diagnostics> {
    let unset = lister.schema().body.unset();
    let request = List {
        config: map_object(unset, |name, _| config.get(name).clone()),
        limit: usize::MAX,
        with_state: true,
    };
    let (found, mut objects) = Found::channel();
    let gather = async {
        let mut all = Vec::new();
        while let Some(object) = objects.recv().await {
            all.push(object);
        }
        all
    };
    let (outcome, all) = tokio::join!(lister.handler.list(cx, request, found), gather);
    outcome.map(|()| all)
}

fn exported<C: 'static>(
    resource: &Offer<dyn AnyResource<C>>,
    schema: &Schema,
    listed: Listed<Value>,
) -> Result<Exported, Diagnostics> {
    let Listed {
        display_name,
        state,
    } = listed;
    let config = generation::configuration(&schema.body, state.clone());
    let config = resource.handler.generate(state.clone(), config)?;
    let config = asking(&schema.body, config);
    let identity = resource.handler.identity(state.clone())?;
    let import_id = resource.handler.import_id(state.clone())?;
    let import_id = import_id.unwrap_or_else(|| display_name.clone());
    let left_out = match resource.handler.left_out(state.clone())? {
        None => flaw(resource, schema, &config).or_else(|| respelt(&identity)),
        known => known,
    };
    Ok(Exported {
        import_id,
        display_name,
        state,
        config,
        left_out,
    })
}

/// The configuration with everything unknown that only its user can know: a secret that must be given.
fn asking(body: &Body, config: Value) -> Value {
    map_object(config, |name, value| {
        if let Some(block) = block(body, name) {
            return map_elements(value, |element| asking(&block.body, element));
        }
        let Some(attribute) = attribute(body, name) else {
            return value;
        };
        match &attribute.kind {
            _ if value.is_null() && must_be_given(attribute) => Value::UNKNOWN,
            Kind::Nested(_, body) => map_elements(value, |element| asking(body, element)),
            Kind::Plain(_) => value,
        }
    })
}

fn must_be_given(secret: &Attribute) -> bool {
    secret.sensitive && (secret.mode == Mode::Required || secret.indispensable)
}

/// Why the configuration would be refused: the server has what this version of the provider has not.
fn flaw<C: 'static>(
    resource: &Offer<dyn AnyResource<C>>,
    schema: &Schema,
    config: &Value,
) -> Option<String> {
    let host = Host { write_only: true };
    let mut found = validation::check(&schema.body, config, host);
    if found.is_empty() {
        found = resource.handler.validate(config.clone());
    }
    let flaw = found.into_result().err()?;
    let flaw = flaw.iter().next()?;
    let at = flaw.path.as_ref().map(|path| format!(" ({path})"));
    let (title, at) = (&flaw.summary, at.unwrap_or_default());
    Some(format!("{title}{at}: {}", flaw.detail))
}

/// Why no host would find the object by what tells it from the others.
fn respelt(identity: &Value) -> Option<String> {
    let why = "Hosts such as Terraform spell every text in Unicode's composed form (NFC), and this name \
               is spelt otherwise, so they would not find it.";
    let mut is_kept = true;
    identity.walk(&mut |_, part| is_kept &= part.as_str().is_none_or(is_composed));
    (!is_kept).then(|| why.to_owned())
}
