//! Names that the kernel has cut.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The whole of a name that may have been cut: the file name of the program, or that of one of the first three arguments, which
/// are the program, or the interpreter, its option, and the script ([execve(2)](https://man7.org/linux/man-pages/man2/execve.2.html)).
/// Where none begins with it the name was chosen by the program itself, and is whole.
pub(super) fn complete<'a>(comm: &'a [u8], file: &'a Path, arguments: &'a [u8]) -> &'a [u8] {
    let file = file.file_name().map_or(&b""[..], OsStrExt::as_bytes);
    let file = file.strip_suffix(b" (deleted)").unwrap_or(file);
    let arguments = arguments.split(|byte| *byte == 0).take(3);
    let arguments = arguments.filter_map(|argument| argument.rsplit(|byte| *byte == b'/').next());
    let mut candidates = std::iter::once(file).chain(arguments);
    candidates.find(|name| name.starts_with(comm)).unwrap_or(comm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn completed(comm: &str, file: &str, arguments: &str) -> String {
        String::from_utf8(complete(comm.as_bytes(), Path::new(file), arguments.as_bytes()).to_vec()).unwrap()
    }

    #[test]
    fn a_name_that_was_cut_is_completed() {
        let cut = "gnome-terminal-";
        for (file, arguments) in [
            ("/usr/libexec/gnome-terminal-server", "x\0"),
            ("/usr/libexec/gnome-terminal-server (deleted)", "x\0"),
            ("", "/usr/libexec/gnome-terminal-server\0--flag\0"),
            ("/usr/bin/python3.11", "python3\0./gnome-terminal-server\0"),
            ("/usr/bin/env", "/usr/bin/env\0-S\0/bin/gnome-terminal-server\0"),
        ] {
            assert_eq!(
                completed(cut, file, arguments),
                "gnome-terminal-server",
                "{file} {arguments:?}"
            );
        }
        assert_eq!(completed(cut, "/usr/bin/else", "else\0"), cut, "the program chose it");
    }

    proptest! {
        #[test]
        fn a_completed_name_begins_with_what_was_there(comm: [u8; 15], file: Vec<u8>, arguments: Vec<u8>) {
            let file = Path::new(std::ffi::OsStr::from_bytes(&file));
            prop_assert!(complete(&comm, file, &arguments).starts_with(&comm));
        }
    }
}
