//! Whether the process that started this one still lives. A host that is killed tells nobody.

pub(super) use system::Parent;

#[cfg(unix)]
mod system {
    use std::os::unix::process::parent_id;

    /// Who outlives its parent is given another one.
    pub(crate) struct Parent(u32);

    impl Parent {
        pub(crate) fn of_this_process() -> Self {
            Self(parent_id())
        }

        pub(crate) fn lives(&self) -> bool {
            parent_id() == self.0
        }
    }
}

#[cfg(windows)]
mod system {
    use winsafe::{HPROCESS, HPROCESSLIST, SysResult, co, guard::CloseHandleGuard};

    /// The number of a process that has ended is given to another one, so this holds a handle; none where
    /// the system does not hand one out.
    pub(crate) struct Parent(Option<CloseHandleGuard<HPROCESS>>);

    impl Parent {
        pub(crate) fn of_this_process() -> Self {
            let opened = opened();
            if let Err(error) = &opened {
                tracing::debug!(%error, "the end of the host will not be noticed");
            }
            Self(opened.ok())
        }

        pub(crate) fn lives(&self) -> bool {
            let ended = |parent: &CloseHandleGuard<HPROCESS>| {
                parent.WaitForSingleObject(Some(0)) == Ok(co::WAIT::OBJECT_0)
            };
            !self.0.as_ref().is_some_and(ended)
        }
    }

    fn opened() -> SysResult<CloseHandleGuard<HPROCESS>> {
        let mut all = HPROCESSLIST::CreateToolhelp32Snapshot(co::TH32CS::SNAPPROCESS, None)?;
        let mut parents = all.iter_processes().filter_map(|process| {
            let process = process.ok()?;
            (process.th32ProcessID == std::process::id()).then_some(process.th32ParentProcessID)
        });
        let parent = parents.next().ok_or(co::ERROR::NOT_FOUND)?;
        HPROCESS::OpenProcess(co::PROCESS::SYNCHRONIZE, false, parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_started_the_tests_lives() {
        assert!(Parent::of_this_process().lives());
    }
}
