"""What the built binary can be configured with, asked of itself."""

import json
import os
import re
import subprocess
import tempfile
from functools import lru_cache

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BINARY = os.environ.get("CHECKED_BINARY", f"{ROOT}/.build/debug/deskpipe")

# Read by libraries or by the terminal, not by the settings' reader.
OTHER_VARIABLES = {"NO_COLOR", "HTTPS_PROXY", "NO_PROXY", "https_proxy", "no_proxy"}

TWO_SOURCES = """
connections:
  - { tenant: a, id: s, source: zendesk-support, subdomain: aa, name: s, auth: { type: oauth_token, token: "env:A" } }
  - { tenant: a, id: c, source: zendesk-chat, subdomain: aa, name: c, auth: { type: oauth_token, token: "env:A" } }
"""


def run(*arguments, environment=None):
    """The output of a command that has to succeed."""
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=environment, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"deskpipe {' '.join(arguments)} ends with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


@lru_cache
def settings():
    return json.loads(run("settings", "--output", "json"))


@lru_cache
def variables():
    """Patterns of the environment's variables."""
    patterns = []
    for setting in settings():
        name = re.escape(setting["environment"]).replace("__NAME", "__[A-Z0-9_.-]+")
        patterns.append(re.compile("^" + re.sub(r"__N(?=__|$)", r"__[0-9]+", name) + "$"))
    return patterns


def is_variable(name):
    return name in OTHER_VARIABLES or any(pattern.match(name) for pattern in variables())


@lru_cache
def command_tree():
    return json.loads(run("--experimental-dump-help"))["command"]


def check_arguments(arguments):
    """That the binary has these subcommands and flags; problems in words."""
    command, rest = command_tree(), list(arguments)
    while rest and not rest[0].startswith("-"):
        found = next((c for c in command.get("subcommands", []) if c["commandName"] == rest[0]), None)
        if not found:
            return [f"there is no subcommand `{rest[0]}` in {arguments}"]
        command, rest = found, rest[1:]
    flags = {}
    for argument in command.get("arguments", []):
        for name in argument.get("names", []):
            flags[("--" if name["kind"] == "long" else "-") + name["name"]] = argument["kind"]
    problems = []
    while rest:
        word = rest.pop(0)
        name = word.split("=")[0]
        if name not in flags:
            problems.append(f"`{command['commandName']}` has no `{word}`")
        elif flags[name] == "option" and "=" not in word and rest:
            rest.pop(0)
    return problems


@lru_cache
def streams():
    """Every stream of the catalogue, as (source, name)."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/deskpipe.yaml"
        with open(path, "w") as file:
            file.write(f"transport: embedded:{folder}/log.sqlite\n{TWO_SOURCES}")
        listed = json.loads(run("streams", "--config", path, "--output", "json"))
    return sorted({(row["source"], row["stream"]) for row in listed})


def check_configuration(path, environment):
    """That the binary accepts a configuration file with an environment; a problem in words, or None."""
    clean = {"PATH": os.environ.get("PATH", ""), **environment}
    done = subprocess.run(
        [BINARY, "settings", "--config", path, "--output", "json"], capture_output=True, text=True, env=clean, timeout=60
    )
    return None if done.returncode == 0 else f"{path}: {done.stderr.strip()}"
