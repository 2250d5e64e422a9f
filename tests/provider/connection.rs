//! Credentials, workspace, prefix and headers, each from where MLflow's users keep them.

use super::webhook;
use crate::support::{
    Case, cases,
    feature::Feature,
    http::{Request, Response},
    mlflow::{Options, Server},
    proxy::{Fault, Loss, Proxy},
    registry::{Mlflow, Registry},
    terraform::Workspace,
    unique,
};

const PASSWORD: &str = "a-Long-Enough-Passw0rd";

pub fn cases() -> Vec<Case> {
    cases![
        logins_work_from_block_environment_and_file,
        what_is_configured_is_sent,
        credentials_over_plain_http_are_warned_of,
        the_environment_alone_configures_the_provider,
        unusable_files_are_told_by_the_first_plan,
        what_of_the_environment_cannot_be_sent_is_told_by_its_name,
        texts_in_place_of_paths_and_addresses_are_refused_offline,
        who_sent_no_credentials_is_told_so,
        what_only_mlflows_client_can_do_is_warned_of,
    ]
}

/// One server with a login and a prefix, which has to be believed in every request.
fn logins_work_from_block_environment_and_file() {
    let server = Server::start(Options {
        admin_password: Some(PASSWORD),
        prefix: if Feature::Prefix.is_there() {
            "/models"
        } else {
            ""
        },
        ..Options::default()
    });
    let url = format!("{}/", server.url());
    let config = webhook(&unique("login"));
    let block = |more: &str| {
        format!("provider \"mlflow\" {{\n tracking_uri = {url:?}\n{more}\n}}\n{config}")
    };

    let workspace = Workspace::bare(&block(""));
    let says = ["Not Authenticated", "MLFLOW_TRACKING_USERNAME"];
    workspace.apply().expect_error_containing(&says);
    let workspace = workspace
        .env("MLFLOW_TRACKING_USERNAME", "admin")
        .env("MLFLOW_TRACKING_PASSWORD", "wrong");
    workspace
        .apply()
        .expect_error_containing(&["Not Authenticated"]);
    let login = format!("username = \"admin\"\npassword = {PASSWORD:?}\ntoken = \"unused\"");
    workspace.write("main.tf", &block(&login));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();

    workspace.write("main.tf", &block(""));
    let workspace = workspace.env("MLFLOW_TRACKING_PASSWORD", PASSWORD);
    workspace.expect_clean_plan();
    let unsigned = block("").replace("secret = \"canary-secret\"", "");
    workspace.write("main.tf", &unsigned);
    let clearing = (
        "mlflow_webhook.it".to_owned(),
        Mlflow::clearing().to_owned(),
    );
    assert_eq!(workspace.planned_actions(), [clearing]);
    workspace.write("main.tf", &block(""));

    let workspace = workspace
        .env("MLFLOW_TRACKING_USERNAME", "")
        .env("MLFLOW_TRACKING_PASSWORD", "");
    let file = format!(
        "[mlflow]\nmlflow_tracking_username = admin\nmlflow_tracking_password = {PASSWORD}\n"
    );
    workspace.write("home/.mlflow/credentials", &file);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn what_is_configured_is_sent() {
    let proxy = Proxy::start(Server::shared().address());
    let url = proxy.url();
    let config = format!(
        "provider \"mlflow\" {{\n tracking_uri = {url:?}\n token = \"tok\"\n \
         headers = {{ \"X-Gateway\" = \"open\" }}\n}}\n{}",
        webhook(&unique("sent"))
    );
    let workspace = Workspace::bare(&config);
    workspace.apply().expect_ok();
    let create = first(&proxy, "POST");
    assert_eq!(create.headers.get("authorization"), Some("Bearer tok"));
    assert_eq!(create.headers.get("x-gateway"), Some("open"));
    let length = create.body.len().to_string();
    assert_eq!(create.headers.get("content-length"), Some(length.as_str()));
    assert_eq!(create.headers.get("transfer-encoding"), None);
    let agent = create.headers.get("user-agent").unwrap_or_default();
    assert!(agent.starts_with("terraform-provider-mlflow/"), "{agent}");
    workspace.destroy().expect_ok();

    proxy.clear();
    let workspace = workspace.env("MLFLOW_WORKSPACE", "team-a");
    let applied = workspace.apply();
    if Feature::Workspaces.is_there() {
        applied.expect_error_containing(&["Workspaces Not Enabled", "MLFLOW_WORKSPACE"]);
    } else {
        applied.expect_ok();
        workspace.destroy().expect_ok();
    }
    let create = first(&proxy, "POST");
    assert_eq!(create.headers.get("x-mlflow-workspace"), Some("team-a"));
}

fn first(proxy: &Proxy, method: &str) -> Request {
    let requests = proxy.requests().into_iter();
    let mut fitting = requests.filter(|it| it.method == method);
    fitting.next().expect("there was such a request")
}

fn credentials_over_plain_http_are_warned_of() {
    let config = format!(
        "provider \"mlflow\" {{\n tracking_uri = \"http://mlflow.invalid\"\n token = \"tok\"\n}}\n{}",
        webhook(&unique("plain"))
    );
    let planned = Workspace::bare(&config).plan().expect_ok();
    assert!(
        planned.text().contains("Credentials Over Plain HTTP"),
        "{}",
        planned.text()
    );
}

fn the_environment_alone_configures_the_provider() {
    let server = Server::shared();
    let workspace = Workspace::bare(&webhook(&unique("environment")))
        .env("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
        .env("MLFLOW_REGISTRY_URI", &server.url());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon");
    let says = [
        "Invalid Environment Variable",
        "MLFLOW_HTTP_REQUEST_TIMEOUT",
    ];
    workspace.plan().expect_error_containing(&says);
}

fn unusable_files_are_told_by_the_first_plan() {
    for (block, argument) in [
        (
            "tracking_uri = \"https://mlflow.invalid\"\n ca_cert_file = \"/tmp/no-such-ca.pem\"",
            "ca_cert_file",
        ),
        (
            "client_cert_file = \"/tmp/no-such-ca.pem\"\n\
             databricks = { host = \"https://dbc.example.com\", token = \"dapi1\" }",
            "client_cert_file",
        ),
    ] {
        let name = if block.contains("databricks") {
            "model_name"
        } else {
            "name"
        };
        let webhook = webhook(&unique("files")).replace("name ", &format!("{name} "));
        let webhook = webhook
            .replace("http://127.0.0.1:9", "https://ci.example.com")
            .replace("registered_model.created", "model_version.created");
        let workspace = Workspace::bare(&format!("provider \"mlflow\" {{\n{block}\n}}\n{webhook}"));
        workspace.validate().expect_ok();
        workspace.plan().expect_error_containing(&[
            "Unusable Provider Configuration",
            &format!(
                "The provider argument {argument} names /tmp/no-such-ca.pem, which cannot be read"
            ),
        ]);
    }
}

fn what_of_the_environment_cannot_be_sent_is_told_by_its_name() {
    for (variable, value, password) in [
        ("MLFLOW_TRACKING_TOKEN", "canary\ncanary", ""),
        ("MLFLOW_TRACKING_USERNAME", "ada:canary", "pw"),
    ] {
        let config = webhook("sent").replace("canary", "other");
        let workspace = Workspace::at(&Server::shared().url(), &config)
            .env("MLFLOW_TRACKING_PASSWORD", password)
            .env(variable, value);
        workspace.validate().expect_ok();
        let says = ["Invalid Environment Variable", variable];
        let refused = workspace.plan().expect_error_containing(&says);
        assert!(!refused.text().contains("canary"), "{}", refused.text());
    }
}

fn texts_in_place_of_paths_and_addresses_are_refused_offline() {
    let pem = "-----BEGIN CERTIFICATE-----\\ncanary\\n-----END CERTIFICATE-----\\n";
    for (block, says) in [
        (
            format!("client_cert_file = \"{pem}\""),
            "client_cert_file holds a certificate's text and not the path of a file",
        ),
        (
            "databricks = { databricks_id_token_filepath = \"eyJhbGciOiJSUzI1NiJ9.canary.canary\" }"
                .to_owned(),
            "databricks_id_token_filepath holds a token and not the path of a file",
        ),
        (
            "tracking_uri = \"https:///canary\"".to_owned(),
            "is not of the form http(s)://host[:port][/prefix]",
        ),
        (
            "tracking_uri = \" http://127.0.0.1:5000\"".to_owned(),
            "begins with a space",
        ),
        (
            "tracking_uri = \"databricks-uc\"".to_owned(),
            "The provider argument tracking_uri names a Unity Catalog registry",
        ),
        (
            "workspace = \"Canary Team\"".to_owned(),
            "must be the name of a workspace",
        ),
    ] {
        let config = webhook("files").replace("canary", "other");
        let workspace = Workspace::bare(&format!("provider \"mlflow\" {{\n{block}\n}}\n{config}"));
        let refused = workspace.validate().expect_error_containing(&[says]);
        // Terraform shows the line of the configuration, as it is written.
        let own = refused.text().replace(&block, "");
        assert!(!own.contains("canary"), "{own}");
    }
    let workspace = Workspace::bare(&webhook("files"))
        .env("MLFLOW_TRACKING_URI", "https://mlflow.invalid")
        .env(
            "MLFLOW_TRACKING_CLIENT_CERT_PATH",
            "-----BEGIN PRIVATE KEY-----\ncanary-key\n-----END PRIVATE KEY-----\n",
        );
    let refused = workspace.plan().expect_error_containing(&[
        "The environment variable MLFLOW_TRACKING_CLIENT_CERT_PATH holds a key's text and not the \
         path of a file",
    ]);
    assert!(!refused.text().contains("canary-key"), "{}", refused.text());
}

fn who_sent_no_credentials_is_told_so() {
    let proxy = Proxy::start(Server::shared().address());
    for (login, says) in [
        ("", "No credentials were sent"),
        (
            "token = \"tok\"",
            "does not allow this with these credentials",
        ),
    ] {
        let refusal = Response::html(403, "<h1>Forbidden</h1>");
        proxy.inject(
            "POST",
            "/webhooks",
            1,
            Fault::Instead(Loss::Answer(refusal)),
        );
        let config = format!(
            "provider \"mlflow\" {{\n tracking_uri = {:?}\n {login}\n}}\n{}",
            proxy.url(),
            webhook(&unique("gateway"))
        );
        let workspace = Workspace::bare(&config);
        workspace
            .apply()
            .expect_error_containing(&["Permission Denied", says]);
    }
}

fn what_only_mlflows_client_can_do_is_warned_of() {
    let workspace = Workspace::at(&Server::shared().url(), &webhook(&unique("signed")))
        .env("MLFLOW_TRACKING_AWS_SIGV4", "true")
        .env("MLFLOW_TRACKING_AUTH", "databricks-plugin");
    let planned = workspace.plan().expect_ok();
    for part in [
        "Authentication Not Supported",
        "MLFLOW_TRACKING_AWS_SIGV4 and MLFLOW_TRACKING_AUTH are set",
    ] {
        assert!(planned.text().contains(part), "{}", planned.text());
    }
}
