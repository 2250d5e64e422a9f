//! What came of a test delivery, in words.

use crate::registry::TestResult;

/// More of a receiver's answer says nothing more.
const LONGEST_ANSWER: usize = 500;

/// Why the delivery failed, in the registry's or the receiver's words; `None` when it did not. The
/// registry's words come without the private parts of the URL.
pub(super) fn failure(result: &TestResult) -> Option<String> {
    if result.success {
        return None;
    }
    let said = result.error_message.clone();
    let parts: Vec<_> = said.into_iter().chain(answer(result)).collect();
    if parts.is_empty() {
        return Some("the registry says only that the delivery failed".to_owned());
    }
    Some(parts.join("; "))
}

/// What the receiver answered, if it did.
pub(super) fn answer(result: &TestResult) -> Option<String> {
    let status = result.response_status?;
    let body = result.response_body.as_deref().unwrap_or_default();
    let words: Vec<_> = body.split_whitespace().collect();
    let words = words.join(" ");
    Some(match words.char_indices().nth(LONGEST_ANSWER) {
        Some((end, _)) => format!("the receiver answered {status}: {} ...", &words[..end]),
        None if words.is_empty() => format!("the receiver answered {status}"),
        None => format!("the receiver answered {status}: {words}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(status: Option<u16>, body: &str, error: Option<&str>) -> TestResult {
        TestResult {
            success: false,
            response_status: status,
            response_body: status.map(|_| body.to_owned()),
            error_message: error.map(str::to_owned),
        }
    }

    #[test]
    fn a_failure_is_told_in_the_words_of_who_knows() {
        for (result, expected) in [
            (
                result(Some(500), "out of\n  order", None),
                "the receiver answered 500: out of order",
            ),
            (result(Some(502), "", None), "the receiver answered 502"),
            (
                result(None, "", Some("connection refused")),
                "connection refused",
            ),
            (
                result(Some(404), "no such hook", Some("not delivered")),
                "not delivered; the receiver answered 404: no such hook",
            ),
            (
                result(None, "", None),
                "the registry says only that the delivery failed",
            ),
        ] {
            assert_eq!(failure(&result).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_success_is_no_failure_whatever_else_is_said() {
        let taken = TestResult {
            success: true,
            ..result(Some(204), "", Some("slow"))
        };
        assert_eq!(failure(&taken), None);
    }

    #[test]
    fn a_page_for_an_answer_is_cut() {
        let long = result(Some(500), &"ä ".repeat(2000), None);
        let told = failure(&long).unwrap();
        assert!(told.chars().count() < 600, "{told}");
        assert!(told.ends_with(" ..."), "{told}");
    }
}
