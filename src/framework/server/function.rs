//! GetFunctions and CallFunction. Needs no configured provider.

use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{Server, absent::unknown_function, decode, encode};
use crate::{
    framework::{AnyFunction, Diagnostics, FunctionError, Parameter, Provider, Signature, Value},
    wire::proto::{self, DynamicValue, call_function, get_functions},
};

/// The functions, each with its signature.
pub(super) type Functions = BTreeMap<&'static str, (Signature, Box<dyn AnyFunction>)>;

/// These functions, by which they are found.
pub(super) fn by_name(functions: Vec<Box<dyn AnyFunction>>) -> Functions {
    let functions = functions.into_iter();
    functions
        .map(|it| (it.name(), (it.signature(), it)))
        .collect()
}

impl<P: Provider> Server<P> {
    pub(super) async fn functions(&self) -> Result<get_functions::Response, Diagnostics> {
        Ok(get_functions::Response {
            functions: self.function_schemas(),
            diagnostics: Vec::new(),
        })
    }

    pub(super) fn function_schemas(&self) -> HashMap<String, proto::Function> {
        let all = self.functions.iter();
        all.map(|(name, (signature, _))| ((*name).to_owned(), encode::function(signature)))
            .collect()
    }

    /// What the function gives, or why it does not. The arguments may be secret, so there is no
    /// word of them in the log.
    pub(super) fn call(&self, request: &call_function::Request) -> call_function::Response {
        let Some((signature, function)) = self.functions.get(request.name.as_str()) else {
            return unknown_function(&request.name);
        };
        let act = || result(signature, function.as_ref(), &request.arguments);
        let result = catch_unwind(AssertUnwindSafe(act));
        match result.unwrap_or_else(|_| Err(panicked())) {
            Ok(result) => call_function::Response {
                result: Some(result),
                error: None,
            },
            Err(error) => call_function::Response {
                result: None,
                error: Some(encoded(signature, error)),
            },
        }
    }
}

fn result(
    signature: &Signature,
    function: &dyn AnyFunction,
    arguments: &[DynamicValue],
) -> Result<DynamicValue, FunctionError> {
    let arguments = row(signature, arguments)?;
    let result = if arguments.is_wholly_known() {
        function.call(arguments)?
    } else {
        Value::UNKNOWN
    };
    encode::dynamic(&result, &signature.returns).map_err(|it| told(it, None))
}

/// The arguments by their parameters' names, those for the variadic one as a list.
fn row(signature: &Signature, arguments: &[DynamicValue]) -> Result<Value, FunctionError> {
    let fixed = signature.parameters.len();
    let (Some((given, further)), true) = (
        arguments.split_at_checked(fixed),
        arguments.len() <= fixed || signature.variadic.is_some(),
    ) else {
        let text = format!("{fixed} arguments are expected, not {}", arguments.len());
        return Err(FunctionError::new(text));
    };
    let mut row = Vec::with_capacity(fixed + 1);
    for (parameter, given) in signature.parameters.iter().zip(given) {
        row.push((parameter.name, argument(parameter, 0, given)?));
    }
    if let Some(parameter) = &signature.variadic {
        let elements = further.iter().enumerate();
        let elements = elements.map(|(index, given)| argument(parameter, index, given));
        row.push((
            parameter.name,
            Value::List(elements.collect::<Result<_, _>>()?),
        ));
    }
    Ok(Value::object(row))
}

/// OpenTofu sends a null argument as no value at all.
fn argument(
    parameter: &Parameter,
    element: usize,
    given: &DynamicValue,
) -> Result<Value, FunctionError> {
    let at = Some((parameter.name, element));
    let value = decode::dynamic(Some(given), &parameter.ty).map_err(|it| told(it, at))?;
    if value.is_null() && !parameter.nullable {
        let error = FunctionError::new("argument must not be null");
        return Err(error.of(parameter.name).element(element));
    }
    Ok(value)
}

