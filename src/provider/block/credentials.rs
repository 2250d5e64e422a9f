//! Who asks: arguments before the environment, and on each level basic before token, as in
//! MLflow's own client. Its credentials file belongs to the environment.

use secrecy::{SecretString, zeroize::Zeroizing};

use super::{config::Config, location::invalid_variable};
use crate::{
    api::{
        Credentials, Environment,
        given::{fits_a_header, shown_path},
    },
    framework::{Attr, Diagnostic, Path, Secret},
};

/// The credentials to use. Arguments must be known.
pub(super) fn find(config: &Config, environment: &Environment) -> Result<Credentials, Diagnostic> {
    if !config.username.is_null() || !config.password.is_null() {
        return configured(config, environment);
    }
    if let Attr::Known(token) = &config.token {
        return Ok(Credentials::Bearer(token.clone().into_inner()));
    }
    let (username, password) = of_environment(environment)?;
    if let (Some(username), Some(password)) = (username, password) {
        let username = without_colon(username, environment)?;
        return Ok(Credentials::Basic { username, password });
    }
    let token = environment.get(TOKEN).map(on_one_line).transpose()?;
    Ok(token.map_or(Credentials::None, |it| Credentials::Bearer(it.into())))
}

const USERNAME: &str = "MLFLOW_TRACKING_USERNAME";
const TOKEN: &str = "MLFLOW_TRACKING_TOKEN";

fn on_one_line(token: &str) -> Result<&str, Diagnostic> {
    let expected = "a token without line breaks and control characters in it";
    let fits = fits_a_header(token).then_some(token);
    fits.ok_or_else(|| invalid_variable(TOKEN, expected))
}

/// A user of the environment, or of the file that belongs to it.
fn without_colon(username: String, environment: &Environment) -> Result<String, Diagnostic> {
    if !username.contains(':') {
        return Ok(username);
    }
    let file = environment.home().map(credentials_file);
    Err(match file.filter(|_| environment.get(USERNAME).is_none()) {
        None => invalid_variable(USERNAME, "the name of a user, in which there is no colon"),
        Some(file) => unreadable(
            &file,
            "its mlflow_tracking_username has a colon, which no user's name has",
        ),
    })
}

/// Ways to authenticate of MLflow's own client that this provider does not have: told, because a
/// request would go without them in silence.
pub(super) fn not_used(environment: &Environment) -> Option<Diagnostic> {
    let is_on = |it: &str| ["true", "1"].contains(&it.to_ascii_lowercase().as_str());
    let signs = environment
        .get("MLFLOW_TRACKING_AWS_SIGV4")
        .is_some_and(is_on);
    let plugin = environment.get("MLFLOW_TRACKING_AUTH").is_some();
    let set = [
        (signs, "MLFLOW_TRACKING_AWS_SIGV4"),
        (plugin, "MLFLOW_TRACKING_AUTH"),
    ];
    let set: Vec<_> = set.iter().filter(|it| it.0).map(|it| it.1).collect();
    (!set.is_empty()).then(|| {
        let detail = format!(
            "{} {} set in the environment, and this provider cannot authenticate in that way: it \
             sends what username and password, token or headers say.",
            set.join(" and "),
            if set.len() == 1 { "is" } else { "are" }
        );
        Diagnostic::warning("Authentication Not Supported", detail)
    })
}

/// Basic authentication of which the block gives at least a half.
fn configured(config: &Config, environment: &Environment) -> Result<Credentials, Diagnostic> {
    let username = config.username.clone().into_known();
    let password = config.password.clone().into_known().map(Secret::into_inner);
    let (username, password) = match (username, password) {
        (Some(username), Some(password)) => (Some(username), Some(password)),
        (username, password) => {
            let fallback = of_environment(environment)?;
            let fallback_name = || fallback.0.map(|it| without_colon(it, environment));
            let username = username.map(Ok).or_else(fallback_name).transpose()?;
            (username, password.or(fallback.1))
        }
    };
    let missing = |given: &'static str, missing: &str, variable: &str| {
        Diagnostic::error(
            "Incomplete Basic Authentication",
            format!(
                "{given} is set, but there is no {missing}: set the provider argument {missing} or \
                 the environment variable {variable}."
            ),
        )
        .at(Path::attribute(given))
    };
    match (username, password) {
        (Some(username), Some(password)) => Ok(Credentials::Basic { username, password }),
        (None, _) => Err(missing("password", "username", USERNAME)),
        (_, None) => Err(missing("username", "password", "MLFLOW_TRACKING_PASSWORD")),
    }
}

