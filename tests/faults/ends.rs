//! How every cell of the matrix ends: the one table. A cell is how often the operation's own
//! request was sent (with one retry allowed), and the error's summary or `done`.

use super::{
    cell::{Cell, End, Moment},
    entity::{Entity, Operation},
    fault::Class,
    registry::Kind,
};
use crate::support::feature::Feature;

/// What a fault of one class comes to.
struct Row {
    class: Class,
    /// A create, an update or a delete that the registry never saw; looking shows that.
    unseen: &'static str,
    /// One that it has carried out; looking shows that too.
    hidden: &'static str,
    read: &'static str,
    list: &'static str,
    /// A test delivery, seen or not: nothing to look at, so it is not repeated.
    test: &'static str,
    /// A read for which a token has to be had; the fault strikes once.
    token: &'static str,
}

const UNREACHABLE_0: &str = "0 Registry Unreachable";
const UNREACHABLE_1: &str = "1 Registry Unreachable";
const UNREACHABLE_2: &str = "2 Registry Unreachable";
const SLOW_1: &str = "1 Registry Too Slow";
const SLOW_2: &str = "2 Registry Too Slow";
const FOREIGN_1: &str = "1 Not a Registry's Answer";
const FOREIGN_2: &str = "2 Not a Registry's Answer";
const FAILED_1: &str = "1 Registry Error";
const FAILED_2: &str = "2 Registry Error";
const DONE_1: &str = "1 done";
const DONE_2: &str = "2 done";
/// Not a cell: a refusal does not hide a success.
const NONE: &str = "";

#[rustfmt::skip]
const TABLE: [Row; 18] = [
    same(Class::Refused, UNREACHABLE_0),
    same(Class::Untrusted, "0 No Secure Connection"),
    Row { class: Class::Lost, unseen: UNREACHABLE_2, hidden: DONE_1, read: UNREACHABLE_2, list: UNREACHABLE_2, test: UNREACHABLE_1, token: DONE_2 },
    Row { class: Class::Silent, unseen: SLOW_2, hidden: DONE_1, read: SLOW_2, list: SLOW_2, test: SLOW_1, token: DONE_2 },
    Row { class: Class::Unreadable, unseen: FOREIGN_2, hidden: DONE_1, read: FOREIGN_1, list: FOREIGN_1, test: FOREIGN_1, token: "1 Not Authenticated" },
    Row { class: Class::Huge, unseen: FOREIGN_2, hidden: DONE_1, read: FOREIGN_1, list: FOREIGN_1, test: FOREIGN_1, token: FAILED_1 },
    Row { class: Class::Endless, unseen: FOREIGN_2, hidden: DONE_1, read: "1001 Not a Registry's Answer", list: "1001 Not a Registry's Answer", test: FOREIGN_1, token: FAILED_1 },
    Row { class: Class::Circular, unseen: FOREIGN_2, hidden: DONE_1, read: FOREIGN_2, list: FOREIGN_2, test: FOREIGN_1, token: FAILED_1 },
    Row { class: Class::Page(400), token: "1 Not Authenticated", ..same(Class::Page(400), FOREIGN_1) },
    same(Class::Page(401), "1 Not Authenticated"),
    Row { class: Class::Page(403), token: "1 Not Authenticated", ..same(Class::Page(403), "1 Permission Denied") },
    Row { class: Class::Page(404), token: "1 Not Authenticated", ..same(Class::Page(404), "1 No Such API") },
    Row { class: Class::Failed, unseen: FAILED_1, hidden: DONE_1, read: FAILED_1, list: FAILED_1, test: FAILED_1, token: DONE_2 },
    Row { class: Class::Unavailable, unseen: FAILED_2, hidden: DONE_1, read: FAILED_2, list: FAILED_2, test: FAILED_2, token: DONE_2 },
    Row { class: Class::Overdue, unseen: FAILED_2, hidden: DONE_1, read: FAILED_2, list: FAILED_2, test: FAILED_1, token: DONE_2 },
    Row { class: Class::Throttled, token: DONE_2, ..same(Class::Throttled, "2 Too Many Requests") },
    same(Class::Stopped, "1 Stopped"),
    same(Class::Redirected, "1 Registry Redirects Elsewhere"),
];

