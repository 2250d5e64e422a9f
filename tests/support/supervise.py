"""Runs a command for as long as standard input stays open.

    supervise.py COMMAND [ARGUMENT...]

A test run or a demo that is killed cannot tidy up, but its end of the pipe closes all the same.
Then the command, and whatever it has started, is asked to end, and after a grace period is killed.
"""

import os
import select
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 5.0


def main() -> int:
    # Ctrl-C goes to whoever holds our standard input; the end of that is what counts here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # A session of its own: the group id names the command and all that it starts.
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        while child.poll() is None and not input_closed(within=0.2):
            pass
        return child.poll() or 0
    finally:
        end_group(child)


def input_closed(within: float) -> bool:
    readable, _, _ = select.select([0], [], [], within)
    return bool(readable) and os.read(0, 4096) == b""


def end_group(child: subprocess.Popen) -> None:
    signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    signal_group(child, signal.SIGKILL)
    child.wait()


def signal_group(child: subprocess.Popen, number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(main())
