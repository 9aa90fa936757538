//! Which versions took part: what cargo and pip say they built and installed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use crate::contestant::PYTHON_PACKAGES;

pub(crate) struct Versions(BTreeMap<String, String>);

impl Versions {
    pub(crate) fn read() -> Result<Versions, Box<dyn Error>> {
        let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"))?;
        let mut versions = BTreeMap::new();
        for package in lock.split("[[package]]") {
            if let (Some(name), Some(version)) = (field(package, "name = "), field(package, "version = ")) {
                versions.insert(name, version);
            }
        }
        if let Some(packages) = std::env::var_os(PYTHON_PACKAGES) {
            for entry in fs::read_dir(packages)? {
                // What the standard for installed Python packages says that they leave behind: NAME-VERSION.dist-info.
                let name = entry?.file_name().to_string_lossy().into_owned();
                if let Some((name, version)) = name.strip_suffix(".dist-info").and_then(|name| name.split_once('-')) {
                    versions.insert(name.replace('_', "-"), version.to_owned());
                }
            }
        }
        Ok(Versions(versions))
    }

    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn field(package: &str, name: &str) -> Option<String> {
    let line = package.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_matches('"').to_owned())
}
