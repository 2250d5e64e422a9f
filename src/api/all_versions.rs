//! All versions of one model or prompt, and how many there are.

use std::marker::PhantomData;

use tokio_util::sync::CancellationToken;

use crate::api::{
    call::About,
    complete::{LONGEST_PAGE, Source, complete},
    error::{Error, ErrorKind},
    kind::ServerKind,
    model_kind::ModelKind,
    model_versions::{ModelVersion, VersionKey, Versions, numbers, of_model},
    object::Object,
    page::Listing,
    registered_models::RegisteredModel,
    server::Server,
};

impl Server {
    /// All versions of a model or prompt that are of its kind, newest first, with their aliases.
    ///
    /// # Errors
    /// Also when only one cannot be read: a part is never passed off as the whole.
    pub async fn versions_of<K: ModelKind>(
        &self,
        model: &RegisteredModel,
        stop: &CancellationToken,
    ) -> Result<Vec<ModelVersion>, Error> {
        let all = OfModel::<K> {
            server: self,
            model: &model.name,
            stop,
            of: PhantomData,
        };
        let is_newest = |it: &ModelVersion| Some(&it.key.version) == model.newest_version();
        let mut versions = match complete(&all).await {
            Ok(found) if found.iter().any(is_newest) || !model.has_versions() => found,
            Err(error) if *error.kind() != ErrorKind::Unsupported => return Err(error),
            // No search can name the model, or a version that is marked as a prompt's hides the others.
            Ok(_) | Err(_) => self.versions_by_number::<K>(model, stop).await?,
        };
        versions.sort_by_key(|it| std::cmp::Reverse(number(&it.key)));
        for version in &mut versions {
            let aliases = model.aliases.iter();
            let own = aliases.filter(|(_, number)| **number == version.key.version);
            version.aliases = own.map(|(alias, _)| alias.clone()).collect();
        }
        Ok(versions)
    }

    /// The same without their aliases, each read by its number: no version hides another then.
    ///
    /// # Errors
    /// As [`Server::versions_of`].
    pub async fn versions_by_number<K: ModelKind>(
        &self,
        model: &RegisteredModel,
        stop: &CancellationToken,
    ) -> Result<Vec<ModelVersion>, Error> {
        let mut all = self.each_number::<K>(model, stop).await?;
        all.retain(ModelVersion::is::<K>);
        Ok(all)
    }

    /// Whether a model or prompt has a version, of whatever kind and status. A Databricks workspace names
    /// only those that are ready with the model itself.
    ///
    /// # Errors
    /// When it cannot be found out.
    pub async fn has_versions<K: ModelKind>(
        &self,
        model: &RegisteredModel,
        stop: &CancellationToken,
    ) -> Result<bool, Error> {
        Ok(model.has_versions() || self.count_versions::<K>(model, stop).await? > 0)
    }

    /// How many versions a model or prompt has, of whatever status. Those of the other kind count where they
    /// hide the rest. Where no search can name the model, they are those up to the newest that it tells of.
    ///
    /// # Errors
    /// When one of the requests that it takes fails.
    pub async fn count_versions<K: ModelKind>(
        &self,
        model: &RegisteredModel,
        stop: &CancellationToken,
    ) -> Result<usize, Error> {
        if !model.has_versions() && self.kind() == ServerKind::Mlflow {
            return Ok(0);
        }
        let search = |token: Option<&str>| numbers::<K>(&model.name, token);
        let is_newest = |it: &String| Some(it) == model.newest_version();
        match self.list_by(search, stop).await {
            Ok(found) if found.iter().any(is_newest) || !model.has_versions() => Ok(found.len()),
            Err(error) if !matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Invalid) => {
                Err(error)
            }
            Ok(_) | Err(_) => Ok(self.each_number::<K>(model, stop).await?.len()),
        }
    }

    /// Those of either kind.
    async fn each_number<K: ModelKind>(
        &self,
        model: &RegisteredModel,
        stop: &CancellationToken,
    ) -> Result<Vec<ModelVersion>, Error> {
        let newest = model.newest_version().and_then(|it| it.parse::<u64>().ok());
        let mut found = Vec::new();
        for version in 1..=newest.unwrap_or_default() {
            let key = VersionKey {
                model: model.name.clone(),
                version: version.to_string(),
            };
            match self.get::<Versions<K>>(&key, stop).await {
                Ok(version) => found.push(version),
                Err(gone) if gone.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

fn number(key: &VersionKey) -> u64 {
    key.version.parse().unwrap_or_default()
}

/// The versions that a search shows of a model, as a source.
struct OfModel<'a, K> {
    server: &'a Server,
    model: &'a str,
    stop: &'a CancellationToken,
    of: PhantomData<fn(K)>,
}

impl<K: ModelKind> Source for OfModel<'_, K> {
    type Item = ModelVersion;
    type Key = VersionKey;
    type Error = Error;

    fn key(version: &ModelVersion) -> VersionKey {
        version.key.clone()
    }

    fn is_half(listed: &ModelVersion) -> bool {
        Versions::<K>::is_half(listed)
    }

    async fn pass(&self, page: Option<usize>) -> Result<Listing<ModelVersion>, Error> {
        let size = page.unwrap_or(LONGEST_PAGE);
        let page = |token: Option<&str>| of_model::<K>(self.model, size, token);
        let op = self.server.op(self.stop);
        let listed = self.server.pages(page, Self::key, &op).await;
        listed.map_err(|error| self.server.failed(error, &About::all(K::versions())))
    }

    async fn find(&self, key: &VersionKey) -> Result<Option<ModelVersion>, Error> {
        match self.server.get::<Versions<K>>(key, self.stop).await {
            Ok(found) => Ok(Some(found).filter(ModelVersion::is::<K>)),
            Err(gone) if gone.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