type Pair = (Option<String>, Option<SecretString>);

/// Variables first, then the file, each half by itself.
fn of_environment(environment: &Environment) -> Result<Pair, Diagnostic> {
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let username = variable(USERNAME);
    let password = variable("MLFLOW_TRACKING_PASSWORD").map(SecretString::from);
    if username.is_some() && password.is_some() {
        return Ok((username, password));
    }
    let (from_file, password_from_file) = of_file(environment)?;
    Ok((username.or(from_file), password.or(password_from_file)))
}

fn credentials_file(home: &std::path::Path) -> std::path::PathBuf {
    home.join(".mlflow").join("credentials")
}

/// `~/.mlflow/credentials`, which need not exist.
fn of_file(environment: &Environment) -> Result<Pair, Diagnostic> {
    let Some(home) = environment.home() else {
        return Ok((None, None));
    };
    let file = credentials_file(home);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((None, None)),
        Err(error) => return Err(unreadable(&file, &error.to_string())),
    };
    parse(&text).map_err(|line| unreadable(&file, &format!("line {line} is not \"key = value\"")))
}

/// The file as Python's `configparser` reads it: keys in any case, comments on lines of their own,
/// values as they stand but for `%%`, which is a percent sign. An error is the number of a line: its
/// text may be a secret.
pub(crate) fn parse(text: &str) -> Result<Pair, usize> {
    let (mut section, mut login) = (None, Pair::default());
    for (number, line) in (1_usize..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let header = line.strip_prefix('[').and_then(|it| it.rsplit_once(']'));
        if let Some((name, _)) = header {
            section = Some(name);
            continue;
        }
        let (key, value) = line.split_once(['=', ':']).ok_or(number)?;
        if section.ok_or(number)? == "mlflow" {
            note(&mut login, key.trim(), value.trim());
        }
    }
    Ok(login)
}

fn note((username, password): &mut Pair, key: &str, value: &str) {
    let value = Some(value.replace("%%", "%")).filter(|it| !it.is_empty());
    match key.to_ascii_lowercase().as_str() {
        "mlflow_tracking_username" => *username = value,
        "mlflow_tracking_password" => *password = value.map(SecretString::from),
        _ => {}
    }
}

