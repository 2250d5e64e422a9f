//! What MLflow has come to do since 3.3.0, its first version with webhooks and the oldest that the
//! provider supports. Cases ask for it by name, and state what happens where it is not.

use terraform_provider_mlflow::api::Version;

use super::mlflow;

/// Something that not every supported MLflow does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Prompts, and events about them.
    Prompts,
    /// Prompts whose versions carry a model's settings, as the provider manages them.
    PromptSettings,
    /// Several workspaces. Before, the header that names one goes unread.
    Workspaces,
    /// The REST API moves below `--static-prefix`. Before, a proxy has to strip the prefix.
    Prefix,
    /// The server tells how it keeps its data.
    ServerInfo,
    /// Receivers at private addresses are refused, unless they are allowed.
    PrivateAddressesRefused,
    /// The AI gateway as it is today, with budgets.
    Gateway,
    /// Budgets for one endpoint.
    EndpointBudgets,
    /// The gateway checks addresses, and lets go of them. It can be switched off.
    GatewayAddresses,
    /// Users are listed.
    ListOfUsers,
    /// Roles, assignments and permissions as they are now; a server tells who asks, and deletes users
    /// with all that they hold.
    Roles,
    /// A permission may be `DENY`, and things within things have permissions of their own.
    Denial,
    /// Users are listed for all who have a role in the workspace that is named.
    ListForMembers,
    /// A model is not renamed while a role permits something on its name.
    RenameGuard,
    /// A workspace says what becomes of its traces.
    TraceArchival,
    /// Sources are checked, and resolved: `models:/m@alias` is the version of that moment, with its run.
    SourceRules,
    /// The aliases of a version that is deleted go with it. Before, they stay and stand for nothing.
    AliasesGo,
    /// An update with an empty description or secret clears it. Before, it says so and does not.
    Clearing,
}

impl Feature {
    /// Whether the MLflow of this run has it.
    pub fn is_there(self) -> bool {
        mlflow::version() >= self.since()
    }

    fn since(self) -> Version {
        match self {
            // Not there in 3.3.0; which version brought it was not looked for.
            Self::Prefix => Version::new(3, 4, 0),
            Self::Prompts => Version::new(3, 5, 0),
            Self::PromptSettings => Version::new(3, 8, 0),
            Self::Gateway => Version::new(3, 11, 1),
            Self::EndpointBudgets => Version::new(3, 15, 0),
            Self::Roles | Self::TraceArchival => Version::new(3, 13, 0),
            Self::GatewayAddresses
            | Self::ListForMembers
            | Self::AliasesGo
            | Self::Denial
            | Self::SourceRules => Version::new(3, 17, 0),
            Self::Workspaces
            | Self::ServerInfo
            | Self::ListOfUsers
            | Self::PrivateAddressesRefused => Version::new(3, 10, 0),
            Self::Clearing => Version::new(3, 16, 0),
            Self::RenameGuard => Version::new(3, 18, 0),
        }
    }
}
