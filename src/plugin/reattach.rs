//! How a host is told of a plugin process that somebody else started.

use serde_json::json;

const NAME: &str = "TF_REATTACH_PROVIDERS";

/// The assignment of `TF_REATTACH_PROVIDERS`, a line for each kind of shell that there is here. The first
/// is POSIX's everywhere.
///
/// `Test` keeps hosts from ending the process, and without it some of them take the plugin for one
/// of protocol version 5.
pub(super) fn lines(provider: &str, pid: u32, network: &str, address: &str) -> String {
    let config = json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": network, "String": address },
        }
    });
    let config = config.to_string();
    if cfg!(windows) {
        [posix, power_shell, command_prompt]
            .map(|line| line(&config))
            .concat()
    } else {
        posix(&config)
    }
}

fn posix(config: &str) -> String {
    format!("{NAME}='{}'\n", config.replace('\'', r"'\''"))
}

fn power_shell(config: &str) -> String {
    format!("PowerShell: $env:{NAME}='{}'\n", config.replace('\'', "''"))
}

/// It takes all between the first quote and the last.
fn command_prompt(config: &str) -> String {
    format!("Command Prompt: set \"{NAME}={config}\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_stays_inside_the_quotes_of_each_shell() {
        let config = r#"{"a":"it's"}"#;
        for (line, expected) in [
            (posix(config), r#"TF_REATTACH_PROVIDERS='{"a":"it'\''s"}'"#),
            (
                power_shell(config),
                r#"PowerShell: $env:TF_REATTACH_PROVIDERS='{"a":"it''s"}'"#,
            ),
            (
                command_prompt(config),
                r#"Command Prompt: set "TF_REATTACH_PROVIDERS={"a":"it's"}""#,
            ),
        ] {
            assert_eq!(line, format!("{expected}\n"));
        }
    }

    #[test]
    fn each_shell_of_the_system_gets_its_line() {
        let lines = lines("example.com/a/b", 1, "tcp", "127.0.0.1:1");
        let expected = if cfg!(windows) { 3 } else { 1 };
        assert_eq!(lines.lines().count(), expected, "{lines}");
        assert!(lines.starts_with("TF_REATTACH_PROVIDERS='{"), "{lines}");
    }
}
