//! The address of a registry: checked once, canonical ever after, and free of userinfo.

use secrecy::SecretString;
use url::{Host, Url};

use super::{
    error::{Error, ErrorKind},
    settings::Credentials,
};

/// A registry's base address, path prefix included.
#[derive(Clone, Debug)]
pub(super) struct Address {
    url: Url,
    text: String,
}

impl Address {
    /// The address in `text` and the credentials that its userinfo makes.
    pub(super) fn parse(text: &str) -> Result<(Self, Credentials), Error> {
        let refuse = |why: &str| Err(Error::new(ErrorKind::Settings).with_message(why));
        // The parser's error and the text itself stay unsaid: userinfo may be in there.
        let Ok(mut url) = Url::parse(text.trim()) else {
            return refuse("the tracking URI is not a valid URL");
        };
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return refuse("the tracking URI must be http://host or https://host");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("the tracking URI must have neither a query (?) nor a fragment (#)");
        }
        let credentials = take_userinfo(&mut url);
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok((Self { url, text }, credentials))
    }

    /// Lower-case scheme and host, no default port, no trailing slash, no userinfo.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// The URL of `path`, which starts with a slash and is already encoded.
    pub(super) fn join(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

fn take_userinfo(url: &mut Url) -> Credentials {
    if url.username().is_empty() && url.password().is_none() {
        return Credentials::None;
    }
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let credentials = Credentials::Basic {
        username: decode(url.username()),
        password: SecretString::from(decode(url.password().unwrap_or_default())),
    };
    // Both only fail on URLs without a host, which were refused before.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    credentials
}

/// Whether what is sent there stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for (text, canonical) in [
            ("http://Host:80", "http://host"),
            ("https://host:443/", "https://host"),
            ("HTTP://h:5000/prefix/", "http://h:5000/prefix"),
            (" http://h/a/b ", "http://h/a/b"),
            ("https://user:pw@h/p", "https://h/p"),
            ("http://[::1]:5000", "http://[::1]:5000"),
        ] {
            let (address, _) = Address::parse(text).unwrap();
            assert_eq!(address.as_str(), canonical, "{text}");
        }
    }

    #[test]
    fn what_is_no_http_address_is_refused_without_being_repeated() {
        for text in [
            "",
            "mlruns",
            "file:///x",
            "http://",
            "http://h?x=1",
            "http://h#f",
            "ftp://u:pw@h",
        ] {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Settings, "{text:?}");
            assert!(!error.to_string().contains("pw"));
        }
    }

    #[test]
    fn userinfo_becomes_credentials() {
        let (_, credentials) = Address::parse("http://us%40er:p%20w@h").unwrap();
        let Credentials::Basic { username, password } = credentials else {
            panic!("no basic credentials");
        };
        assert_eq!(
            (username.as_str(), password.expose_secret()),
            ("us@er", "p w")
        );
    }

    #[test]
    fn paths_go_behind_the_prefix() {
        for base in ["http://h/pre", "http://h/pre/", "http://h/pre//"] {
            let (address, _) = Address::parse(base).unwrap();
            let url = address.join("/version", &[("a", "b c".to_owned())]);
            assert_eq!(url.as_str(), "http://h/pre/version?a=b+c");
        }
        let (address, _) = Address::parse("http://h").unwrap();
        assert_eq!(address.join("/version", &[]).as_str(), "http://h/version");
    }
}
