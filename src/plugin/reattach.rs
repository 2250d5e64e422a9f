//! How a host is told of a plugin process that somebody else started.

use serde_json::json;

/// The assignment of `TF_REATTACH_PROVIDERS` for a shell.
///
/// `Test` keeps hosts from ending the process, and without it some of them take the plugin for one
/// of protocol version 5.
pub(super) fn line(provider: &str, pid: u32, network: &str, address: &str) -> String {
    let config = json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": network, "String": address },
        }
    });
    let quoted = config.to_string().replace('\'', r"'\''");
    format!("TF_REATTACH_PROVIDERS='{quoted}'\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_the_path_stays_inside_the_quotes_of_the_shell() {
        let line = line("example.com/a/b", 1, "unix", "/it's");
        assert!(line.contains(r#""String":"/it'\''s""#), "{line}");
        assert!(line.ends_with("}'\n"));
    }
}
