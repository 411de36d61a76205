"""docs/deploy.md and the Dockerfile that it tells of: what they copy, run and name exists."""

from __future__ import annotations

import re
import shlex
import tomllib

import pytest
from ruamel.yaml import YAML

from tests.docs.pages import ROOT
from tests.docs.test_pages import run_faults

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
COPIED = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)


def sources() -> set[str]:
    return {source for line in COPIED for source in line.split()}


@pytest.mark.parametrize("source", sorted(sources()))
def test_what_is_copied_exists_and_reaches_the_builder(source: str) -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert (ROOT / source).exists()
    assert f"!{source}" in let_through


def test_only_what_is_copied_reaches_the_builder() -> None:
    kept_out, *rest = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    assert kept_out == "*"
    assert {line.removeprefix("!") for line in rest if line.startswith("!")} == sources()


def test_its_python_is_one_that_the_package_runs_on() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    version = re.search(r"^ARG PYTHON=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert f"Programming Language :: Python :: {version[1]}" in said


def test_its_commands_exist() -> None:
    joined = DOCKERFILE.replace("\\\n", " ")
    runs = [run for line in re.findall(r"^RUN (.+)$", joined, re.MULTILINE) for run in line.split("&&")]
    runs += [" ".join(re.findall(r'"([^"]+)"', line)) for line in re.findall(r"^CMD (.+)$", joined, re.MULTILINE)]
    ours = [shlex.split(run)[1:] for run in runs if run.split()[0] == "ripen"]
    assert len(ours) == 4
    assert [fault for words in ours for fault in run_faults(words)] == []


def test_its_port_is_the_default_one() -> None:
    config = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert "| `web.port` | `5005` |" in config
    assert "EXPOSE 5005" in DOCKERFILE
    assert "127.0.0.1:5005/ready" in DOCKERFILE


def test_the_services_are_yaml_and_what_they_run_exists() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    services = YAML(typ="safe").load(block)["services"]
    assert set(services) == {"bot", "database", "caddy"}
    assert set(services["bot"]["depends_on"]) <= set(services)


def test_the_unit_runs_a_command_that_exists() -> None:
    started = re.search(r"^ExecStart=\S*/ripen (.+)$", PAGE, re.MULTILINE)
    assert started is not None
    assert run_faults(started[1].split()) == []
