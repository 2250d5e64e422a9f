//! A function: what its author writes, and the untyped form the server drives.
//!
//! Arguments are a row whose fields are the parameters, under their names.

use super::{Diagnostics, Field, Path, Type, Value};

/// One function. It must be pure: hosts compare what the same arguments gave before, and call it
/// in a process that was never configured.
pub trait Function: Send + Sync + 'static {
    /// One field per parameter, under its name; the variadic one is a list.
    type Arguments: Field;
    /// What it gives.
    type Output: Field;

    /// The name it has behind `provider::mlflow::`.
    const NAME: &'static str;

    /// What it takes and gives.
    fn signature() -> Signature;

    /// Computes the result.
    ///
    /// # Errors
    /// When an argument has not the form it must have.
    fn call(arguments: Self::Arguments) -> Result<Self::Output, FunctionError>;
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// One line on what it does.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// One that takes all further arguments.
    pub variadic: Option<Parameter>,
    /// What it gives.
    pub returns: Type,
}

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, in documentation and in the row of arguments.
    pub name: &'static str,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// What values it takes.
    pub ty: Type,
    /// Whether it may be null.
    pub nullable: bool,
}

impl Parameter {
    /// One that must not be null.
    pub const fn new(name: &'static str, description: &'static str, ty: Type) -> Self {
        Self {
            name,
            description,
            ty,
            nullable: false,
        }
    }

    /// A string.
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, Type::String)
    }

    /// It may be null.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }
}

/// Why a function gives no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, as the end of a sentence.
    pub text: String,
    /// The argument at fault, where it is one: by its parameter.
    pub argument: Option<&'static str>,
    /// Which of the variadic arguments it is, counted from 0.
    pub element: usize,
}

impl FunctionError {
    /// Wrong as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
            element: 0,
        }
    }

    /// The argument for this parameter is at fault.
    #[must_use]
    pub const fn of(mut self, parameter: &'static str) -> Self {
        self.argument = Some(parameter);
        self
    }

    /// Of the variadic arguments, this one is.
    #[must_use]
    pub const fn element(mut self, element: usize) -> Self {
        self.element = element;
        self
    }
}

/// A [`Function`] in values instead of rows.
pub trait AnyFunction: Send + Sync + 'static {
    /// See [`Function::NAME`].
    fn name(&self) -> &'static str;
    /// See [`Function::signature`].
    fn signature(&self) -> Signature;
    /// See [`Function::call`]. The arguments are an object, by their parameters' names.
    ///
    /// # Errors
    /// When an argument has not the form it must have.
    fn call(&self, arguments: Value) -> Result<Value, FunctionError>;
}

impl<F: Function> AnyFunction for F {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn signature(&self) -> Signature {
        F::signature()
    }

    fn call(&self, arguments: Value) -> Result<Value, FunctionError> {
        let arguments = F::Arguments::from_value(arguments, &Path::root());
        let arguments = arguments.map_err(|mismatch| explained(mismatch.into()))?;
        F::call(arguments).map(Field::into_value)
    }
}

fn explained(diagnostics: Diagnostics) -> FunctionError {
    let texts = diagnostics.into_iter().map(|it| it.detail);
    FunctionError::new(texts.collect::<Vec<_>>().join(" "))
}
