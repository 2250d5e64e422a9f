//! Versions of registered models: numbered by the server, made by training mostly.

use serde::Deserialize;

use crate::api::{
    area::{Area, always, nothing_special},
    call::{About, Call, parse_page},
    error::Error,
    http::{Request, Response},
    page::Page,
    version::Version,
};

const VERSIONS: &str = "/api/2.0/mlflow/model-versions";

pub(in crate::api) static AREA: Area = Area {
    noun: "model version",
    since: Version::new(3, 3, 0),
    needs_database: false,
    shortest_list: || Request::read(format!("{VERSIONS}/search"), Vec::new()),
    classify: nothing_special,
    quotable: always,
};

/// One page of the numbers of a model's versions. `None` where no filter can name the model: one
/// with both kinds of quotes in its name cannot be written in any.
#[must_use]
pub fn numbers(model: &str, token: Option<&str>) -> Option<Call<Page<String>>> {
    let quote = ['\'', '"'].into_iter().find(|it| !model.contains(*it))?;
    let mut query = vec![
        ("filter", format!("name={quote}{model}{quote}")),
        ("max_results", "10000".to_owned()),
        // The order of the last update, which is the server's own, shifts while others write.
        ("order_by", "version_number ASC".to_owned()),
    ];
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    let request = Request::read(format!("{VERSIONS}/search"), query);
    Some(Call::new(About::all(&AREA), request, page))
}

#[derive(Default, Deserialize)]
struct Many {
    model_versions: Vec<WireVersion>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireVersion {
    version: String,
}

fn page(answer: &Response) -> Result<Page<String>, Error> {
    let many: Many = parse_page(answer)?;
    let items = many.model_versions.into_iter().map(|it| it.version);
    Ok(Page {
        items: items.collect(),
        next: many.next_page_token.filter(|token| !token.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_by_what_it_does_not_hold() {
        for (name, filter) in [
            ("m", Some("name='m'")),
            ("it's", Some("name=\"it's\"")),
            ("a \"b\"", Some("name='a \"b\"'")),
            ("'\"", None),
        ] {
            let call = numbers(name, None);
            let query = call.map(|call| call.request.query[0].1.clone());
            assert_eq!(query.as_deref(), filter, "{name}");
        }
    }
}