fn told(diagnostics: Diagnostics, argument: Option<(&'static str, usize)>) -> FunctionError {
    let texts: Vec<_> = diagnostics.into_iter().map(|it| it.detail).collect();
    FunctionError {
        text: texts.join(" "),
        argument: argument.map(|it| it.0),
        element: argument.map_or(0, |it| it.1),
    }
}

fn panicked() -> FunctionError {
    FunctionError::new(
        "the provider ran into a bug of its own. Please report this with the output of the same \
         command under TF_LOG=ERROR, which names the place in the code",
    )
}

/// Hosts count the arguments, the variadic ones after all others.
fn encoded(signature: &Signature, error: FunctionError) -> proto::FunctionError {
    let fixed = signature
        .parameters
        .iter()
        .position(|it| Some(it.name) == error.argument);
    let variadic = signature
        .variadic
        .as_ref()
        .filter(|it| Some(it.name) == error.argument);
    let variadic = variadic.map(|_| signature.parameters.len() + error.element);
    proto::FunctionError {
        text: error.text,
        function_argument: fixed.or(variadic).and_then(|it| i64::try_from(it).ok()),
    }
}

#[cfg(test)]
mod tests {
    use tonic::Request;

    use super::{super::testing::*, *};
    use crate::{framework::Type, wire::proto::provider_server::Provider as _};

    fn string(text: &str) -> DynamicValue {
        sent(&Value::string(text), &Type::String).unwrap()
    }

    /// Functions are called in a process that no host configures.
    async fn call(arguments: Vec<DynamicValue>) -> call_function::Response {
        let request = call_function::Request {
            name: "join".to_owned(),
            arguments,
        };
        let server = unconfigured();
        let answer = ask(&server).call_function(Request::new(request)).await;
        answer.unwrap().into_inner()
    }

    async fn joined(arguments: Vec<DynamicValue>) -> Value {
        let answer = call(arguments).await;
        assert_eq!(answer.error, None);
        received(answer.result.as_ref(), &Type::String)
    }

    async fn error(arguments: Vec<DynamicValue>) -> (String, Option<i64>) {
        let answer = call(arguments).await;
        assert_eq!(answer.result, None);
        let error = answer.error.unwrap();
        (error.text, error.function_argument)
    }

    #[tokio::test]
    async fn further_arguments_go_to_the_variadic_parameter() {
        assert_eq!(joined(vec![string("-")]).await, Value::string(""));
        let three = vec![string("-"), string("a"), string("b")];
        assert_eq!(joined(three).await, Value::string("a-b"));
    }

    #[tokio::test]
    async fn no_value_at_all_is_null() {
        let null = sent(&Value::Null, &Type::String).unwrap();
        for none in [DynamicValue::default(), null] {
            let arguments = vec![none.clone(), string("a"), string("b")];
            assert_eq!(joined(arguments).await, Value::string("ab"));
            let (text, argument) = error(vec![string("-"), string("a"), none]).await;
            assert_eq!(text, "argument must not be null");
            assert_eq!(argument, Some(2));
        }
    }

    #[tokio::test]
    async fn an_error_counts_the_arguments_as_the_host_does() {
        let bad = |separator, last| vec![string(separator), string("a"), string(last)];
        assert_eq!(error(bad("-", "bad")).await, ("bad".to_owned(), Some(2)));
        assert_eq!(error(bad("bad", "b")).await, ("bad".to_owned(), Some(0)));
        let number = DynamicValue {
            msgpack: vec![7],
            json: Vec::new(),
        };
        assert_eq!(error(vec![string("-"), number]).await.1, Some(1));
        assert_eq!(error(vec![]).await.1, None);
    }

    #[tokio::test]
    async fn the_result_of_unknown_arguments_is_unknown() {
        let unknown = sent(&Value::UNKNOWN, &Type::String).unwrap();
        let arguments = vec![string("bad"), string("a"), unknown];
        assert_eq!(joined(arguments).await, Value::UNKNOWN);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_that_quotes_nothing() {
        let (text, _) = error(vec![string("panics")]).await;
        assert!(text.contains("bug"), "{text}");
        assert!(!text.contains("with a value"), "{text}");
    }

    #[tokio::test]
    async fn an_unknown_name_is_an_error() {
        let request = call_function::Request {
            name: "split".to_owned(),
            arguments: vec![],
        };
        let server = unconfigured();
        let answer = ask(&server).call_function(Request::new(request)).await;
        assert!(answer.unwrap().into_inner().error.is_some());
    }
}
