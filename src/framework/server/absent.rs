//! The answer where a provider offers nothing of the asked kind or name.
//!
//! Hosts ask only for what the schema names, so these are seen after a mix-up of versions.

use crate::{
    framework::{Diagnostic, Diagnostics},
    wire::proto::{FunctionError, call_function},
};

/// No type of this kind has this name.
pub(super) fn unknown_type(kind: &str, name: &str) -> Diagnostics {
    Diagnostic::error(
        "Unknown Type",
        format!(
            "This version of the provider has no {kind} named {name:?}. Check the name and the \
             provider's version."
        ),
    )
    .into()
}

/// No function has this name.
pub(super) fn unknown_function(name: &str) -> call_function::Response {
    call_function::Response {
        result: None,
        error: Some(FunctionError {
            text: format!("this version of the provider has no function named {name:?}"),
            function_argument: None,
        }),
    }
}
