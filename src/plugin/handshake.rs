//! What a host says through the environment before it talks gRPC, and the one line it is answered.

use std::{ops::RangeInclusive, path::PathBuf};

use super::{Environment, Error};

/// Core version, then protocol version. Hosts list the protocols they speak in random order or not
/// at all; whatever they say, there is only this one, and they explain a mismatch to the user.
const VERSIONS: &str = "1|6";

const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// How the host wants to be served.
#[derive(Debug, PartialEq)]
pub(super) struct Invitation {
    /// The host's one-shot certificate in PEM: connections must be mutual TLS with it.
    pub(super) certificate: Option<String>,
    /// Where a socket has to be, if the host insists.
    pub(super) socket_dir: Option<PathBuf>,
    /// Where it otherwise goes.
    pub(super) temporary_dir: PathBuf,
    /// The group, by name or number, that may reach the socket too.
    pub(super) socket_group: Option<String>,
    /// Where TCP may listen.
    pub(super) ports: RangeInclusive<u16>,
    /// Whether the host asked if several services may share a connection.
    multiplex: bool,
}

/// Whether a plugin host started this process, and not a person.
pub(super) fn is_invited(environment: &Environment) -> bool {
    let (name, value) = COOKIE;
    environment(name).is_some_and(|cookie| cookie == value)
}

impl Invitation {
    pub(super) fn read(environment: &Environment) -> Result<Self, Error> {
        Ok(Self {
            certificate: environment("PLUGIN_CLIENT_CERT"),
            socket_dir: environment("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            temporary_dir: environment("TMPDIR").map_or_else(|| "/tmp".into(), PathBuf::from),
            socket_group: environment("PLUGIN_UNIX_SOCKET_GROUP"),
            ports: port(environment, "PLUGIN_MIN_PORT", 10_000)?
                ..=port(environment, "PLUGIN_MAX_PORT", 25_000)?,
            multiplex: environment("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// With what only a starting host may decide left out.
    pub(super) fn without_host(self) -> Self {
        Self {
            certificate: None,
            multiplex: false,
            ..self
        }
    }

    /// The line that tells the host where (`unix|PATH` or `tcp|ADDRESS`) and as whom we answer.
    ///
    /// Older hosts take all that follows the fifth bar for the certificate, so there is a seventh
    /// field only for those who asked for it.
    pub(super) fn answer(&self, network: &str, address: &str, certificate: &str) -> String {
        let multiplex = if self.multiplex { "|false" } else { "" };
        format!("{VERSIONS}|{network}|{address}|grpc|{certificate}{multiplex}\n")
    }
}

fn port(environment: &Environment, name: &str, default: u16) -> Result<u16, Error> {
    environment(name).map_or(Ok(default), |port| {
        port.parse()
            .map_err(Error::while_trying(format!("read {name} as a port")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(variables: &[(&str, &str)]) -> Result<Invitation, Error> {
        Invitation::read(&|name| {
            let mut found = variables.iter().filter(|(other, _)| *other == name);
            found.next().map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn only_the_exact_cookie_is_an_invitation() {
        assert!(is_invited(
            &|name| (name == COOKIE.0).then(|| COOKIE.1.to_owned())
        ));
        assert!(!is_invited(&|_| Some("another".to_owned())));
        assert!(!is_invited(&|_| None));
    }

    #[test]
    fn an_empty_environment_means_plaintext_and_the_usual_ports() {
        let invitation = invitation(&[]).unwrap();
        assert_eq!(invitation.certificate, None);
        assert_eq!(invitation.ports, 10_000..=25_000);
        assert_eq!(invitation.answer("unix", "/s", ""), "1|6|unix|/s|grpc|\n");
    }

    #[test]
    fn the_answer_has_six_fields_unless_a_seventh_is_asked_for() {
        let plain = invitation(&[]).unwrap();
        assert_eq!(plain.answer("unix", "/s", "AB"), "1|6|unix|/s|grpc|AB\n");
        let asked = invitation(&[("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap();
        assert_eq!(
            asked.answer("tcp", "127.0.0.1:1", "AB"),
            "1|6|tcp|127.0.0.1:1|grpc|AB|false\n"
        );
    }

    #[test]
    fn a_port_that_is_none_is_an_error_that_names_it() {
        let error = invitation(&[("PLUGIN_MIN_PORT", "many")]).unwrap_err();
        assert!(error.to_string().contains("PLUGIN_MIN_PORT"));
    }
}
