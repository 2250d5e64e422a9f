//! Every method against a local HTTP double or a scripted program: its headers and requests, expiry
//! and refresh, its errors.

mod azure;
mod azure_cli;
#[cfg(unix)]
mod canaries;
mod choice;
mod databricks_cli;
mod databricks_oauth;
mod double;
mod federation;
mod google;
#[cfg(unix)]
mod lifetimes;
#[cfg(unix)]
mod mistakes;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::api::{Environment, budget::Pace};
use double::{Double, Received, Reply};
use endpoints::AzureCloud;

/// Where the clock of every test starts.
const START: u64 = 1_800_000_000;

/// A workspace and identity providers on one double, with a clock that is set by hand.
struct Bench {
    double: Double,
    now: Arc<AtomicU64>,
    stop: CancellationToken,
}

impl Bench {
    async fn start(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            double: Double::start(answer).await,
            now: Arc::new(AtomicU64::new(START)),
            stop: CancellationToken::new(),
        }
    }

    /// Only the host is configured.
    fn config(&self) -> AuthConfig {
        AuthConfig {
            host: Some(self.double.url.clone()),
            ..AuthConfig::default()
        }
    }

    fn chain(&self, config: AuthConfig) -> Chain {
        self.try_chain(config).unwrap()
    }

    fn try_chain(&self, config: AuthConfig) -> Result<Chain, Error> {
        let now = Arc::clone(&self.now);
        let clock =
            move || SystemTime::UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst));
        Chain::new(Context::new(
            Resolved::of(config)?,
            Web::new(&Connection::default(), quick()),
            endpoints(&self.double.url),
            Arc::new(clock),
        ))
    }

    async fn headers(&self, chain: &Chain) -> BTreeMap<String, String> {
        let headers = chain.headers(&self.stop).await.unwrap().into_iter();
        let shown = |(name, value): (_, SecretString)| {
            (format!("{name}"), value.expose_secret().to_owned())
        };
        headers.map(shown).collect()
    }

    async fn error(&self, chain: &Chain) -> Error {
        chain.headers(&self.stop).await.unwrap_err()
    }

    fn later(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn endpoints(url: &str) -> Endpoints {
    let cloud = |name: &str, management: &str| AzureCloud {
        active_directory: format!("{url}{name}/aad/"),
        resource_manager: format!("{url}{name}/arm/"),
        service_management: format!("https://management.core.{management}/"),
    };
    Endpoints {
        azure_public: cloud("", "windows.net"),
        azure_us_government: cloud("/us", "usgovcloudapi.net"),
        azure_china: cloud("/cn", "chinacloudapi.cn"),
        azure_instance_metadata: format!("{url}/imds"),
        google_token: format!("{url}/google/token"),
        google_metadata: format!("{url}/gce"),
        google_iam: format!("{url}/iam"),
    }
}

fn quick() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        operation: ms(3000),
        first_wait: ms(1),
        longest_wait: ms(5),
        retry_after: ms(10),
        refused: ms(20),
        ..Pace::default()
    }
}

fn secret(text: &str) -> Option<SecretString> {
    Some(text.to_owned().into())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn headers<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    owned.into_iter().collect()
}
