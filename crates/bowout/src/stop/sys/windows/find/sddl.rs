//! Who may write a file, as its security descriptor says in text: `O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)`
//! ([SDDL](https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format)).

/// What follows from a descriptor.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Trusted,
    ForeignOwner(String),
    WritableBy(String),
}

/// Who may do everything anyway: administrators, the built-in one among them, the system, and the installer of Windows.
const TRUSTED: [&str; 4] = [
    "BA",
    "LA",
    "SY",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
];

/// The rights of the owner, whoever that is.
const OWNER_RIGHTS: [&str; 2] = ["OW", "S-1-3-4"];

/// Judges a descriptor for the user with this security identifier. What forbids is not looked at: what is allowed to one and
/// forbidden to another counts as allowed.
pub(super) fn judge(descriptor: &str, own: &str) -> Verdict {
    // Some users have a name of two letters there.
    let alias = match own {
        "S-1-5-19" => "LS",
        "S-1-5-20" => "NS",
        _ => own,
    };
    let is_trusted = |who: &str| who == own || who == alias || TRUSTED.contains(&who);
    let (head, list) = descriptor.split_once("D:").unwrap_or((descriptor, "NO_ACCESS_CONTROL"));
    let owner = head.strip_prefix("O:").unwrap_or(head);
    // Behind the owner the group may follow.
    let owner = owner.split_once("G:").map_or(owner, |(owner, _)| owner);
    if !is_trusted(owner) {
        return Verdict::ForeignOwner(owner.to_owned());
    }
    if list.contains("NO_ACCESS_CONTROL") {
        return Verdict::WritableBy("everybody".to_owned());
    }
    let writer =
        entries(list).find(|entry| entry.may_write() && !is_trusted(entry.who) && !OWNER_RIGHTS.contains(&entry.who));
    writer.map_or(Verdict::Trusted, |entry| Verdict::WritableBy(named(entry.who)))
}

/// An entry of the list: `(TYPE;FLAGS;RIGHTS;OBJECT;INHERITED OBJECT;WHO)`.
struct Entry<'a> {
    kind: &'a str,
    flags: &'a str,
    rights: &'a str,
    who: &'a str,
}

fn entries(list: &str) -> impl Iterator<Item = Entry<'_>> {
    list.split('(').skip(1).filter_map(|entry| {
        let mut fields = entry.split([';', ')']);
        Some(Entry {
            kind: fields.next()?,
            flags: fields.next()?,
            rights: fields.next()?,
            who: fields.nth(2)?,
        })
    })
}

impl Entry<'_> {
    fn may_write(&self) -> bool {
        /// FILE_WRITE_DATA, FILE_APPEND_DATA, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE.
        const WRITE: u32 = 0x2 | 0x4 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;
        // Plain and conditional permission; "inherit only" is for what is below a folder.
        let allows = matches!(self.kind, "A" | "XA") && !pairs(self.flags).any(|flag| flag == "IO");
        let number = self
            .rights
            .strip_prefix("0x")
            .map(|digits| u32::from_str_radix(digits, 16));
        allows
            && match number {
                Some(rights) => rights.map_or(true, |rights| rights & WRITE != 0),
                // The same bits by name; what is no file's is named after other kinds of objects: DC is 2, LC is 4.
                None => {
                    pairs(self.rights).any(|right| ["FA", "FW", "GA", "GW", "WD", "WO", "DC", "LC"].contains(&right))
                }
            }
    }
}

/// Two letters each.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len()).step_by(2).filter_map(|at| text.get(at..at + 2))
}

fn named(who: &str) -> String {
    let name = match who {
        "WD" | "S-1-1-0" => "everybody",
        "AU" => "every user",
        "BU" => "the group Users",
        "IU" => "whoever is logged on",
        other => other,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn who_else_may_write_is_seen() {
        let by = |who: &str| Verdict::WritableBy(who.to_owned());
        for (descriptor, verdict) in [
            ("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", Verdict::Trusted),
            ("O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FR;;;WD)", Verdict::Trusted),
            ("O:S-1-5-21-1-2-3-1001D:(A;;FA;;;S-1-5-21-1-2-3-1001)", Verdict::Trusted),
            ("O:SYD:(A;OICIIO;FA;;;WD)(A;;FA;;;OW)(D;;FA;;;BU)", Verdict::Trusted),
            ("O:SYD:(A;;FRFX;;;WD)", Verdict::Trusted),
            (
                "O:S-1-5-21-1-2-3-1002D:(A;;FA;;;SY)",
                Verdict::ForeignOwner("S-1-5-21-1-2-3-1002".to_owned()),
            ),
            ("O:BAD:(A;;FA;;;WD)", by("everybody")),
            ("O:BAD:(A;;0x1301bf;;;AU)", by("every user")),
            ("O:BAD:(A;;0x100004;;;BU)", by("the group Users")),
            ("O:BAD:(A;;FRWD;;;S-1-5-21-9)", by("S-1-5-21-9")),
            ("O:BAD:(A;;CCDCLC;;;IU)", by("whoever is logged on")),
            ("O:BAD:NO_ACCESS_CONTROL", by("everybody")),
            ("O:BA", by("everybody")),
            ("", Verdict::ForeignOwner(String::new())),
        ] {
            assert_eq!(judge(descriptor, OWN), verdict, "{descriptor}");
        }
    }

    #[test]
    fn a_service_account_trusts_itself() {
        assert_eq!(judge("O:LSD:(A;;FA;;;LS)(A;;FA;;;SY)", "S-1-5-19"), Verdict::Trusted);
        assert_eq!(judge("O:NSD:(A;;FA;;;NS)(A;;FA;;;SY)", "S-1-5-20"), Verdict::Trusted);
    }

    proptest! {
        #[test]
        fn judging_never_panics(text in "[OGD:();A-Z0-9x-]{0,60}|.{0,60}") {
            let _ = judge(&text, OWN);
        }
    }
}
