"""safe-exit, as its README shows it: functions are registered, and run when the program ends or is asked to.

The scenes are those of src/scene.rs.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import safe_exit

# It has no grace period; the judge names one all the same.
SCENE, _GRACE, DRAIN = sys.argv[1], int(sys.argv[2]) / 1000, int(sys.argv[3]) / 1000


def say(line):
    os.write(1, (line + "\n").encode())


def asked():
    """safe-exit calls its functions without saying why, so each request looks like every other end."""
    say("asked somehow")
    if SCENE == "reaction-panics":
        raise RuntimeError("the reaction fails")


def drain():
    say("draining")
    for _ in range(10):
        time.sleep(DRAIN / 10)
    say("drained")


def piece():
    time.sleep(0.5)
    say("finished a piece")


def finish(pieces):
    for thread in pieces:
        thread.join()


def clean(name):
    if SCENE == "cleanup-panics" and name == "second":
        raise RuntimeError("the second cleanup fails")
    say("cleaned " + name)


def another(_signal, _frame):
    say("another heard")


def fork():
    """A child that only waits gets a SIGTERM."""
    waiting, waits = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os.write(waits, b".")
        while True:
            signal.pause()
    os.read(waiting, 1)
    os.kill(child, signal.SIGTERM)
    until = time.monotonic() + 2
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return say("the child survived")
        time.sleep(0.002)
    say("the child ended")


def pass_the_gate():
    with socket.socket() as gate:
        gate.connect(("127.0.0.1", int(os.environ["BOWOUT_TEST_GATE"])))
        try:
            gate.recv(1)
        except ConnectionResetError:
            pass


def end_with_the_judge():
    """A process whose parent is gone is nobody's to kill."""
    pass_the_gate()
    os._exit(9)


def work():
    """What the program does until it is asked to stop. True if that is all."""
    if SCENE == "returns":
        return True
    if SCENE == "panics":
        raise RuntimeError("the work fails")
    if SCENE == "exits":
        sys.exit(3)
    if SCENE in ("errno", "tiny-stack"):
        say("n/a: it takes native code, and a Python program has none of its own")
        os._exit(0)
    if SCENE in ("async-cleanup", "async-cleanup-hangs"):
        say("n/a: it is not for async programs")
        os._exit(0)
    if SCENE == "forks":
        fork()
    if SCENE == "spawns":
        subprocess.run(os.environ["SCORECARD_CHILD"].splitlines(), check=True)
    if SCENE == "other-after":
        signal.signal(signal.SIGTERM, another)
    if SCENE == "flood":
        for _ in range(5000):
            signal.raise_signal(signal.SIGWINCH)
    say("ready")
    if SCENE in ("gate", "flood"):
        pass_the_gate()
    return False


def main():
    if SCENE == "begins":
        say("main")
    if SCENE == "orphan":
        threading.Thread(target=end_with_the_judge, daemon=True).start()
    if SCENE == "other-before":
        signal.signal(signal.SIGTERM, another)
    safe_exit.register(asked)
    if SCENE in ("drops", "listens-again"):
        safe_exit.unregister(asked)
        if SCENE == "drops":
            say("ready")
            time.sleep(3600)
        safe_exit.register(asked)
    pieces = [threading.Thread(target=piece) for _ in range(3 if SCENE == "in-flight" else 0)]
    for thread in pieces:
        thread.start()
    safe_exit.register(finish, pieces)
    safe_exit.register(drain)
    for name in ("first", "second", "third"):
        safe_exit.register(clean, name)
    if not work():
        # More than once, since a signal that comes just before a sleep does not cut it short.
        while True:
            time.sleep(5)


main()
