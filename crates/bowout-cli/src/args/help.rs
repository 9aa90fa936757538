//! The words behind the options: examples first.

pub(super) const OVERVIEW: &str = "\
Examples:
  bowout demo                       see it work, on real processes
  bowout stop 1234                  TERM, up to 10 seconds to leave, then KILL
  bowout stop 1234 1235 --grace 1m  several at once, a minute for all
  bowout stop --name nginx          by name; also by port, pidfile, command line, unit, service
  bowout signal HUP 1234            one signal, nothing more
  bowout inspect 1234               what would come of each request; nothing is sent
  bowout signals                    the table
  bowout completions bash           for the shell; `bowout man` for the manual";

pub(super) const STOP_USAGE: &str = "\
bowout stop [OPTIONS] PID...
       bowout stop [OPTIONS] --name NAME       (or --port, --pidfile, --group, --unit ..., in any number)";

pub(super) const STOP: &str = "\
A plan is signals and waits in turns, mildest first: INT/5s/TERM/1m/KILL.
Durations: 10 (seconds), .5, 500ms, 1m30s, inf. Signals: see `bowout signals`.
All processes are asked at once. What was stopped is told on standard output, what was not on standard error.
Several that match one of --name, --port and so on are listed, and nothing is done, unless --all is given. A server whose
workers share its listening socket counts as one.
Each of these options is looked for by itself: --pidfile A --name B means whoever is meant by either.
On a terminal it shows who is still there, what each was asked, and what comes next, for as long as it waits.
Ctrl-C while it waits: the first time it goes on waiting and says so, the second time it goes to force at once, or, where the
plan has none, leaves them alone.

Never stopped unless --allow says so: bowout itself, its parents, process 1, threads of the kernel, processes that are
critical to Windows or shared by several of its services. PIDs of 0 and below, which mean whole groups to kill(2), are refused always.
With --allow own bowout ends itself last, when it has told of all others.

Examples:
  bowout stop 1234
  bowout stop 1234 --grace 30s
  bowout stop 1234 1235 1236 --plan INT/5s/TERM/5s/KILL
  bowout stop 1234 --signal INT           # INT/10s/KILL
  bowout stop 1234 --no-force             # TERM/10s, and no KILL
  bowout stop 1234 --plan TERM/inf        # no force, and no end to the wait
  bowout stop 1234 --tree                 # and everybody below it, all under one deadline
  bowout stop --name nginx
  bowout stop --port tcp:8080
  bowout stop --pidfile /run/app.pid
  bowout stop --group 1234                # every member of that process group
  bowout stop --command-line 'python3? .*server\\.py' --all
  bowout stop 1234 --dry-run              # what would be sent, and who else would hear it
  bowout stop 1234 --json --fail-if-forced

Exit codes:
  0    all stopped (some may have been gone before)
  1    nothing matched: every process was gone already (one that only waits to be reaped counts as gone)
  2    usage, or it is not clear who is meant, or a pidfile cannot be believed: nothing was touched
  3    someone is still alive: refused to die, is spared, or is not ours to stop; none was stopped
  4    all stopped, but force was needed (--fail-if-forced)
  64   some were stopped and some are still alive
  125  bowout itself failed";

pub(super) const SIGNAL: &str = "\
On Windows TERM, INT, BREAK (CTRL_BREAK), CLOSE and KILL have a meaning. What goes out as Ctrl-C reaches everybody on the
console of the process: `bowout signal --probe` and `bowout stop --plan INT --dry-run` show that beforehand.
Several that match one of --name, --port and so on are listed, and nothing is done, unless --all is given. A server whose
workers share its listening socket counts as one.
Each of these options is looked for by itself: --pidfile A --name B means whoever is meant by either.
A process group is --group PGID, or behind `--` -PGID as kill(1) has it. Its members are signalled one by one, and told one by
one; whoever is spared among them (bowout itself, its parents) is told too.

Examples:
  bowout signal TERM 1234
  bowout signal usr1 1234 1235
  bowout signal 1 1234
  bowout signal HUP --name nginx
  bowout signal USR1 --unit app --all
  bowout signal INT --group 1234
  bowout signal INT -- -1234              # the same
  bowout signal --probe 1234 && echo it is there, and ours to signal
  bowout signal -0 1234                   # the same
  bowout signal --list                    # the names, a line each
  bowout signal --list 143 TERM           # TERM, which a shell calls 143, and its number, 15

Exit codes:
  0    sent to all; or with --probe, could be
  1    nothing matched: every process was gone already
  2    usage, or it is not clear who is meant, or a pidfile cannot be believed: nothing was sent
  3    none was reached; or with --probe, could be
  64   some were reached and some not
  125  bowout itself failed";

pub(super) const SIGNAL_USAGE: &str = "\
bowout signal [OPTIONS] SIGNAL PID... [-- -PGID...]
       bowout signal [OPTIONS] --probe PID...
       bowout signal --list [SIGNAL]...";

pub(super) const INSPECT_USAGE: &str = "\
bowout inspect [OPTIONS] PID...
       bowout inspect [OPTIONS] --name NAME       (or --port, --pidfile, --group, --unit ..., in any number)";

pub(super) const INSPECT: &str = "\
Facts first, then what would come of each request to stop, what `bowout stop` would do, who else would be hit, and the tree.
Nothing is sent, and nobody is too well protected to be looked at. What the system does not tell is called \"not told\", with the
reason; root sees most. Everything holds for the moment of the look.
Each of --name, --port and so on is looked for by itself: --pidfile A --name B means whoever is meant by either.

Examples:
  bowout inspect 1234
  bowout inspect --name nginx
  bowout inspect --port tcp:8080
  bowout inspect $$                       # the shell itself
  bowout inspect 1234 --json | jq '.processes[0].requests[] | select(.heard).signal'

Exit codes:
  0    all were inspected
  1    nothing matched: no process has the number
  2    usage, or it is not clear who is meant
  3    none could be inspected
  64   some were inspected and some not";

pub(super) const SIGNALS: &str = "\
Examples:
  bowout signals
  bowout signals --json | jq '.signals[] | select(.windows)'";

pub(super) const DEMO: &str = "\
Starts four programs (this same command in other roles, so nothing else is needed), asks each of them to stop by one
plan, and draws what happens while it happens. The processes and the signals are real. It takes about 3 seconds.

Examples:
  bowout demo
  bowout demo | cat     # no terminal: one line for each event
  bowout demo --json    # one object for each process";

pub(super) const COMPLETIONS: &str = "\
Examples:
  bowout completions bash > ~/.local/share/bash-completion/completions/bowout
  bowout completions zsh > ~/.zfunc/_bowout            # with ~/.zfunc in fpath
  bowout completions fish > ~/.config/fish/completions/bowout.fish
  bowout completions powershell >> $PROFILE
  bowout completions --dir target/completions          # all of them, for a package";

pub(super) const MAN: &str = "\
Examples:
  bowout man stop | man -l -
  bowout man --dir target/man                          # every page, for a package";