/// Of a wrong clock nobody but a create notices, and that one copes: one answer is lost, and then
/// the write is found done, or repeated.
const MISDATED: Row = Row {
    class: Class::Misdated,
    unseen: DONE_2,
    hidden: DONE_1,
    read: DONE_1,
    list: DONE_2,
    test: UNREACHABLE_1,
    token: DONE_1,
};

const fn same(class: Class, end: &'static str) -> Row {
    Row {
        class,
        unseen: end,
        hidden: NONE,
        read: end,
        list: end,
        test: end,
        token: end,
    }
}

/// Why that is not how the cell had to end, if it is not.
pub fn contradiction(cell: &Cell, end: &End) -> Option<String> {
    let expected = of(cell);
    let (requests, says) = expected.split_once(' ').expect("a number and a summary");
    let as_often = end.requests == requests.parse::<usize>().expect("a number");
    let says = says.replace("a Registry's", answers(cell.kind));
    let says = says.replace(
        "Such API",
        &format!("{} API", (cell.entity.api)(cell.operation)),
    );
    let says = match cell.kind {
        Kind::Logins => with_logins(&says),
        Kind::Mlflow | Kind::Databricks => says,
    };
    let agrees = as_often && end.says == says;
    (!agrees).then(|| {
        let End {
            requests: sent,
            says: was,
            told,
        } = end;
        format!("{sent} requests and {was:?}, not {requests} and {says:?}; told was {told:?}")
    })
}

fn of(cell: &Cell) -> &'static str {
    let mut rows = TABLE.iter().chain([&MISDATED]);
    let row = rows.find(|row| row.class == cell.fault.class);
    let row = row.expect("every class has a row");
    exception(cell).unwrap_or(match (cell.operation, cell.moment) {
        (Operation::Read, _) => row.read,
        (Operation::List, _) => row.list,
        (Operation::Test, _) => row.test,
        (Operation::Token, _) => row.token,
        (_, Moment::Before) => row.unseen,
        (_, Moment::After) => row.hidden,
    })
}

fn answers(kind: Kind) -> &'static str {
    match kind {
        Kind::Mlflow | Kind::Logins => "an MLflow",
        Kind::Databricks => "a Databricks",
    }
}

/// What only servers with logins have says these in words of its own.
fn with_logins(says: &str) -> String {
    match says {
        "Permission Denied" => "Admin Needed".to_owned(),
        it if it.starts_with("No ") && it.ends_with(" API") => "Server Without Logins".to_owned(),
        it => it.to_owned(),
    }
}

fn lists_at_once(entity: &Entity) -> bool {
    let is_of_gateway = entity.type_name.contains("gateway");
    entity.type_name == "mlflow_workspace" || is_of_gateway && !entity.type_name.contains("budget")
}

/// Where one cell differs from its class.
fn exception(cell: &Cell) -> Option<&'static str> {
    Some(match (cell.kind, cell.operation, cell.fault.class) {
        // One webhook is no list, so a page is only the wrong answer.
        (Kind::Mlflow, Operation::Read, Class::Endless | Class::Circular) => FOREIGN_1,
        // Nor is anything else of a workspace.
        (Kind::Databricks, Operation::Read, Class::Endless | Class::Circular)
            if cell.entity.type_name != "mlflow_webhook" =>
        {
            FOREIGN_1
        }
        // None of these lists has pages.
        (Kind::Logins, Operation::Read | Operation::List, Class::Endless | Class::Circular) => {
            FOREIGN_1
        }
        // Nor have that of workspaces, and those of the gateway but for budgets.
        (Kind::Mlflow, Operation::List, Class::Endless | Class::Circular)
            if lists_at_once(cell.entity) =>
        {
            FOREIGN_1
        }
        // MLflow reads users and then their roles, and fails where one is deleted in between.
        (Kind::Logins, Operation::List, Class::Failed) if cell.reads_in_steps() => FAILED_2,
        // JSON without a token is not even a refusal.
        (_, Operation::Token, Class::Unreadable) if cell.fault.name == "wrong types" => FAILED_1,
        // A list of one page needs no second pass.
        (_, Operation::List, Class::Misdated) => DONE_1,
        // A bare 500 to a list is all that tells a server over files, and here it is the fault's own.
        (Kind::Mlflow, Operation::Read | Operation::List, Class::Failed)
            if cell.fault.name == "HTML 500" && !Feature::ServerInfo.is_there() =>
        {
            "2 Server Without Database"
        }
        _ => return None,
    })
}
