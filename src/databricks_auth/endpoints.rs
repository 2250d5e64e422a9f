//! The addresses outside Databricks that are the same for everyone.

/// Azure's and Google's identity services; tests put their own in place.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) azure_public: AzureCloud,
    pub(super) azure_us_government: AzureCloud,
    pub(super) azure_china: AzureCloud,
    pub(super) azure_instance_metadata: String,
    pub(super) google_token: String,
    pub(super) google_metadata: String,
    pub(super) google_iam: String,
}

/// One of Azure's clouds. Every address ends in a slash: as a resource it is part of its name.
#[derive(Clone, Debug)]
pub(super) struct AzureCloud {
    pub(super) active_directory: String,
    pub(super) resource_manager: String,
    pub(super) service_management: String,
}

impl AzureCloud {
    fn new(active_directory: &str, resource_manager: &str, service_management: &str) -> Self {
        Self {
            active_directory: active_directory.to_owned(),
            resource_manager: resource_manager.to_owned(),
            service_management: service_management.to_owned(),
        }
    }
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            azure_public: AzureCloud::new(
                "https://login.microsoftonline.com/",
                "https://management.azure.com/",
                "https://management.core.windows.net/",
            ),
            azure_us_government: AzureCloud::new(
                "https://login.microsoftonline.us/",
                "https://management.usgovcloudapi.net/",
                "https://management.core.usgovcloudapi.net/",
            ),
            azure_china: AzureCloud::new(
                "https://login.chinacloudapi.cn/",
                "https://management.chinacloudapi.cn/",
                "https://management.core.chinacloudapi.cn/",
            ),
            azure_instance_metadata: "http://169.254.169.254".to_owned(),
            google_token: "https://oauth2.googleapis.com/token".to_owned(),
            google_metadata: "http://metadata.google.internal".to_owned(),
            google_iam: "https://iamcredentials.googleapis.com".to_owned(),
        }
    }
}