fn unreadable(file: &std::path::Path, problem: &str) -> Diagnostic {
    let file = shown_path(file).unwrap_or_else(|| "below HOME".to_owned());
    Diagnostic::error(
        "Unreadable Credentials File",
        format!(
            "MLflow's credentials file {file} cannot be used: {problem}. Mend or remove it, or set \
             the provider's credentials elsewhere."
        ),
    )
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::api::environment::HOME;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn config(username: Option<&str>, password: Option<&str>, token: Option<&str>) -> Config {
        let secret = |it: &str| Secret::from(it.to_owned());
        Config {
            username: username.map(str::to_owned).into(),
            password: password.map(secret).into(),
            token: token.map(secret).into(),
            ..Config::default()
        }
    }

    fn shown(credentials: Result<Credentials, Diagnostic>) -> String {
        match credentials {
            Ok(Credentials::None) => "none".to_owned(),
            Ok(Credentials::Basic { username, password }) => {
                format!("basic {username} {}", password.expose_secret())
            }
            Ok(Credentials::Bearer(token)) => format!("bearer {}", token.expose_secret()),
            Err(diagnostic) => diagnostic.summary,
        }
    }

    #[test]
    fn arguments_beat_the_environment_and_basic_beats_token() {
        const USER: (&str, &str) = ("MLFLOW_TRACKING_USERNAME", "eu");
        const PASSWORD: (&str, &str) = ("MLFLOW_TRACKING_PASSWORD", "ep");
        const TOKEN: (&str, &str) = ("MLFLOW_TRACKING_TOKEN", "et");
        let all = environment(&[USER, PASSWORD, TOKEN]);
        let none = Environment::default();
        let incomplete = "Incomplete Basic Authentication";
        for (given, environment, expected) in [
            (config(None, None, None), &none, "none"),
            (config(None, None, None), &all, "basic eu ep"),
            (
                config(None, None, None),
                &environment(&[USER, TOKEN]),
                "bearer et",
            ),
            (config(None, None, Some("t")), &all, "bearer t"),
            (config(Some("u"), Some("p"), Some("t")), &all, "basic u p"),
            (config(Some("u"), None, None), &all, "basic u ep"),
            (config(None, Some("p"), None), &all, "basic eu p"),
            (config(Some("u"), None, None), &none, incomplete),
            (config(None, Some("p"), Some("t")), &none, incomplete),
        ] {
            assert_eq!(shown(find(&given, environment)), expected, "{given:?}");
        }
    }

    #[test]
    fn the_credentials_file_is_read_as_mlflow_reads_it() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".mlflow")).unwrap();
        let file = home.path().join(".mlflow/credentials");
        let home = home.path().to_str().unwrap();
        let with_token = environment(&[(HOME, home), ("MLFLOW_TRACKING_TOKEN", "t")]);
        for (text, expected) in [
            ("[other]\nx = y\n", "bearer t"),
            (
                "[mlflow]\nmlflow_tracking_username = u\nMLFLOW_TRACKING_PASSWORD: p%%q#r\\n\n",
                "basic u p%q#r\\n",
            ),
            (
                "; a comment\n[mlflow] ; another\n\n  # and one\nmlflow_tracking_username=\"u\"\n\
                 mlflow_tracking_password : a = b # c ; d\n",
                "basic \"u\" a = b # c ; d",
            ),
            ("[mlflow]\nmlflow_tracking_username = u\n", "bearer t"),
            (
                "mlflow_tracking_username = u\n",
                "Unreadable Credentials File",
            ),
            ("[mlflow\n", "Unreadable Credentials File"),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(
                shown(find(&Config::default(), &with_token)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_only_mlflows_client_can_do_is_warned_of() {
        let both = environment(&[
            ("MLFLOW_TRACKING_AWS_SIGV4", "1"),
            ("MLFLOW_TRACKING_AUTH", "x"),
        ]);
        let both = not_used(&both).unwrap().detail;
        assert!(both.contains("MLFLOW_TRACKING_AUTH are set"), "{both}");
        for (name, value, expected) in [
            ("MLFLOW_TRACKING_AWS_SIGV4", "true", true),
            ("MLFLOW_TRACKING_AWS_SIGV4", "1", true),
            ("MLFLOW_TRACKING_AWS_SIGV4", "false", false),
            ("MLFLOW_TRACKING_AUTH", "hush-plugin", true),
            ("MLFLOW_TRACKING_AUTH", "", false),
        ] {
            let told = not_used(&environment(&[(name, value)]));
            let told = told.map(|it| it.detail);
            assert_eq!(told.is_some(), expected, "{name}={value}");
            let told = told.unwrap_or_default();
            assert!(told.is_empty() || told.contains(name), "{told}");
            assert!(!told.contains("hush"), "{told}");
        }
    }

    #[test]
    fn what_of_the_environment_cannot_be_sent_is_told_by_its_name() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".mlflow")).unwrap();
        let file = "[mlflow]\nmlflow_tracking_username = hush:a\n";
        std::fs::write(home.path().join(".mlflow/credentials"), file).unwrap();
        let home = (HOME, home.path().to_str().unwrap());
        let password = ("MLFLOW_TRACKING_PASSWORD", "hush");
        let own = config(None, Some("hush"), None);
        for (config, set, named) in [
            (Config::default(), &[(TOKEN, "hush\nhush")][..], TOKEN),
            (
                Config::default(),
                &[(USERNAME, "hush:a"), password],
                USERNAME,
            ),
            (own.clone(), &[(USERNAME, "hush:a"), home], USERNAME),
            (
                Config::default(),
                &[home, password],
                "mlflow_tracking_username",
            ),
            (own, &[home], "mlflow_tracking_username"),
        ] {
            let refused = find(&config, &environment(set)).unwrap_err();
            assert!(refused.detail.contains(named), "{}", refused.detail);
            assert!(!refused.detail.contains("hush"), "{}", refused.detail);
        }
        let unused = config(Some("u"), None, None);
        let set = environment(&[(USERNAME, "a:b"), password]);
        assert_eq!(shown(find(&unused, &set)), "basic u hush");
        let around = environment(&[(TOKEN, "t\n")]);
        assert_eq!(shown(find(&Config::default(), &around)), "bearer t\n");
    }

    #[test]
    fn an_unreadable_file_is_not_quoted() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".mlflow")).unwrap();
        std::fs::write(home.path().join(".mlflow/credentials"), "hush hush\n").unwrap();
        let environment = environment(&[(HOME, home.path().to_str().unwrap())]);
        let refused = find(&Config::default(), &environment).unwrap_err();
        assert!(!refused.detail.contains("hush"), "{}", refused.detail);
        assert!(refused.detail.contains("line"), "{}", refused.detail);
    }
}
