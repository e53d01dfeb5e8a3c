"""Types lines into a program at a terminal of its own, one at each question, and prints all that the terminal showed.

Usage: typing.py ANSWERS PROGRAM [ARGUMENT...]
"""

import os
import pty
import select
import sys
import time

with open(sys.argv[1]) as file:
    answers = file.read().split("\n")

child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])

shown = b""
deadline = time.monotonic() + 50
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.3)
    if ready:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    elif answers and shown.rstrip(b" ").endswith(b":"):
        # Nothing more comes after a question: it waits for its answer.
        os.write(terminal, answers.pop(0).encode() + b"\n")
        shown += b"\x00"
_, status = os.waitpid(child, 0)
sys.stdout.write(shown.replace(b"\x00", b"").decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status))
