"""Plays a scene in Chromium against a running console.

Usage: run.py SCENE --console URL --simulator URL --screenshots DIRECTORY
What pages do that they should not stands on standard output, one a line; then it ends with 1.
"""

import argparse
import os
import sys
import traceback

import keyboard
import reading
import settings
import setup
import work
from visitor import Simulator, visiting

FOLDER = os.path.dirname(os.path.abspath(__file__))
SCENES = {
    "setup": setup.play,
    "work": work.play,
    "reading": reading.play,
    "keyboard": keyboard.play,
    "settings": settings.play,
}



def told(error):
    """Where in the scene it went wrong, and the first lines of how."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(FOLDER)]
    where = " < ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(frames[1:]))
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{where}: " + " | ".join(lines[:8])


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("scene", choices=SCENES)
parser.add_argument("--console", required=True)
parser.add_argument("--simulator", required=True)
parser.add_argument("--screenshots", required=True)
arguments = parser.parse_args()

with visiting(arguments.console, arguments.screenshots) as visitor:
    try:
        SCENES[arguments.scene](visitor, Simulator(arguments.simulator))
    except Exception as error:
        visitor.problems.append(f"{arguments.scene}: {told(error)}")
    problems = list(dict.fromkeys(visitor.problems))

print("\n".join(problems))
sys.exit(1 if problems else 0)
