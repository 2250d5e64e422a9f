//! A row made of two, where several types have some of their attributes in common.

use super::{Field, Mismatch, Value};

/// The attributes of two rows side by side in one object. No name is in both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined<A, B>(pub A, pub B);

impl<A: Field, B: Field> Field for Joined<A, B> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(Self(A::from_value(value.clone())?, B::from_value(value)?))
    }

    fn into_value(self) -> Value {
        let rows = [self.0.into_value(), self.1.into_value()];
        let attributes = rows
            .iter()
            .filter_map(Value::entries)
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone()));
        Value::object(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{framework::Attr, row};

    row! {
        struct Asked {
            name: Attr<String>,
        }
    }

    row! {
        struct Found {
            size: Attr<i64>,
        }
    }

    #[test]
    fn two_rows_are_one_object() {
        let value = Value::object([("name", Value::string("n")), ("size", Value::number(7_u64))]);
        let row = Joined::<Asked, Found>::from_value(value.clone()).unwrap();
        assert_eq!(row.0.name, "n".to_owned().into());
        assert_eq!(row.1.size, 7.into());
        assert_eq!(row.into_value(), value);
    }

    #[test]
    fn a_mismatch_of_either_is_told_by_its_path() {
        let value = Value::object([("size", Value::string("large"))]);
        let mismatch = Joined::<Asked, Found>::from_value(value).unwrap_err();
        assert_eq!(
            mismatch,
            Mismatch::of(&Value::Null, "a whole number of 64 bits")
                .under(crate::wire::Step::Attribute("size".into()))
        );
    }
}
