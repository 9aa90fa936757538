/// A family of systems that number their signals alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Os {
    /// Linux and Android on every processor but MIPS.
    Linux,
    /// Linux on MIPS, whose numbers are those of System V.
    LinuxMips,
    /// macOS, iOS and the other Apple systems.
    MacOs,
    /// FreeBSD and DragonFly BSD.
    FreeBsd,
    /// NetBSD.
    NetBsd,
    /// OpenBSD.
    OpenBsd,
    /// illumos and Solaris.
    Illumos,
    /// Windows, which has no signal numbers.
    Windows,
}

impl Os {
    /// Every family that the table knows.
    pub const ALL: [Os; 8] = [
        Os::Linux,
        Os::LinuxMips,
        Os::MacOs,
        Os::FreeBsd,
        Os::NetBsd,
        Os::OpenBsd,
        Os::Illumos,
        Os::Windows,
    ];

    /// The family of the system this program runs on, or `None` where the table has no column for it.
    pub const CURRENT: Option<Os> = super::sys::CURRENT;

    /// The name as people write it: `Linux`, `macOS`, `FreeBSD`.
    pub fn name(self) -> &'static str {
        match self {
            Os::Linux => "Linux",
            Os::LinuxMips => "Linux (MIPS)",
            Os::MacOs => "macOS",
            Os::FreeBsd => "FreeBSD",
            Os::NetBsd => "NetBSD",
            Os::OpenBsd => "OpenBSD",
            Os::Illumos => "illumos",
            Os::Windows => "Windows",
        }
    }
}
